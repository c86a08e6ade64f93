package sqlitestore

import (
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

// bench is a queue with a manual clock.
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

// crash abandons the queue without closing it and opens the file again.
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

// send sends n messages to a group.
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

// take receives a message and fails the test if there is none.
func (b *bench) take() events.SQSMessage {
	b.Helper()
	m, ok := b.try()
	if !ok {
		b.Fatal("no message is visible")
	}
	return m
}

// try receives a message if there is one.
func (b *bench) try() (events.SQSMessage, bool) {
	b.Helper()
	b.queue.mu.Lock()
	ready := false
	for i := range b.queue.index.lanes {
		l := b.queue.index.lanes[i] // a copy, because this must not take the message
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
		b.Fatalf("message %s is visible", m.ReceiptHandle)
	}
}

func (b *bench) hide(m events.SQSMessage, d time.Duration) {
	b.Helper()
	if err := b.queue.Hide(b.Context(), m, d); err != nil {
		b.Fatal(err)
	}
	b.queue.Release(m)
}

// from checks which queue a message is from and how often it was received there.
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

// awaitWaiter starts a receiver and returns once it waits.
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

// sync waits until the writer has finished all submitted writes.
func (b *bench) sync() {
	b.Helper()
	if err := b.store.write(b.Context(), func(*tx) error { return nil }); err != nil {
		b.Log(err)
	}
}
