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

// pausedReason is the status reason of an integration that failed for too long.
const pausedReason = "every attempt failed for too long: fix the receiver, then set the integration to active and recover the held dispatches"

// healthKeeper keeps the health of integrations: their runs of failures, and their breakers. An
// integration in good health costs no write.
//
// Its errors are logged, never returned: what was not written down the next attempt finds undone.
type healthKeeper struct {
	store      Integrations
	notices    Notices
	metrics    metrics.Emitter
	rules      webhook.BreakerRules
	pauseAfter webhook.PauseAfter
	now        func() time.Time
	log        *slog.Logger
}

// failed takes a failed attempt that was no test, and reports whether the breaker is open now.
func (k healthKeeper) failed(ctx context.Context, in webhook.Integration, d webhook.Dispatch, o webhook.Outcome, began time.Time) (open bool) {
	err := k.change(ctx, in, func(in webhook.Integration) (webhook.Change, error) {
		c := k.rules.Failed(in.Health, o, began, k.now())
		if c.Confirm {
			seen, err := k.evidence(ctx, in, d)
			if err != nil {
				return webhook.Change{Next: in.Health}, err
			}
			if !in.Health.Confirmed(seen) {
				c = k.rules.Refuted(in.Health, began, k.now())
			}
		}
		open = c.Waits()
		return c, nil
	}, o.Message)
	if err != nil {
		k.report(ctx, in, err)
		return false
	}
	return open
}

// succeeded takes a successful attempt.
func (k healthKeeper) succeeded(ctx context.Context, in webhook.Integration, test bool) {
	k.report(ctx, in, k.change(ctx, in, func(in webhook.Integration) (webhook.Change, error) {
		return k.rules.Succeeded(in.Health, test, k.now()), nil
	}, ""))
}

// exceeded takes a dispatch that maxPerMinute does not allow now.
func (k healthKeeper) exceeded(ctx context.Context, in webhook.Integration) {
	k.report(ctx, in, k.change(ctx, in, func(in webhook.Integration) (webhook.Change, error) {
		return k.rules.Exceeded(in.Health, k.now()), nil
	}, ""))
}

// held repeats the notice of a pause that did not go out when the integration was
// paused: nothing is attempted any more that would.
func (k healthKeeper) held(ctx context.Context, in webhook.Integration) {
	if in.StatusReason != pausedReason || !in.Health.Failing() || in.Health.Notified >= webhook.NoticePaused {
		return
	}
	told := in.Health
	told.Notified = webhook.NoticePaused
	k.report(ctx, in, k.notify(ctx, in, webhook.Change{Next: told, Save: true, Tell: webhook.NoticePaused}, pausedReason))
}

func (k healthKeeper) report(ctx context.Context, in webhook.Integration, err error) {
	if err != nil {
		k.log.LogAttrs(ctx, slog.LevelWarn, "save health failed; the next attempt repeats it",
			slog.String(logkey.IntegrationID, in.ID), slog.String(logkey.UserID, in.UserID), slog.String(logkey.Error, err.Error()))
	}
}

// change writes what decide makes of the health. On a conflict it reads the integration again and
// decides again. An integration that is gone needs no change.
func (k healthKeeper) change(ctx context.Context, in webhook.Integration, decide func(webhook.Integration) (webhook.Change, error), why string) error {
	for range maxLooks {
		c, err := decide(in)
		if err == nil {
			err = k.apply(ctx, in, c, why)
		}
		if !errors.Is(err, webhook.ErrConflict) {
			return ignoreGone(err)
		}
		if in, err = k.store.Integration(ctx, in.UserID, in.ID); err != nil {
			return ignoreGone(err)
		}
	}
	return webhook.ErrConflict
}

// apply writes a change. The line of what waits is moved before: a line that is due too early costs a
// look of the tick, one that is missing would leave what waits where it is. It is moved once more
// after a breaker has opened: a tick that saw the line before the open breaker may have removed it, or
// be about to.
func (k healthKeeper) apply(ctx context.Context, in webhook.Integration, c webhook.Change, why string) error {
	if !c.Save {
		return nil
	}
	from, to := in.Health.Breaker, c.Next.Breaker
	moves := to.State != webhook.BreakerClosed && (to.State != from.State || !to.NotBefore.Equal(from.NotBefore))
	if moves {
		if err := k.moveLine(ctx, in, to, 0); err != nil {
			return err
		}
	}
	switch c.Tell {
	case webhook.NoticeHalfway, webhook.NoticePaused:
		return k.notify(ctx, in, c, why)
	}
	if err := k.store.SaveHealth(ctx, in.UserID, in.ID, in.Health, c.Next); err != nil {
		return err
	}
	if moves && to.State == webhook.BreakerOpen {
		k.report(ctx, in, k.moveLine(ctx, in, to, time.Millisecond)) // the health is saved, whatever comes of it
	}
	k.tellOperators(ctx, in, from, to)
	return k.tellOnce(ctx, in, c, why)
}

// tellOnce sends a notice that must not go out twice, as an endpoint can be the cause of it again and
// again: that it was told is written down before. If it does not go out, that is taken back.
func (k healthKeeper) tellOnce(ctx context.Context, in webhook.Integration, c webhook.Change, why string) error {
	if c.Tell == webhook.NoticeNone {
		return nil
	}
	about := c.Next
	if c.Tell == webhook.NoticeRecovered {
		about = in.Health
	}
	err := k.notices.Notify(ctx, k.pauseAfter.NewNotice(in, about, c.Tell, why))
	if err == nil || c.Tell == webhook.NoticeRecovered {
		return err
	}
	untold := c.Next
	untold.Notified, untold.Breaker.ToldAt = in.Health.Notified, in.Health.Breaker.ToldAt
	k.report(ctx, in, k.store.SaveHealth(ctx, in.UserID, in.ID, c.Next, untold))
	return nil
}

