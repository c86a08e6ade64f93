package fanout_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/shared/clock"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// ticking is a ticker on the node's store, with a clock that the test moves.
type ticking struct {
	*testing.T
	store  *sqlitestore.Store
	clock  *clock.Held
	later  *later
	ticker *fanout.Ticker
	log    *bytes.Buffer
	n      int
}

// later keeps what it is given.
type later struct {
	mu   sync.Mutex
	now  func() time.Time
	sent []arrival
	fail error
}

type arrival struct {
	webhook.Message
	at time.Time
}

func (l *later) SendLater(_ context.Context, msgs []webhook.Delayed) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		return l.fail
	}
	for _, m := range msgs {
		if m.After > 15*time.Minute {
			return fmt.Errorf("a delay of %v", m.After)
		}
		l.sent = append(l.sent, arrival{m.Message, l.now().Add(max(m.After, 0))})
	}
	return nil
}

func newTicking(t *testing.T) *ticking {
	w := &ticking{T: t, clock: clock.Hold(taskTime), log: &bytes.Buffer{}}
	var err error
	w.store, err = sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"), sqlitestore.Options{Now: w.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
		if err := logkey.Check(w.log.String()); err != nil {
			t.Error(err)
		}
	})
	w.later = &later{now: w.clock.Now}
	w.ticker = &fanout.Ticker{
		Index: w.store, Lines: w.store, Records: w.store, Later: w.later,
		Metrics: &metrics.Counters{}, Log: slog.New(slog.NewJSONHandler(w.log, nil)), Now: w.clock.Now,
	}
	return w
}

func (w *ticking) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *ticking) tick() {
	w.Helper()
	w.must(w.ticker.Tick(w.Context()))
}

// ticks ticks minute by minute.
func (w *ticking) ticks(minutes int) {
	w.Helper()
	for range minutes {
		w.clock.Advance(time.Minute)
		w.tick()
	}
}

// integration stores one whose breaker is in a state, with a line that is due.
func (w *ticking) integration(state webhook.BreakerState, change ...func(*webhook.Integration)) webhook.Integration {
	w.Helper()
	now := w.clock.Now().UTC()
	in := webhook.Integration{
		ID: ids.New(now), UserID: "3406", Name: "n", EventTypes: []webhook.EventType{webhook.Failed}, RequestURL: "https://h.example.com/",
		Status: webhook.Active, Version: 1, CreatedAt: now, ModifiedAt: now,
	}
	for _, c := range change {
		c(&in)
	}
	_, err := w.store.CreateIntegration(w.Context(), in, webhook.CreateOptions{Quota: 100})
	w.must(err)
	in.Health = webhook.Health{FailingSince: now, Breaker: webhook.Breaker{State: state, Since: now, Why: "answered 503"}}
	w.must(w.store.SaveHealth(w.Context(), in.UserID, in.ID, webhook.Health{}, in.Health))
	due := now
	if state == webhook.BreakerOpen {
		due = now.Add(time.Minute) // the first probe
	}
	w.must(w.store.MoveLine(w.Context(), webhook.Line{}, webhook.Line{UserID: in.UserID, IntegrationID: in.ID, DueAt: due}))
	return in
}

// waits records a dispatch that waits for the integration.
func (w *ticking) waits(in webhook.Integration) webhook.Dispatch {
	w.Helper()
	w.n++
	event := fmt.Sprint("e-", w.n)
	d := webhook.Dispatch{
		ID: ids.Dispatch(taskTime, event, in.ID), IntegrationID: in.ID, UserID: in.UserID, EventID: event, EventType: webhook.Failed,
		Trigger: webhook.TriggerEvent, CreatedAt: taskTime, Accepted: taskTime.Add(time.Duration(w.n) * time.Microsecond), Event: []byte(`{"userId":3406}`),
	}.Waiting("waits")
	w.must(w.store.Park(w.Context(), d))
	return d
}

// delivered records that a dispatch was delivered.
func (w *ticking) delivered(d webhook.Dispatch) {
	w.Helper()
	w.must(w.store.SaveDispatch(w.Context(), d.Ending(webhook.DispatchSucceeded, "", w.clock.Now())))
}

func (w *ticking) sent() (list []string) {
	for _, m := range w.later.sent {
		list = append(list, m.DispatchID)
	}
	return list
}

func (w *ticking) wantSent(want ...webhook.Dispatch) {
	w.Helper()
	var list []string
	for _, d := range want {
		list = append(list, d.ID)
	}
	if got := w.sent(); !slices.Equal(got, list) {
		w.Errorf("sent %v, want %v", got, list)
	}
	w.later.sent = nil
}

