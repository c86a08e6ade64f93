package sqlitestore

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

func TestGroupsTakeTurns(t *testing.T) {
	b := newBench(t, QueueOptions{Slots: 100})
	b.send("a", 30)
	b.send("b", 3)
	b.send("c", 3)
	var order string
	for range 9 {
		order += b.take().Attributes["MessageGroupId"]
	}
	if want := "abcabcabc"; order != want {
		t.Errorf("order = %s, want %s", order, want)
	}
}

func TestAGroupLeavesSlotsForOthers(t *testing.T) {
	b := newBench(t, QueueOptions{Slots: 64})
	for _, g := range []struct {
		name string
		want int
	}{{"first", 32}, {"second", 16}, {"third", 8}, {"fourth", 4}, {"fifth", 2}, {"sixth", 1}, {"seventh", 1}, {"eighth", 0}} {
		b.send(g.name, 1000)
		got := 0
		for m, ok := b.try(); ok; m, ok = b.try() {
			if m.Attributes["MessageGroupId"] == g.name {
				got++
			}
		}
		if got != g.want {
			t.Errorf("the %s hanging group holds %d slots, want %d", g.name, got, g.want)
		}
	}
}

func TestSkippedGroupKeepsItsPlace(t *testing.T) {
	b := newBench(t, QueueOptions{Slots: 4})
	b.send("many", 5)
	first, _ := b.take(), b.take() // now the group has its maximum
	b.send("one", 1)
	one := b.take()
	if got := one.Attributes["MessageGroupId"]; got != "one" {
		t.Fatalf("group = %s, want one", got)
	}
	b.none()
	b.queue.Delete(one)
	b.none()
	b.queue.Delete(first)
	b.take()
}

func TestOneSlotIsEnough(t *testing.T) {
	b := newBench(t, QueueOptions{Slots: 1, RetrySlots: 1})
	b.send("a", 2)
	b.send("b", 1)
	for range 3 {
		b.queue.Delete(b.take())
	}
}

// One integration's endpoint hangs for 30 s and has 5,000 messages; a hundred others get one
// message each every 10 ms and answer at once. None of their messages is delayed.
func TestHangingGroupDelaysNoOther(t *testing.T) {
	b := newBench(t, QueueOptions{Slots: 64})
	b.send("hanging", 5000)
	var hanging []events.SQSMessage
	held := 0
	for round := range 100 {
		for g := range 100 {
			b.send(fmt.Sprint("g", g), 1)
		}
		sent := b.clock.Now()
		served := 0
		for m, ok := b.try(); ok; m, ok = b.try() {
			if m.Attributes["MessageGroupId"] == "hanging" {
				hanging = append(hanging, m)
				held = max(held, len(hanging))
				continue
			}
			b.queue.Delete(m)
			served++
		}
		if served != 100 {
			t.Fatalf("round %d at %v: %d of 100 were served", round, sent, served)
		}
		b.clock.Advance(10 * time.Millisecond)
	}
	if held != 32 {
		t.Errorf("the hanging group holds %d slots, want half of them", held)
	}
}

func TestRetriesHaveTheirOwnSlots(t *testing.T) {
	b := newBench(t, QueueOptions{Slots: 8, RetrySlots: 2})
	for g := range 4 {
		b.send(fmt.Sprint("failing", g), 1)
		b.hide(b.take(), time.Minute)
	}
	b.clock.Advance(time.Minute)
	for g := range 20 {
		b.send(fmt.Sprint("g", g), 1)
	}
	got := map[string]int{}
	for m, ok := b.try(); ok; m, ok = b.try() {
		got[m.EventSourceARN]++
	}
	const arn = "arn:aws:sqs:local:000000000000:"
	if got[arn+Deliveries] != 8 || got[arn+Retries] != 2 {
		t.Errorf("in flight: %v, want 8 and 2", got)
	}
}

// For the race detector: everything runs concurrently. Without failures, each message is received
// exactly once.
func TestQueueConcurrently(t *testing.T) {
	b := newBench(t, QueueOptions{Slots: 16})
	const senders, each, receivers = 8, 40, 12
	var mu sync.Mutex
	seen := map[string]int{}
	var all sync.WaitGroup
	all.Add(senders * each)
	ctx := t.Context()
	for range receivers {
		go func() {
			for {
				m, err := b.queue.Receive(ctx)
				if err != nil {
					return
				}
				mu.Lock()
				seen[dispatchOf(t, m)]++
				mu.Unlock()
				b.queue.Delete(m)
				all.Done()
			}
		}()
	}
	for s := range senders {
		go func() {
			for range each / 4 {
				b.send(fmt.Sprint("g", s), 4)
			}
		}()
	}
	all.Wait()
	for s := range senders {
		for i := range 4 {
			if id := fmt.Sprintf("g%d-%d", s, i); seen[id] != each/4 {
				t.Errorf("%s was received %d times, want %d", id, seen[id], each/4)
			}
		}
	}
	b.sync()
	b.crash()
	b.none()
}
