package fanout

import (
	"context"
	"errors"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	// pausedFor is how long a tick leaves what waits for a paused integration alone. It is looked at
	// at once when the integration is made active.
	pausedFor = 6 * time.Hour

	// sweepAfter is how many minutes after the breaker has closed the tick looks for what was parked while it
	// closed. Then it looks for what still waits as its message got lost: after lostAfter minutes, and at
	// intervals that double up to longestSweep. Right after an outage of many endpoints, messages may be in
	// the queue for an hour, and to send them again and again would keep them there for longer.
	sweepAfter, lostAfter, longestSweep = 2, 15, 60

	// maxStale is how many places a probe passes over whose dispatches do not wait.
	maxStale = 20
)

// visit is a tick's look at what waits for one integration. Messages are sent before the line moves: of
// a tick that comes twice both may send, and one moves the line.
type visit struct {
	*Ticker
	line webhook.Line // as it is stored
	in   webhook.Integration
}

// look deals with the line that an entry of the due index points to.
func (t *Ticker) look(ctx context.Context, e webhook.Due) error {
	line, err := t.Lines.Line(ctx, e.IntegrationID)
	switch {
	case errors.Is(err, webhook.ErrNotFound), err == nil && !line.DueAt.Equal(e.At):
		return t.Index.RemoveDue(ctx, e) // the line has moved on
	case err != nil:
		return err
	}
	in, err := t.Records.Integration(ctx, line.UserID, line.IntegrationID)
	v := visit{Ticker: t, line: line, in: in}
	switch {
	case errors.Is(err, webhook.ErrNotFound):
		return t.Lines.RemoveLine(ctx, line) // what waits expires
	case err != nil:
		return err
	case in.Status == webhook.Paused:
		return v.move(ctx, t.Now().Add(pausedFor), line.After)
	case in.Status == webhook.Disabled, in.Health.Breaker.State == webhook.BreakerReleasing:
		return v.release(ctx)
	case in.Health.Breaker.State == webhook.BreakerOpen:
		return v.probe(ctx)
	}
	return v.sweep(ctx)
}

// move has the line looked at again at a time, from a place on.
func (v visit) move(ctx context.Context, at time.Time, after string) error {
	to := v.line
	to.DueAt, to.After, to.Shards = at.UTC().Truncate(time.Millisecond), after, v.in.Shards
	return v.Lines.MoveLine(ctx, v.line, to)
}

// nextMinute is when the tick after this one looks at the line.
func (v visit) nextMinute() time.Time {
	if next, now := v.line.DueAt.Add(v.minute()), v.Now(); next.After(now) {
		return next
	}
	return v.Now() // this tick came late
}

// probe queues the dispatch that asks whether the endpoint is back: the oldest that waits, and every
// other time the newest, as one payload that the receiver refuses must not keep all others waiting.
func (v visit) probe(ctx context.Context) error {
	b, now := v.in.Health.Breaker, v.Now()
	at := v.Rules.NextProbe(b, v.line.DueAt.Add(-time.Millisecond))
	if at.Sub(now) >= v.minute() {
		return v.move(ctx, at, "")
	}
	d, found, err := v.first(ctx, v.Rules.ProbeNumber(b, at)%2 == 0)
	switch {
	case err != nil:
		return err
	case !found: // the next dispatch that comes is the probe
		return v.drained(ctx, "")
	}
	m := d.Message()
	m.Probe = true
	if err := v.send(ctx, []webhook.Delayed{{Message: m, After: at.Sub(now)}}); err != nil {
		return err
	}
	if at.Before(now) {
		at = now
	}
	return v.move(ctx, v.Rules.NextProbe(b, at), "")
}

// first returns the dispatch at one end of the line.
func (v visit) first(ctx context.Context, last bool) (d webhook.Dispatch, found bool, err error) {
	page, err := v.Lines.Waiting(ctx, v.in.ID, webhook.WaitingQuery{Shards: v.in.Shards, Last: last, Limit: maxStale})
	if err != nil {
		return d, false, err
	}
	for _, entry := range page.Entries {
		waiting, err := v.waiting(ctx, []webhook.WaitingEntry{entry})
		if err != nil {
			return d, false, err
		}
		if len(waiting) > 0 {
			return waiting[0], true, nil
		}
	}
	return d, false, nil
}

