package sqlitestore

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/storetest"
	"github.com/thordata/webhook-integration/shared/webhook"
)

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

// A receiver's context ends at the moment at which it gets a message. Either it gets the message,
// or the message goes back as if it had not been received.
func TestQueueLosesNothingWhenReceiversAreCancelled(t *testing.T) {
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
	t.Logf("%d of 300 receivers were cancelled", left)
	if b.queue.fresh != 0 {
		t.Errorf("counted %d bytes of bodies, want 0", b.queue.fresh)
	}
}

// As above, but deterministic: the message is handed to a receiver whose context has ended.
func TestQueueTakesBackMessageOfCancelledReceiver(t *testing.T) {
	b := newBench(t, QueueOptions{})
	for range 50 { // select picks one of the two ready cases at random
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
	if got := dispatchOf(t, b.take()); got != "g-0" { // skips messages that were not written
		t.Errorf("dispatch = %s, want g-0", got)
	}
	b.none()
	b.crash()
	b.take()
	b.none()
}

func TestQueueAfterFailuresThatFollowTheCommit(t *testing.T) {
	b := newBench(t, QueueOptions{})
	b.fuse.Arm(storetest.After)
	if err := b.queue.Send(t.Context(), []webhook.Message{b.message("g", 0)}); !errors.Is(err, storetest.ErrFault) {
		t.Fatalf("error = %v, want %v", err, storetest.ErrFault)
	}
	m := b.take() // it is on disk, so it is delivered
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

func TestQueueFailedHideHasNoEffect(t *testing.T) {
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

func TestQueueRepeatsFailedDeletions(t *testing.T) {
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
