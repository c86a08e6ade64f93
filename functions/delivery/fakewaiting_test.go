package delivery_test

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func (s *fakeStore) Park(ctx context.Context, d webhook.Dispatch) error {
	return s.do(ctx, "park", func() error {
		s.waiting[d.ID] = d.Accepted // the place comes first
		return s.put(d)
	})
}

func (s *fakeStore) Keeps(webhook.Dispatch) bool { return !s.forgetful }

func (s *fakeStore) RemoveWaiting(ctx context.Context, ref webhook.Ref, _ time.Time) error {
	return s.do(ctx, "remove waiting", func() error {
		delete(s.waiting, ref.DispatchID)
		return nil
	})
}

func (s *fakeStore) PutDue(ctx context.Context, d webhook.Due) error {
	return s.do(ctx, "put due", func() error {
		s.due[d.DispatchID] = d
		return nil
	})
}

func (s *fakeStore) Line(ctx context.Context, integrationID string) (line webhook.Line, err error) {
	err = s.do(ctx, "line", func() error {
		var ok bool
		if line, ok = s.lines[integrationID]; !ok {
			return webhook.ErrNotFound
		}
		return nil
	})
	return line, err
}

func (s *fakeStore) MoveLine(ctx context.Context, from, to webhook.Line) error {
	return s.do(ctx, "move line", func() error {
		if stored := s.lines[to.IntegrationID]; stored != from && stored != to {
			return webhook.ErrConflict
		}
		s.lines[to.IntegrationID] = to
		return nil
	})
}

// Reserve allows perMinute requests in each minute of the clock.
func (s *fakeStore) Reserve(ctx context.Context, integrationID string, perMinute, _ int, now time.Time) (free bool, err error) {
	err = s.do(ctx, "reserve", func() error {
		minute := integrationID + now.Truncate(time.Minute).String()
		if free = s.reserved[minute] < perMinute; free {
			s.reserved[minute]++
		}
		return nil
	})
	return free, err
}

func (s *fakeStore) GrowShards(ctx context.Context, _, id string, from, to int) error {
	return s.do(ctx, "grow shards", func() error {
		in := s.integrations[id]
		if max(in.Shards, 1) != from {
			return webhook.ErrConflict
		}
		in.Shards = to
		s.integrations[id] = in
		return nil
	})
}

func (s *fakeStore) Dispatches(ctx context.Context, integrationID string, q webhook.DispatchQuery) (page webhook.DispatchPage, err error) {
	err = s.do(ctx, "dispatches", func() error {
		all := slices.SortedFunc(maps.Values(s.dispatches), func(a, b webhook.Dispatch) int { return cmp.Compare(b.ID, a.ID) })
		for _, d := range all {
			if d.IntegrationID == integrationID && (q.After == "" || d.ID < q.After) && len(page.Dispatches) < q.Limit {
				page.Dispatches = append(page.Dispatches, d)
			}
		}
		return nil
	})
	return page, err
}

// tick does what the minute's tick does about the earliest thing that is due, and reports false if
// nothing is: it sends a probe, or all that waits, and closes the breaker when nothing waits.
func (w *harness) tick() bool {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	id, at := "", time.Time{}
	for dispatch, due := range w.store.due {
		if id == "" || due.At.Before(at) {
			id, at = dispatch, due.At
		}
	}
	line := webhook.Line{}
	for _, l := range w.store.lines {
		if id == "" && line.IntegrationID == "" || l.DueAt.Before(cmp.Or(line.DueAt, at)) {
			line = l
		}
	}
	switch {
	case line.IntegrationID != "" && (id == "" || line.DueAt.Before(at)):
		time.Sleep(time.Until(line.DueAt))
		w.tickLine(line)
	case id != "":
		time.Sleep(time.Until(at))
		delete(w.store.due, id)
		w.requeue(id, false)
	default:
		return false
	}
	return true
}

func (w *harness) tickLine(line webhook.Line) {
	in := w.store.integrations[line.IntegrationID]
	var waiting []string
	for id := range w.store.waiting {
		if w.store.dispatches[id].IntegrationID == in.ID {
			waiting = append(waiting, id)
		}
	}
	slices.SortFunc(waiting, func(a, b string) int { return w.store.waiting[a].Compare(w.store.waiting[b]) })
	now := time.Now()
	switch {
	case len(waiting) == 0 || in.Status == webhook.Paused:
		if len(waiting) == 0 {
			in.Health.Breaker.State = webhook.BreakerClosed
			w.store.integrations[in.ID] = in
		}
		delete(w.store.lines, in.ID)
		return
	case in.Health.Breaker.State == webhook.BreakerOpen:
		w.requeue(waiting[0], true)
		line.DueAt = webhook.BreakerRules{}.NextProbe(in.Health.Breaker, now)
	default:
		for _, id := range waiting {
			w.requeue(id, false)
		}
		line.DueAt = now.Add(time.Minute)
	}
	w.store.lines[in.ID] = line
}

// requeue puts a message for a recorded dispatch into the queue.
func (w *harness) requeue(id string, probe bool) {
	d := w.store.dispatches[id]
	if d.Status != webhook.DispatchWaiting && d.Status != webhook.DispatchRetrying {
		delete(w.store.waiting, id)
		return
	}
	w.queue.add(webhook.Message{
		Ref: d.Ref(), EventID: d.EventID, EventType: d.EventType, Trigger: d.Trigger, Round: d.Round,
		CreatedAt: d.CreatedAt, Accepted: d.Accepted, Probe: probe, Event: d.Event,
	}.Encode())
}

// nextTick is when the earliest thing is due for which tick does something.
func (w *harness) nextTick() (at time.Time, some bool) {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	earliest := func(t time.Time) {
		if !some || t.Before(at) {
			at, some = t, true
		}
	}
	for _, due := range w.store.due {
		earliest(due.At)
	}
	for _, line := range w.store.lines {
		earliest(line.DueAt)
	}
	return at, some
}

// both handles two batches at the same time.
func (w *harness) both(a, b []events.SQSMessage) {
	w.Helper()
	var wg sync.WaitGroup
	for _, batch := range [][]events.SQSMessage{a, b} {
		wg.Go(func() {
			resp, err := w.handler.Handle(w.Context(), events.SQSEvent{Records: batch})
			if err != nil {
				w.Errorf("Handle = %v", err)
			}
			w.queue.settle(batch, resp)
		})
	}
	wg.Wait()
}