// waiting returns the dispatches of some places that wait, and removes the places of those that do not.
func (v visit) waiting(ctx context.Context, places []webhook.WaitingEntry) ([]webhook.Dispatch, error) {
	refs := make([]webhook.Ref, len(places))
	for i, place := range places {
		refs[i] = place.Ref
	}
	loaded, err := v.Records.Load(ctx, refs)
	if err != nil {
		return nil, err
	}
	var waiting []webhook.Dispatch
	for i, l := range loaded {
		switch d := l.Dispatch; {
		case l.Err != nil: // a newer version of this program releases it
		case d.Status == webhook.DispatchWaiting && d.Event != nil:
			waiting = append(waiting, d)
		case d.Status != webhook.DispatchWaiting: // the store keeps the place of one that is being parked
			if err := v.Lines.RemoveWaiting(ctx, places[i].Ref, places[i].Accepted); err != nil {
				return nil, err
			}
		}
	}
	return waiting, nil
}

// release queues the dispatches of the next minute, and closes the breaker at the end of the line.
func (v visit) release(ctx context.Context) error {
	pace := v.Rules.Pace(v.in.Health.Breaker, v.in.MaxPerMinute, v.line.DueAt)
	if v.in.Status == webhook.Disabled { // nothing is sent: the delivery ends each
		pace = v.Rules.Pace(webhook.Breaker{Rate: true}, 0, v.line.DueAt)
	}
	_, after, ended, err := v.queueSome(ctx, pace)
	switch {
	case err != nil:
		return err
	case ended:
		return v.drained(ctx, after)
	}
	return v.move(ctx, v.nextMinute(), after)
}

// queueSome queues up to pace dispatches behind the line's place, evenly spread over a minute. It
// returns how many, the new place, and whether that is the end.
func (v visit) queueSome(ctx context.Context, pace int) (sent int, after string, ended bool, err error) {
	after = v.line.After
	for sent < pace {
		page, err := v.Lines.Waiting(ctx, v.in.ID, webhook.WaitingQuery{Shards: v.in.Shards, After: after, Limit: min(waitingPage, pace-sent)})
		if err != nil {
			return sent, after, false, err
		}
		n, err := v.queuePage(ctx, page.Entries, sent, pace)
		if sent += n; err != nil {
			return sent, after, false, err
		}
		if n := len(page.Entries); n > 0 {
			after = page.Entries[n-1].Cursor
		}
		if page.Next == "" {
			return sent, after, true, nil
		}
	}
	return sent, after, false, nil
}

// queuePage queues those of a page that wait, after others of the minute.
func (v visit) queuePage(ctx context.Context, places []webhook.WaitingEntry, before, pace int) (int, error) {
	var due []webhook.Delayed
	for len(places) > 0 {
		part := places[:min(loadAtOnce, len(places))]
		places = places[len(part):]
		waiting, err := v.waiting(ctx, part)
		if err != nil {
			return 0, err
		}
		for _, d := range waiting {
			at := v.line.DueAt.Add(v.minute() * time.Duration(before+len(due)) / time.Duration(pace))
			due = append(due, webhook.Delayed{Message: d.Message(), After: at.Sub(v.Now())})
		}
	}
	return len(due), v.send(ctx, due)
}

// drained closes the breaker, as nothing waits behind a place of the line, and has the line looked through
// once more from there. Where no write of the health is left, the next tick tries again.
func (v visit) drained(ctx context.Context, after string) error {
	now := v.Now()
	if v.in.Health.Breaker.State != webhook.BreakerClosed {
		c := v.Rules.Drained(v.in.Health, now)
		if !c.Save {
			return v.move(ctx, now.Add(v.minute()), after)
		}
		if err := v.Records.SaveHealth(ctx, v.in.UserID, v.in.ID, v.in.Health, c.Next); err != nil {
			return err // on a conflict the next tick looks at what the health is now
		}
	}
	return v.move(ctx, now.Add(sweepAfter*v.minute()), after)
}

// nextSweep is when to look for lost messages: after as much time again as has passed since the breaker closed.
func (v visit) nextSweep() time.Time {
	since := v.Now().Sub(v.in.Health.Breaker.Wrote)
	return v.Now().Add(min(max(since, lostAfter*v.minute()), longestSweep*v.minute()))
}

// sweep queues what waits though the breaker is closed, and ends the line when nothing does.
func (v visit) sweep(ctx context.Context) error {
	sent, after, ended, err := v.queueSome(ctx, waitingPage)
	switch {
	case err != nil:
		return err
	case !ended:
		return v.move(ctx, v.nextMinute(), after)
	case sent > 0 || v.line.After != "":
		return v.move(ctx, v.nextSweep(), "")
	}
	page, err := v.Lines.Waiting(ctx, v.in.ID, webhook.WaitingQuery{Shards: v.in.Shards, Limit: 1})
	switch {
	case err != nil:
		return err
	case len(page.Entries) > 0: // the place of one that is about to wait, or is attempted now
		return v.move(ctx, v.Now().Add(sweepAfter*v.minute()), "")
	case v.line.DueAt.After(v.Now()): // a breaker that is about to open has placed it: the next tick looks again
		return nil
	}
	return v.Lines.RemoveLine(ctx, v.line)
}
