package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/webhook"
)

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

func TestQueueHides(t *testing.T) {
	for name, then := range map[string]func(*bench){"": func(*bench) {}, " and crashes": (*bench).crash} {
		t.Run("until the time given"+name, func(t *testing.T) {
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
				t.Error("the first receive time has changed")
			}
		})
	}
}

func TestQueueDeliversEachMessageWhenDue(t *testing.T) {
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

func TestQueueMovesMessagesOn(t *testing.T) {
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
		t.Error("an outdated receipt hid the message")
	}
	b.queue.Delete(lost)
	b.queue.Release(lost)
	b.depths(Depth{Queue: Deliveries}, Depth{Queue: Retries, InFlight: 2}, Depth{Queue: Dead})
}

func TestQueueHiddenMessageKeepsItsSlotUntilReleased(t *testing.T) {
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

func TestQueueWakesWaitingReceivers(t *testing.T) {
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
	b.send("g", 1) // a message arrives
	first := <-got
	b.send("g", 1)
	go receive()
	b.queue.Delete(first) // a slot becomes free
	second := <-got
	b.hide(second, time.Minute)
	b.awaitWaiter(receive)
	b.clock.Advance(time.Minute) // a message becomes due
	b.from(<-got, Retries, "1")
}

func TestQueueReceiveStopsWithItsContext(t *testing.T) {
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
	b.from(b.take(), Deliveries, "1") // no other receiver has it
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

func TestQueueOpensOnlyOnce(t *testing.T) {
	b := newBench(t, QueueOptions{})
	if _, err := b.store.Queue(t.Context(), QueueOptions{}); err == nil {
		t.Error("opening a second queue succeeded")
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