// notify tells the platform of a stage that comes once in a run, pauses the integration if it is the
// last one, and then writes down that it was told.
func (k healthKeeper) notify(ctx context.Context, in webhook.Integration, c webhook.Change, why string) error {
	if c.Tell == webhook.NoticePaused && in.Status == webhook.Active {
		if paused, err := k.pause(ctx, in); err != nil || !paused {
			return err
		}
	}
	if err := k.notices.Notify(ctx, k.pauseAfter.NewNotice(in, c.Next, c.Tell, why)); err != nil {
		return err
	}
	return k.store.SaveHealth(ctx, in.UserID, in.ID, in.Health, c.Next)
}

// pause stops the integration unless it has recovered or was stopped concurrently.
func (k healthKeeper) pause(ctx context.Context, in webhook.Integration) (paused bool, err error) {
	since := in.Health.FailingSince
	err = change(ctx, k.store, in, func(in webhook.Integration) (webhook.Integration, bool) {
		paused = in.Status == webhook.Active && in.Health.FailingSince.Equal(since)
		if !paused {
			return in, false
		}
		next := in.Changed(k.now())
		next.Status, next.StatusReason = webhook.Paused, pausedReason
		return next, true
	})
	return paused, err
}

// tellOperators counts and logs that a breaker has opened or closed.
func (k healthKeeper) tellOperators(ctx context.Context, in webhook.Integration, from, to webhook.Breaker) {
	if from.State == to.State {
		return
	}
	text := "endpoint is back: what waits is released"
	if to.State == webhook.BreakerOpen {
		text = "endpoint is down: dispatches wait"
		k.metrics.Emit(ctx, metrics.Count(metrics.BreakerOpened))
	} else if to.Rate {
		text = "maxPerMinute is reached: dispatches wait for their turn"
	}
	k.log.LogAttrs(ctx, slog.LevelInfo, text,
		slog.String(logkey.IntegrationID, in.ID), slog.String(logkey.UserID, in.UserID), slog.String(logkey.Reason, to.Why))
}

// moveLine has the tick look at what waits when the breaker wants it: at the first probe, or at once. A
// delay makes it another line, which a tick that knows the line before cannot remove.
func (k healthKeeper) moveLine(ctx context.Context, in webhook.Integration, b webhook.Breaker, delay time.Duration) error {
	now := k.now().UTC().Truncate(time.Millisecond)
	to := webhook.Line{UserID: in.UserID, IntegrationID: in.ID, Shards: in.Shards, DueAt: now}
	if b.State == webhook.BreakerOpen {
		to.DueAt = k.rules.NextProbe(b, now)
	}
	to.DueAt = to.DueAt.Add(delay)
	for range maxLooks {
		from, err := k.store.Line(ctx, in.ID)
		if err != nil && !errors.Is(err, webhook.ErrNotFound) {
			return err
		}
		if from == to {
			return nil
		}
		if err = k.store.MoveLine(ctx, from, to); !errors.Is(err, webhook.ErrConflict) {
			return err
		}
	}
	return webhook.ErrConflict
}

// seen is how many dispatches of the log are looked at for evidence, twice.
const seen = 25

// evidence looks at the newest dispatches, and at those before d, as a release goes by age.
func (k healthKeeper) evidence(ctx context.Context, in webhook.Integration, d webhook.Dispatch) (webhook.Evidence, error) {
	var e webhook.Evidence
	for _, after := range []string{"", d.ID} {
		page, err := k.store.Dispatches(ctx, in.ID, webhook.DispatchQuery{Shards: in.Shards, After: after, Limit: seen})
		if err != nil {
			return e, err
		}
		for _, other := range page.Dispatches {
			if other.ID != d.ID {
				e = e.With(other)
			}
		}
	}
	return e, nil
}

func ignoreGone(err error) error {
	if errors.Is(err, webhook.ErrNotFound) {
		return nil
	}
	return err
}

// disable turns off the integration whose receiver wants no more webhooks. A concurrent edit wins: the
// integration is disabled only if it is still active and still calls the same URL. If the store
// fails, the next such answer disables it.
func (j *job) disable(ctx context.Context, in webhook.Integration, reason string) {
	calls := in.RequestURL
	err := change(ctx, j.cfg.Integrations, in, func(in webhook.Integration) (webhook.Integration, bool) {
		if in.Status != webhook.Active || in.RequestURL != calls {
			return in, false
		}
		next := in.Changed(j.cfg.Now())
		next.Status, next.StatusReason = webhook.Disabled, reason
		return next, true
	})
	if err != nil {
		j.line(ctx, slog.LevelError, "disable integration failed", slog.String(logkey.Error, err.Error()))
	}
}

// change applies edit to the integration and stores the result. On a conflict it re-reads the
// integration and edits again. It returns nil if edit reports false or the integration no longer
// exists.
func change(ctx context.Context, store Integrations, in webhook.Integration, edit func(webhook.Integration) (webhook.Integration, bool)) error {
	for range maxLooks {
		next, ok := edit(in)
		if !ok {
			return nil
		}
		err := store.UpdateIntegration(ctx, next)
		if errors.Is(err, webhook.ErrConflict) {
			in, err = store.Integration(ctx, in.UserID, in.ID)
			if err == nil {
				continue
			}
		}
		if errors.Is(err, webhook.ErrNotFound) {
			return nil
		}
		return err
	}
	return webhook.ErrConflict
}