func (w *ticking) state(in webhook.Integration) webhook.BreakerState {
	w.Helper()
	stored, err := w.store.Integration(w.Context(), in.UserID, in.ID)
	w.must(err)
	return stored.Health.Breaker.State
}

func TestOneProbeAtATimeTheOldestAndTheNewestInTurn(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerOpen)
	first := w.waits(in)
	w.waits(in)
	last := w.waits(in)
	w.tick() // nothing is due within the minute: the first probe is due at its end
	w.wantSent()
	for n, want := range []webhook.Dispatch{first, last, first, last} {
		due := []int{1, 3, 7, 15}[n]
		for w.clock.Now().Before(taskTime.Add(time.Duration(due)*time.Minute - time.Second)) {
			w.clock.Advance(30 * time.Second)
			w.tick()
		}
		if len(w.later.sent) != 1 || !w.later.sent[0].Probe || !w.later.sent[0].at.Equal(taskTime.Add(time.Duration(due)*time.Minute)) {
			t.Errorf("probe %d: sent %+v", n+1, w.later.sent)
		}
		w.wantSent(want)
	}
}

func TestAReleaseGoesOldestFirstFasterAndFaster(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerReleasing)
	var all []webhook.Dispatch
	for range 400 {
		all = append(all, w.waits(in))
	}
	for minute, n := range []int{60, 240, 100} {
		if minute > 0 {
			w.clock.Advance(time.Minute)
		}
		w.tick()
		if got := len(w.later.sent); got != n {
			t.Errorf("minute %d: %d sent, want %d", minute+1, got, n)
		}
		for i, m := range w.later.sent {
			if m.Probe || i > 0 && m.at.Before(w.later.sent[i-1].at) || m.at.Sub(w.clock.Now()) >= time.Minute {
				t.Fatalf("minute %d: message %d comes at %v", minute+1, i, m.at)
			}
		}
		w.wantSent(all[:n]...)
		for _, d := range all[:n] {
			w.delivered(d)
		}
		all = all[n:]
	}
	w.ticks(1)
	if got := w.state(in); got != webhook.BreakerClosed {
		t.Errorf("the breaker is %q when nothing waits", got)
	}
	w.ticks(20)
	w.wantSent()
	if _, err := w.store.Line(t.Context(), in.ID); !errors.Is(err, webhook.ErrNotFound) {
		t.Errorf("the line is still there: %v", err)
	}
}

func TestARateIsReleasedEvenly(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerReleasing, func(in *webhook.Integration) { in.MaxPerMinute = 30 })
	for range 100 {
		w.waits(in)
	}
	w.ticks(3)
	if len(w.later.sent) != 90 {
		t.Fatalf("%d in three minutes, want 90", len(w.later.sent))
	}
	for i := 30; i < len(w.later.sent); i++ {
		if took := w.later.sent[i].at.Sub(w.later.sent[i-30].at); took < time.Minute {
			t.Errorf("31 within %v", took)
		}
	}
}

// What was parked while the breaker closed is found by the look after it, and so is what got lost.
func TestWhatIsParkedWhileTheBreakerClosesIsFound(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerReleasing)
	w.ticks(1)
	if got := w.state(in); got != webhook.BreakerClosed {
		t.Fatalf("the breaker is %q", got)
	}
	late := w.waits(in)
	w.ticks(3)
	w.wantSent(late)
	w.ticks(10) // the message is still in the queue
	w.wantSent()
	w.ticks(7) // the message got lost
	if len(w.later.sent) == 0 {
		t.Error("it is not sent again")
	}
	w.delivered(late)
	w.ticks(40)
	if _, err := w.store.Line(t.Context(), in.ID); !errors.Is(err, webhook.ErrNotFound) {
		t.Errorf("the line is still there: %v", err)
	}
}

// After an outage of many endpoints, what was released may be in the queue for an hour.
func TestWhatIsInTheQueueIsSeldomSentAgain(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerReleasing)
	for range 100 {
		w.waits(in)
	}
	w.ticks(2)
	if len(w.later.sent) != 100 {
		t.Fatalf("%d released, want 100", len(w.later.sent))
	}
	w.ticks(90)
	if got := len(w.later.sent); got != 400 {
		t.Errorf("sent %d times in the next 90 minutes, want each three times", got-100)
	}
}

