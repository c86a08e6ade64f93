package sqlitestore

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/storetest"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func (b *bench) sendNew(n ...int) {
	b.Helper()
	var msgs []webhook.Message
	for _, i := range n {
		msgs = append(msgs, b.message("g", i))
	}
	if err := b.queue.SendNew(b.Context(), msgs); err != nil {
		b.Fatal(err)
	}
}

// Whatever state the first message is in, a repeat is left out until it is deleted.
func TestRepeatsAreLeftOut(t *testing.T) {
	b := newBench(t, QueueOptions{RetryReceives: 1})
	b.sendNew(0, 1, 0)
	b.sendNew(0)
	first, second := b.take(), b.take()
	b.none()
	b.sendNew(0, 1) // in flight
	b.none()
	if err := b.queue.Hide(t.Context(), first, time.Minute); err != nil {
		t.Fatal(err)
	}
	b.queue.Release(first)
	b.sendNew(0) // waiting
	b.none()
	b.crash()
	b.sendNew(0) // waiting, after a restart
	b.queue.Delete(b.take())
	b.clock.Advance(time.Minute)
	again := b.take()
	if dispatchOf(t, again) != "g-0" {
		t.Errorf("took %s", dispatchOf(t, again))
	}
	b.none()
	b.queue.Delete(again)
	_ = second

	b.sendNew(0) // the first is done
	dead := b.take()
	b.queue.Release(dead)
	b.clock.Advance(10 * time.Minute)
	b.queue.Release(b.take())
	b.clock.Advance(10 * time.Minute)
	b.none()     // it is dead
	b.sendNew(0) // and a repeat need not wait for it
	b.take()
}

// Other messages of a dispatch are redeliveries, tests, probes, and what a tick releases.
func TestOnlyNewMessagesAreLeftOut(t *testing.T) {
	b := newBench(t, QueueOptions{})
	b.sendNew(0)
	b.send("g", 1)
	if err := b.queue.SendLater(t.Context(), []webhook.Delayed{{Message: b.message("g", 0)}}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		b.take()
	}
	b.none()
}

func TestRepeatsAtTheSameTimeAreOne(t *testing.T) {
	b := newBench(t, QueueOptions{})
	var senders sync.WaitGroup
	for range 50 {
		senders.Go(func() {
			if err := b.queue.SendNew(b.Context(), []webhook.Message{b.message("g", 0), b.message("g", 1)}); err != nil {
				b.Error(err)
			}
		})
	}
	senders.Wait()
	b.take()
	b.take()
	b.none()
}

// A repeat of a message that may not have been written is written.
func TestARepeatAfterAFailureIsNotLost(t *testing.T) {
	for _, when := range []storetest.Moment{storetest.Before, storetest.After} {
		b := newBench(t, QueueOptions{})
		b.fuse.Arm(when)
		if err := b.queue.SendNew(t.Context(), []webhook.Message{b.message("g", 0)}); !errors.Is(err, storetest.ErrFault) {
			t.Fatalf("error = %v, want %v", err, storetest.ErrFault)
		}
		b.sendNew(0)
		b.crash()
		if got := dispatchOf(t, b.take()); got != "g-0" {
			t.Errorf("dispatch = %s, want g-0", got)
		}
	}
}
