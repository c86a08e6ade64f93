package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/clock"
	"github.com/thordata/webhook-integration/shared/storetest"
	"github.com/thordata/webhook-integration/shared/webhook"
)

var start = time.Date(2025, 6, 7, 6, 33, 14, 0, time.UTC)

// bench is a queue on a clock that stands still.
type bench struct {
	*testing.T
	clock *clock.Held
	fuse  *storetest.Fuse
	path  string
	opt   QueueOptions
	store *Store
	queue *Queue
}

func newBench(t *testing.T, opt QueueOptions) *bench {
	b := &bench{T: t, clock: clock.Hold(start), fuse: new(storetest.Fuse), path: filepath.Join(t.TempDir(), "store.db"), opt: opt}
	b.opt.Clock = b.clock
	b.open()
	t.Cleanup(func() { _ = b.store.Close() })
	return b
}

func (b *bench) open() {
	b.Helper()
	var err error
	if b.store, err = Open(b.Context(), b.path, Options{Now: b.clock.Now, around: b.fuse.Around}); err != nil {
		b.Fatal(err)
	}
	if b.queue, err = b.store.Queue(b.Context(), b.opt); err != nil {
		b.Fatal(err)
	}
}

// crash ends the queue without a word to it, and opens the file again.
func (b *bench) crash() {
	b.Helper()
	if err := b.store.Close(); err != nil {
		b.Fatal(err)
	}
	b.open()
}

func (b *bench) message(group string, n int) webhook.Message {
	return webhook.Message{
		Ref:     webhook.Ref{UserID: "u", IntegrationID: group, DispatchID: fmt.Sprintf("%s-%d", group, n)},
		EventID: "e", EventType: webhook.Succeeded, Trigger: webhook.TriggerEvent,
		CreatedAt: start, Accepted: start, Event: []byte(`{"n": 1}`),
	}
}

// send sends n messages of a group.
func (b *bench) send(group string, n int) {
	b.Helper()
	var msgs []webhook.Message
	for i := range n {
		msgs = append(msgs, b.message(group, i))
	}
	if err := b.queue.Send(b.Context(), msgs); err != nil {
		b.Fatal(err)
	}
}

// take receives a message, which must be there.
func (b *bench) take() events.SQSMessage {
	b.Helper()
	m, ok := b.try()
	if !ok {
		b.Fatal("no message is in sight")
	}
	return m
}