func TestWithNothingToProbeWithTheNextDispatchIsTheProbe(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerOpen)
	w.ticks(3)
	stored, err := w.store.Integration(t.Context(), in.UserID, in.ID)
	w.must(err)
	if stored.Health.Breaker.State != webhook.BreakerClosed || !stored.Health.Failing() {
		t.Errorf("health %+v; want it closed, and the run of failures to go on", stored.Health)
	}
}

func TestWhatWaitsForAPausedIntegrationIsHeldWhereItIs(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerOpen)
	w.waits(in)
	paused := in.Changed(w.clock.Now())
	paused.Status = webhook.Paused
	w.must(w.store.UpdateIntegration(t.Context(), paused))
	w.ticks(60)
	w.wantSent()
	if line, err := w.store.Line(t.Context(), in.ID); err != nil || line.DueAt.Before(w.clock.Now()) {
		t.Errorf("line %+v, %v", line, err)
	}
}

func TestADisabledIntegrationsLineIsEnded(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerOpen)
	var all []webhook.Dispatch
	for range 100 {
		all = append(all, w.waits(in))
	}
	disabled := in.Changed(w.clock.Now())
	disabled.Status = webhook.Disabled
	w.must(w.store.UpdateIntegration(t.Context(), disabled))
	w.ticks(1)
	w.wantSent(all...) // the delivery ends each
}

// A line of a closed breaker that is not due yet may belong to one that is about to open.
func TestALineIsNotRemovedBeforeItIsDue(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerClosed)
	line := webhook.Line{UserID: in.UserID, IntegrationID: in.ID, Shards: in.Shards, DueAt: w.clock.Now().Add(59 * time.Second)}
	stored, err := w.store.Line(t.Context(), in.ID)
	if err != nil && !errors.Is(err, webhook.ErrNotFound) {
		t.Fatal(err)
	}
	w.must(w.store.MoveLine(t.Context(), stored, line))
	w.must(w.ticker.Tick(t.Context()))
	if got, err := w.store.Line(t.Context(), in.ID); err != nil || got != line {
		t.Errorf("line %+v, %v", got, err)
	}
	w.clock.Advance(time.Minute)
	w.must(w.ticker.Tick(t.Context()))
	if _, err := w.store.Line(t.Context(), in.ID); !errors.Is(err, webhook.ErrNotFound) {
		t.Errorf("the line is still there: %v", err)
	}
}

func TestADeletedIntegrationsLineIsRemoved(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerOpen)
	w.waits(in)
	w.must(w.store.DeleteIntegration(t.Context(), in.UserID, in.ID, 1))
	w.ticks(2)
	w.wantSent()
	if _, err := w.store.Line(t.Context(), in.ID); !errors.Is(err, webhook.ErrNotFound) {
		t.Errorf("the line is still there: %v", err)
	}
}

// retries records a dispatch whose next attempt is due after a while, with its entry.
func (w *ticking) retries(in webhook.Integration, wait time.Duration) webhook.Dispatch {
	w.Helper()
	w.n++
	event := fmt.Sprint("e-", w.n)
	d := webhook.Dispatch{
		ID: ids.Dispatch(taskTime, event, in.ID), IntegrationID: in.ID, UserID: in.UserID, EventID: event, EventType: webhook.Failed,
		Trigger: webhook.TriggerEvent, CreatedAt: taskTime, Accepted: taskTime, Event: []byte(`{"userId":3406}`),
	}
	d = d.After(webhook.Attempt{Number: 1, StartedAt: taskTime}, webhook.Verdict{Status: webhook.DispatchRetrying, Wait: wait}, w.clock.Now())
	w.must(w.store.SaveDispatch(w.Context(), d))
	w.must(w.store.PutDue(w.Context(), webhook.Due{At: d.NextAttemptAt, UserID: in.UserID, IntegrationID: in.ID, DispatchID: d.ID}))
	return d
}

func TestADueDispatchIsQueuedToTheSecond(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerClosed)
	d := w.retries(in, 30*time.Minute+17*time.Second)
	gone := w.retries(in, 30*time.Minute)
	w.must(w.store.SaveDispatch(t.Context(), gone.Ending(webhook.DispatchFailed, "redelivered and failed", w.clock.Now())))
	for range 29 {
		w.ticks(1)
	}
	w.wantSent()
	w.ticks(1)
	if len(w.later.sent) != 1 || !w.later.sent[0].at.Equal(d.NextAttemptAt) {
		t.Errorf("sent %+v", w.later.sent)
	}
	w.wantSent(d)
	w.ticks(5)
	w.wantSent() // once
}

