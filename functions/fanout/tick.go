package fanout

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/sync/errgroup"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Index is what has been put off, by the time at which it is due.
type Index interface {
	DueEntries(ctx context.Context, q webhook.DueQuery) (webhook.DuePage, error)
	RemoveDue(ctx context.Context, d webhook.Due) error
}

// Lines keeps what waits for the endpoints of integrations.
type Lines interface {
	// Line returns webhook.ErrNotFound if there is none.
	Line(ctx context.Context, integrationID string) (webhook.Line, error)

	// MoveLine and RemoveLine return webhook.ErrConflict if another line is stored.
	MoveLine(ctx context.Context, from, to webhook.Line) error
	RemoveLine(ctx context.Context, line webhook.Line) error

	Waiting(ctx context.Context, integrationID string, q webhook.WaitingQuery) (webhook.WaitingPage, error)
	RemoveWaiting(ctx context.Context, ref webhook.Ref, accepted time.Time) error
}

// Records reads integrations and dispatches, and writes the health of integrations.
type Records interface {
	Load(ctx context.Context, refs []webhook.Ref) ([]webhook.Loaded, error)
	Integration(ctx context.Context, userID, id string) (webhook.Integration, error)
	SaveHealth(ctx context.Context, userID, id string, from, to webhook.Health) error
}

// Later takes messages that come into sight after a delay.
type Later interface {
	SendLater(ctx context.Context, msgs []webhook.Delayed) error
}

// Ticker queues what has become due: dispatches whose next attempt was put off, and what waits for an
// endpoint that is asked, or that is back. It is safe for concurrent use.
type Ticker struct {
	Index   Index
	Lines   Lines
	Records Records
	Later   Later
	Rules   webhook.BreakerRules
	Minute  time.Duration // how far ahead a tick looks, and the time between two; a minute
	Metrics metrics.Emitter
	Log     *slog.Logger
	Now     func() time.Time
}

// TickSource and TickDetailType mark the event that the schedule of the deployment makes each minute.
const (
	TickSource     = "webhooks.schedule"
	TickDetailType = "Minute"
)

// IsTick reports whether an event is the minute's tick.
func IsTick(ev events.EventBridgeEvent) bool {
	return ev.Source == TickSource && ev.DetailType == TickDetailType
}

const (
	duePage     = 500
	atOnce      = 16 // calls to the store
	loadAtOnce  = 10
	waitingPage = 500
)

// Tick queues what is due before the next tick, to the second. A tick that comes twice queues a
// dispatch twice at most, and nothing that has ended; one that is late or left out delays. Errors
// about one entry are logged, and leave it to the next tick; Tick returns those of the index itself.
func (t *Ticker) Tick(ctx context.Context) error {
	now := t.Now()
	late := make([]time.Duration, webhook.DueShards)
	var shards errgroup.Group
	shards.SetLimit(4)
	for shard := range late {
		shards.Go(func() (err error) {
			late[shard], err = t.shard(ctx, shard, now)
			return err
		})
	}
	err := shards.Wait()
	t.Metrics.Emit(ctx, metrics.Point{Name: metrics.OverdueSeconds, Value: slices.Max(late).Seconds()})
	return err
}

func (t *Ticker) minute() time.Duration {
	if t.Minute == 0 {
		return time.Minute
	}
	return t.Minute
}

// shard goes through the entries of a shard of the index that are due before the next tick. It returns
// for how long the earliest has been due.
func (t *Ticker) shard(ctx context.Context, shard int, now time.Time) (late time.Duration, err error) {
	q := webhook.DueQuery{Shard: shard, Before: now.Add(t.minute()), Limit: duePage}
	for {
		page, err := t.Index.DueEntries(ctx, q)
		if err != nil {
			return late, err
		}
		if len(page.Entries) > 0 {
			late = max(late, now.Sub(page.Entries[0].At))
		}
		var dispatches []webhook.Due
		var lines errgroup.Group
		lines.SetLimit(atOnce)
		for _, e := range page.Entries {
			if e.DispatchID != "" {
				dispatches = append(dispatches, e)
				continue
			}
			lines.Go(func() error { t.report(ctx, e, t.look(ctx, e)); return nil })
		}
		t.dispatches(ctx, dispatches)
		_ = lines.Wait() // its functions return nil
		if q.After = page.Next; q.After == "" || ctx.Err() != nil {
			return late, ctx.Err()
		}
	}
}

// report logs the error of an entry. Who was faster has done what there was to do.
func (t *Ticker) report(ctx context.Context, e webhook.Due, err error) {
	if err == nil || errors.Is(err, webhook.ErrConflict) {
		return
	}
	t.Log.ErrorContext(ctx, "release what is due failed", logkey.IntegrationID, e.IntegrationID, logkey.UserID, e.UserID,
		logkey.DispatchID, e.DispatchID, logkey.Error, err)
}

// dispatches queues those that still wait for the attempt that the entry is about.
func (t *Ticker) dispatches(ctx context.Context, entries []webhook.Due) {
	var parts errgroup.Group
	parts.SetLimit(atOnce)
	for len(entries) > 0 {
		part := entries[:min(loadAtOnce, len(entries))]
		entries = entries[len(part):]
		parts.Go(func() error {
			t.report(ctx, part[0], t.queueDue(ctx, part))
			return nil
		})
	}
	_ = parts.Wait()
}

// queueDue sends the messages first and removes the entries then: a crash between the two repeats.
func (t *Ticker) queueDue(ctx context.Context, entries []webhook.Due) error {
	refs := make([]webhook.Ref, len(entries))
	for i, e := range entries {
		refs[i] = webhook.Ref{UserID: e.UserID, IntegrationID: e.IntegrationID, DispatchID: e.DispatchID, Shards: e.Shards}
	}
	loaded, err := t.Records.Load(ctx, refs)
	if err != nil {
		return err
	}
	now := t.Now()
	var due []webhook.Delayed
	for i, l := range loaded {
		if d := l.Dispatch; l.Err == nil && d.Status == webhook.DispatchRetrying && d.Event != nil && d.NextAttemptAt.Equal(entries[i].At) {
			due = append(due, webhook.Delayed{Message: d.Message(), After: entries[i].At.Sub(now)})
		}
	}
	if err := t.send(ctx, due); err != nil {
		return err
	}
	for _, e := range entries {
		if err := t.Index.RemoveDue(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (t *Ticker) send(ctx context.Context, due []webhook.Delayed) error {
	if len(due) == 0 {
		return nil
	}
	if err := t.Later.SendLater(ctx, due); err != nil {
		return err
	}
	t.Metrics.Emit(ctx, metrics.Point{Name: metrics.Released, Value: float64(len(due))})
	return nil
}
