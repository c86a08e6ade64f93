package delivery

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// longestInQueue is how long a message is hidden in a queue at most: a longer wait is written down,
// and the message is deleted, as a queue holds a limited number of hidden messages.
const longestInQueue = 15 * time.Minute

// park records that the dispatch waits, and lets its message leave the queue.
//
// The breaker may have closed since the integration was read, and the tick may have been through with
// what waits. So the health is read again after the record was written: then either the tick finds the
// record, or this message finds the breaker closed, and stays.
func (j *job) park(ctx context.Context, d webhook.Dispatch, why string) (keep bool, err error) {
	if !j.cfg.Dispatches.Keeps(d) { // its turn has not come: maxPerMinute is reached
		return j.hide(ctx, time.Minute), nil
	}
	waiting := d.Waiting(why)
	if err := j.persist(ctx, func() error { return j.cfg.Dispatches.Park(ctx, waiting) }); err != nil {
		return true, err
	}
	j.stored.Dispatch = waiting
	j.points.add(metrics.Count(metrics.Parked))
	j.line(ctx, slog.LevelInfo, "waits", slog.String(logkey.Reason, why))
	var in webhook.Integration
	err = j.persist(ctx, func() (err error) {
		in, err = j.cfg.Integrations.Integration(ctx, j.msg.UserID, j.msg.IntegrationID)
		return err
	})
	switch {
	case errors.Is(err, webhook.ErrNotFound):
		return false, nil
	case err != nil:
		return true, err
	case in.Health.Breaker.State == webhook.BreakerClosed && in.Status == webhook.Active:
		return j.hide(ctx, time.Second), nil
	}
	return false, nil
}

// unparked is the plan for a dispatch that should wait for its endpoint, and whose event is too large
// to be kept in its record. It stays in the queue and goes by its own schedule, but obeys a Retry-After.
func (j *job) unparked(p plan) plan {
	p.step = stepAttempt
	if until := j.stored.Integration.Health.Breaker.NotBefore; until.After(j.cfg.Now()) {
		p.step, p.due = stepWait, until
	}
	return p
}

// later keeps a message out of sight until its dispatch is due at a time that is written down. Where
// that is far off, the tick brings it back, and the message leaves the queue.
func (j *job) later(ctx context.Context, d webhook.Dispatch, due time.Time, slack time.Duration) (keep bool) {
	wait := due.Sub(j.cfg.Now()) + slack
	if wait <= longestInQueue || d.Revision == 0 || !j.cfg.Dispatches.Keeps(d) {
		return j.hide(ctx, wait)
	}
	entry := webhook.Due{At: due, UserID: d.UserID, IntegrationID: d.IntegrationID, DispatchID: d.ID, Shards: d.Shards}
	if err := j.cfg.Dispatches.PutDue(ctx, entry); err != nil {
		j.line(ctx, slog.LevelWarn, "put due entry failed", slog.String(logkey.Error, err.Error()))
		return j.hide(ctx, min(wait, longestInQueue))
	}
	return false
}

// burstShare is the part of maxPerMinute that may be sent at once.
const burstShare = 6

// reserve takes one of the requests that maxPerMinute allows. Without one the breaker releases at that
// rate, and the dispatch waits for its turn.
func (j *job) reserve(ctx context.Context, d webhook.Dispatch) (free bool, err error) {
	in := j.stored.Integration
	if in.MaxPerMinute == 0 || d.Status == webhook.DispatchWaiting || testsNow(d) || in.Health.Breaker.State != webhook.BreakerClosed {
		return true, nil
	}
	return j.cfg.Integrations.Reserve(ctx, in.ID, in.MaxPerMinute, max(in.MaxPerMinute/burstShare, 1), j.cfg.Now())
}