func TestATickThatComesLateOrTwiceQueuesWhatIsDue(t *testing.T) {
	w := newTicking(t)
	in := w.integration(webhook.BreakerClosed)
	d := w.retries(in, 20*time.Minute)
	w.clock.Advance(80 * time.Minute) // no tick for an hour
	counters := &metrics.Counters{}
	w.ticker.Metrics = counters
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { _ = w.ticker.Tick(t.Context()) })
	}
	both.Wait()
	if late := counters.Totals()[metrics.Series{Name: metrics.OverdueSeconds}].Max; late != 3600+1200-60 && late != 3600 && late != 4800 {
		t.Errorf("overdue for %v s", late)
	}
	if n := len(w.later.sent); n < 1 || n > 2 || w.later.sent[0].DispatchID != d.ID {
		t.Errorf("sent %v", w.sent())
	}
	w.later.sent = nil
	w.ticks(2)
	w.wantSent()
}

// Each call of a tick fails once, before it took effect or after. In the end everything was sent.
func TestATickThatFailsAnywhereLosesNothing(t *testing.T) {
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			w := newTicking(t)
			fault := &failingTick{Store: w.store, later: w.later, at: at, after: after}
			w.ticker.Index, w.ticker.Lines, w.ticker.Records, w.ticker.Later = fault, fault, fault, fault
			in := w.integration(webhook.BreakerReleasing)
			want := map[string]bool{}
			for range 12 {
				want[w.waits(in).ID] = true
			}
			want[w.retries(in, 10*time.Minute).ID] = true
			for range 14 {
				w.clock.Advance(time.Minute)
				_ = w.ticker.Tick(t.Context())
			}
			for _, m := range w.later.sent {
				delete(want, m.DispatchID)
			}
			if len(want) > 0 {
				t.Errorf("call %d fails, after %v: %d were never sent", at, after, len(want))
			}
			if !fault.hit {
				if at < 10 {
					t.Errorf("only %d calls could fail", at-1)
				}
				break
			}
		}
	}
}

// failingTick fails one call.
type failingTick struct {
	*sqlitestore.Store
	later *later
	at    int
	after bool

	mu    sync.Mutex
	calls int
	hit   bool
}

var errCall = errors.New("a fault that the test made")

func (f *failingTick) call(do func() error) error {
	f.mu.Lock()
	f.calls++
	hit := f.calls == f.at
	f.hit = f.hit || hit
	f.mu.Unlock()
	if hit && !f.after {
		return errCall
	}
	if err := do(); err != nil || !hit {
		return err
	}
	return errCall
}

func (f *failingTick) DueEntries(ctx context.Context, q webhook.DueQuery) (page webhook.DuePage, err error) {
	if q.Shard > 0 { // the node's store has all in the first
		return page, nil
	}
	err = f.call(func() (err error) { page, err = f.Store.DueEntries(ctx, q); return err })
	return page, err
}

func (f *failingTick) RemoveDue(ctx context.Context, d webhook.Due) error {
	return f.call(func() error { return f.Store.RemoveDue(ctx, d) })
}

func (f *failingTick) MoveLine(ctx context.Context, from, to webhook.Line) error {
	return f.call(func() error { return f.Store.MoveLine(ctx, from, to) })
}

func (f *failingTick) RemoveLine(ctx context.Context, line webhook.Line) error {
	return f.call(func() error { return f.Store.RemoveLine(ctx, line) })
}

func (f *failingTick) Waiting(ctx context.Context, id string, q webhook.WaitingQuery) (page webhook.WaitingPage, err error) {
	err = f.call(func() (err error) { page, err = f.Store.Waiting(ctx, id, q); return err })
	return page, err
}

func (f *failingTick) Load(ctx context.Context, refs []webhook.Ref) (all []webhook.Loaded, err error) {
	err = f.call(func() (err error) { all, err = f.Store.Load(ctx, refs); return err })
	return all, err
}

func (f *failingTick) SaveHealth(ctx context.Context, user, id string, from, to webhook.Health) error {
	return f.call(func() error { return f.Store.SaveHealth(ctx, user, id, from, to) })
}

func (f *failingTick) SendLater(ctx context.Context, msgs []webhook.Delayed) error {
	return f.call(func() error { return f.later.SendLater(ctx, msgs) })
}

func TestTheTickIsToldFromTasks(t *testing.T) {
	tick := events.EventBridgeEvent{Source: fanout.TickSource, DetailType: fanout.TickDetailType}
	if !fanout.IsTick(tick) || fanout.IsTick(event(success)) {
		t.Error("ticks and tasks are confused")
	}
}