// try receives a message if there is one.
func (b *bench) try() (events.SQSMessage, bool) {
	b.Helper()
	b.queue.mu.Lock()
	ready := false
	for i := range b.queue.index.lanes {
		l := b.queue.index.lanes[i] // a copy: looking must not take
		ready = ready || l.ready > 0 && slices.ContainsFunc(l.ring.items[l.ring.head:], func(g *group) bool { return g.inFlight < l.slots-l.inFlight })
	}
	b.queue.mu.Unlock()
	if !ready {
		return events.SQSMessage{}, false
	}
	m, err := b.queue.Receive(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return m, true
}

func (b *bench) none() {
	b.Helper()
	if m, ok := b.try(); ok {
		b.Fatalf("message %s is in sight", m.ReceiptHandle)
	}
}

func (b *bench) hide(m events.SQSMessage, d time.Duration) {
	b.Helper()
	if err := b.queue.Hide(b.Context(), m, d); err != nil {
		b.Fatal(err)
	}
	b.queue.Release(m)
}

// from asserts where a message came from, and how often it was received there.
func (b *bench) from(m events.SQSMessage, queue, receives string) {
	b.Helper()
	if got := m.Attributes["ApproximateReceiveCount"]; !strings.HasSuffix(m.EventSourceARN, ":"+queue) || got != receives {
		b.Errorf("message is from %s, received %s times; want %s, %s", m.EventSourceARN, got, queue, receives)
	}
}

func (b *bench) depths(want ...Depth) {
	b.Helper()
	if got := b.queue.Depths(); !slices.Equal(got, want) {
		b.Errorf("depths = %v, want %v", got, want)
	}
}

func dispatchOf(t testing.TB, m events.SQSMessage) string {
	t.Helper()
	msg, err := webhook.DecodeMessage([]byte(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return msg.DispatchID
}

func TestQueueCarriesAMessage(t *testing.T) {
	b := newBench(t, QueueOptions{})
	b.clock.Advance(time.Second)
	b.send("g", 1)
	b.clock.Advance(time.Second)
	m := b.take()
	if want := string(b.message("g", 0).Encode()); m.Body != want {
		t.Errorf("body = %s, want %s", m.Body, want)
	}
	for name, want := range map[string]string{
		"ApproximateReceiveCount": "1", "MessageGroupId": "g",
		"SentTimestamp":                    fmt.Sprint(start.Add(time.Second).UnixMilli()),
		"ApproximateFirstReceiveTimestamp": fmt.Sprint(start.Add(2 * time.Second).UnixMilli()),
	} {
		if got := m.Attributes[name]; got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
	if m.EventSourceARN != "arn:aws:sqs:local:000000000000:deliveries" || m.MessageId == "" {
		t.Errorf("message %q is from %q", m.MessageId, m.EventSourceARN)
	}
	b.queue.Delete(m)
	b.none()
	b.clock.Advance(time.Hour)
	b.none()
	b.crash()
	b.none()
}

func TestQueueSurvivesACrash(t *testing.T) {
	for name, leave := range map[string]func(*bench){
		"before it is received": func(*bench) {},
		"while in flight":       func(b *bench) { b.take() },
		"after its release":     func(b *bench) { b.queue.Release(b.take()) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, QueueOptions{})
			b.send("g", 1)
			leave(b)
			b.crash()
			m := b.take()
			b.from(m, Deliveries, "1")
			if got := dispatchOf(t, m); got != "g-0" {
				t.Errorf("dispatch = %s, want g-0", got)
			}
		})
	}
}

func TestQueueHides(t *testing.T) {
	for name, then := range map[string]func(*bench){"": func(*bench) {}, " and crashes": (*bench).crash} {
		t.Run("for its time"+name, func(t *testing.T) {
			b := newBench(t, QueueOptions{})
			b.send("g", 1)
			first := b.take()
			b.hide(first, time.Minute)
			then(b)
			b.clock.Advance(time.Minute - time.Millisecond)
			b.none()
			b.clock.Advance(time.Millisecond)
			m := b.take()
			b.from(m, Retries, "1")
			if m.Attributes["ApproximateFirstReceiveTimestamp"] != first.Attributes["ApproximateFirstReceiveTimestamp"] {
				t.Error("the time of the first receive has changed")
			}
		})
	}
}

func TestQueueWaitsForEachItsOwnTime(t *testing.T) {
	b := newBench(t, QueueOptions{Slots: 64})
	hours := []int{5, 1, 7, 3, 2, 6, 4}
	b.send("g", len(hours))
	for _, h := range hours {
		b.hide(b.take(), time.Duration(h)*time.Hour)
	}
	for h := 1; h <= len(hours); h++ {
		b.clock.Advance(time.Hour)
		m := b.take()
		if got, want := dispatchOf(t, m), fmt.Sprintf("g-%d", slices.Index(hours, h)); got != want {
			t.Errorf("after %d hours: dispatch = %s, want %s", h, got, want)
		}
		b.queue.Delete(m)
		b.none()
	}
}

func TestQueueMovesOn(t *testing.T) {
	b := newBench(t, QueueOptions{RetryReceives: 3})
	b.send("g", 1)
	for _, step := range []struct{ queue, receives string }{{Deliveries, "1"}, {Retries, "1"}, {Retries, "2"}, {Retries, "3"}} {
		m := b.take()
		b.from(m, step.queue, step.receives)
		b.hide(m, time.Hour)
		b.crash()
		b.clock.Advance(time.Hour)
	}
	b.none()
	b.depths(Depth{Queue: Deliveries}, Depth{Queue: Retries}, Depth{Queue: Dead, Visible: 1})
	b.crash()
	b.depths(Depth{Queue: Deliveries}, Depth{Queue: Retries}, Depth{Queue: Dead, Visible: 1})
}

func TestQueueVisibilityTimeout(t *testing.T) {
	b := newBench(t, QueueOptions{Visibility: time.Minute})
	b.send("g", 2)
	lost, released := b.take(), b.take()
	b.queue.Release(released)
	b.clock.Advance(time.Minute - 1)
	b.none()
	b.clock.Advance(1)
	b.from(b.take(), Retries, "1")
	b.from(b.take(), Retries, "1")

	if err := b.queue.Hide(t.Context(), lost, time.Hour); err == nil {
		t.Error("a receipt that is too old could hide the message")
	}
	b.queue.Delete(lost)
	b.queue.Release(lost)
	b.depths(Depth{Queue: Deliveries}, Depth{Queue: Retries, InFlight: 2}, Depth{Queue: Dead})
}

func TestQueueHiddenKeepsItsSlotUntilReleased(t *testing.T) {
	b := newBench(t, QueueOptions{Slots: 1})
	b.send("a", 1)
	b.send("b", 1)
	m := b.take()
	if err := b.queue.Hide(t.Context(), m, time.Minute); err != nil {
		t.Fatal(err)
	}
	b.none()
	b.queue.Release(m)
	b.depths(Depth{Queue: Deliveries, Visible: 1, Waiting: 1}, Depth{Queue: Retries}, Depth{Queue: Dead})
	b.take()
}

func TestQueueWakesWhoWaits(t *testing.T) {
	b := newBench(t, QueueOptions{Slots: 2})
	got := make(chan events.SQSMessage)
	receive := func() {
		m, err := b.queue.Receive(b.Context())
		if err != nil {
			t.Error(err)
		}
		got <- m
	}
	go receive()
	b.send("g", 1) // a message
	first := <-got
	b.send("g", 1)
	go receive()
	b.queue.Delete(first) // a slot
	second := <-got
	b.hide(second, time.Minute)
	b.awaitWaiter(receive)
	b.clock.Advance(time.Minute) // the time
	b.from(<-got, Retries, "1")
}

// awaitWaiter starts a receiver and returns when it waits.
func (b *bench) awaitWaiter(receive func()) {
	go receive()
	for {
		b.queue.mu.Lock()
		n := b.queue.waiters.len()
		b.queue.mu.Unlock()
		if n > 0 {
			return
		}
	}
}

func TestQueueReceiveEndsWithItsContext(t *testing.T) {
	b := newBench(t, QueueOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	b.awaitWaiter(func() {
		_, err := b.queue.Receive(ctx)
		ended <- err
	})
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
	b.send("g", 1)
	b.from(b.take(), Deliveries, "1") // nobody else has it
}

// A receiver leaves in the very moment in which it is served: either it gets
// the message or the next one does, as if it had never been received.
func TestQueueLosesNothingToAReceiverWhoLeaves(t *testing.T) {
	b := newBench(t, QueueOptions{})
	left := 0
	for range 300 {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		var got events.SQSMessage
		b.awaitWaiter(func() {
			var err error
			got, err = b.queue.Receive(ctx)
			ended <- err
		})
		go cancel()
		b.send("g", 1)
		if err := <-ended; err != nil {
			left++
			got = b.take()
		}
		b.from(got, Deliveries, "1")
		b.queue.Delete(got)
		b.depths(Depth{Queue: Deliveries}, Depth{Queue: Retries}, Depth{Queue: Dead})
		cancel()
	}
	t.Logf("%d of 300 left before they were served, or as they were", left)
	if b.queue.fresh != 0 {
		t.Errorf("%d bytes of bodies are counted, and there are none", b.queue.fresh)
	}
}

// The same, put together by hand: the message is in the hands of one who has
// turned away.
func TestQueueTakesBackWhatNobodyTook(t *testing.T) {
	b := newBench(t, QueueOptions{})
	for range 50 { // which of two events is seen first is chance
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		b.awaitWaiter(func() {
			m, err := b.queue.Receive(ctx)
			if err == nil {
				b.queue.Delete(m)
			}
			ended <- err
		})
		b.queue.mu.Lock()
		cancel()
		e := &entry{id: b.queue.nextID, body: "{}"}
		b.queue.nextID++
		b.queue.fresh += len(e.body)
		b.queue.index.add(e, "g", 1)
		b.queue.serve()
		b.queue.mu.Unlock()
		if err := <-ended; err != nil {
			m := b.take()
			b.from(m, Deliveries, "1")
			b.queue.Delete(m)
		}
		b.depths(Depth{Queue: Deliveries}, Depth{Queue: Retries}, Depth{Queue: Dead})
	}
}

func TestQueueSendIsAllOrNothing(t *testing.T) {
	b := newBench(t, QueueOptions{})
	if err := b.queue.Send(t.Context(), nil); err != nil {
		t.Errorf("send nothing: %v", err)
	}
	b.fuse.Arm(storetest.Before)
	msgs := []webhook.Message{b.message("g", 0), b.message("g", 1)}
	if err := b.queue.Send(t.Context(), msgs); !errors.Is(err, storetest.ErrFault) {
		t.Fatalf("error = %v, want %v", err, storetest.ErrFault)
	}
	if err := b.queue.Send(t.Context(), msgs[:1]); err != nil {
		t.Fatal(err)
	}
	if got := dispatchOf(t, b.take()); got != "g-0" { // what was not written is passed over
		t.Errorf("dispatch = %s, want g-0", got)
	}
	b.none()
	b.crash()
	b.take()
	b.none()
}

func TestQueueAfterFaultsBehindTheCommit(t *testing.T) {
	b := newBench(t, QueueOptions{})
	b.fuse.Arm(storetest.After)
	if err := b.queue.Send(t.Context(), []webhook.Message{b.message("g", 0)}); !errors.Is(err, storetest.ErrFault) {
		t.Fatalf("error = %v, want %v", err, storetest.ErrFault)
	}
	m := b.take() // it is on disk, so it comes
	b.fuse.Arm(storetest.After)
	if err := b.queue.Hide(t.Context(), m, time.Hour); !errors.Is(err, storetest.ErrFault) {
		t.Fatalf("error = %v, want %v", err, storetest.ErrFault)
	}
	if err := b.queue.Hide(t.Context(), m, time.Hour); err != nil {
		t.Errorf("hide again: %v", err)
	}
	b.queue.Release(m)
	b.clock.Advance(time.Hour)
	m = b.take()
	b.fuse.Arm(storetest.After)
	b.queue.Delete(m)
	b.crash()
	b.none()
}

func TestQueueHideThatFailedHidesNothing(t *testing.T) {
	b := newBench(t, QueueOptions{Visibility: time.Minute})
	b.send("g", 1)
	m := b.take()
	b.fuse.Arm(storetest.Before)
	if err := b.queue.Hide(t.Context(), m, time.Hour); !errors.Is(err, storetest.ErrFault) {
		t.Fatalf("error = %v, want %v", err, storetest.ErrFault)
	}
	b.queue.Release(m)
	b.clock.Advance(time.Minute)
	b.take()
}

func TestQueueRepeatsADeletionThatFailed(t *testing.T) {
	b := newBench(t, QueueOptions{})
	b.send("g", 1)
	m := b.take()
	b.fuse.Arm(storetest.Before)
	b.queue.Delete(m)
	b.sync()
	b.clock.Advance(eraseAgain)
	b.crash()
	b.none()
}

// sync waits until the writer has done what it was given.
func (b *bench) sync() {
	b.Helper()
	if err := b.store.write(b.Context(), func(*tx) error { return nil }); err != nil {
		b.Log(err)
	}
}

func TestQueueReadsBodiesThatAreNotFresh(t *testing.T) {
	b := newBench(t, QueueOptions{FreshBytes: 1})
	b.send("g", 3)
	for i := range 3 {
		if got, want := dispatchOf(t, b.take()), fmt.Sprintf("g-%d", i); got != want {
			t.Errorf("dispatch = %s, want %s", got, want)
		}
	}
}

func TestDeadLetters(t *testing.T) {
	b := newBench(t, QueueOptions{DeliveryReceives: 1, RetryReceives: 1})
	b.send("g", 3)
	for range 2 {
		for range 3 {
			b.hide(b.take(), time.Minute)
		}
		b.clock.Advance(time.Minute)
	}
	letters, err := b.queue.DeadLetters(t.Context(), "", 2)
	if err != nil || len(letters) != 2 {
		t.Fatalf("letters = %v, %v; want 2", letters, err)
	}
	rest, err := b.queue.DeadLetters(t.Context(), letters[1].ID, 2)
	if err != nil || len(rest) != 1 {
		t.Fatalf("rest = %v, %v; want 1", rest, err)
	}
	if l := rest[0]; l.Group != "g" || l.Body != string(b.message("g", 2).Encode()) || !l.SentAt.Equal(start) {
		t.Errorf("letter = %+v", l)
	}
	if err := b.queue.Requeue(t.Context(), rest[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := b.queue.Discard(t.Context(), letters[0].ID); err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{rest[0].ID, letters[0].ID, "", "x", "-1"} {
		if err := b.queue.Requeue(t.Context(), gone); !errors.Is(err, webhook.ErrNotFound) {
			t.Errorf("requeue %q: error = %v, want %v", gone, err, webhook.ErrNotFound)
		}
	}
	b.crash()
	b.depths(Depth{Queue: Deliveries}, Depth{Queue: Retries, Visible: 1}, Depth{Queue: Dead, Visible: 1})
	m := b.take()
	b.from(m, Retries, "1")
	b.queue.Delete(m)
}

func TestTheQueueIsOne(t *testing.T) {
	b := newBench(t, QueueOptions{})
	if _, err := b.store.Queue(t.Context(), QueueOptions{}); err == nil {
		t.Error("a second queue could be opened")
	}
}
