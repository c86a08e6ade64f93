package scale

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// bodies returns those of a batch.
func bodies(batch []*message) (list []string) {
	for _, m := range batch {
		list = append(list, m.body)
	}
	return list
}

func want(t *testing.T, q *queue, list ...string) []*message {
	t.Helper()
	batch := q.receive()
	if got := bodies(batch); !slices.Equal(got, list) {
		t.Errorf("received %v, want %v", got, list)
	}
	return batch
}

func inBubble(t *testing.T, f func(t *testing.T, q *queue)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newQueue("q", 100, 1, &use{})) })
}

func TestAMessageIsHiddenUntilItsVisibilityEnds(t *testing.T) {
	inBubble(t, func(t *testing.T, q *queue) {
		q.send("a", "g", 0)
		want(t, q, "a")
		time.Sleep(visibility - time.Second)
		want(t, q)
		time.Sleep(2 * time.Second)
		m := want(t, q, "a")[0]
		q.hide(m.id, 90*time.Second)
		time.Sleep(91 * time.Second)
		if m := want(t, q, "a")[0]; m.receives != 3 {
			t.Errorf("received %d times, want 3", m.receives)
		} else {
			q.delete(m)
		}
		time.Sleep(time.Hour)
		want(t, q)
	})
}

func TestADelayedMessageComesLater(t *testing.T) {
	inBubble(t, func(t *testing.T, q *queue) {
		q.send("a", "g", 1500*time.Millisecond)
		time.Sleep(1900 * time.Millisecond)
		want(t, q)
		time.Sleep(200 * time.Millisecond) // whole seconds
		want(t, q, "a")
	})
}

func TestNothingIsReceivedAboveTheLimitInFlight(t *testing.T) {
	inBubble(t, func(t *testing.T, q *queue) {
		q.inFlight = 2
		for _, body := range []string{"a", "b", "c"} {
			q.send(body, "g", 0)
		}
		batch := want(t, q, "a", "b")
		want(t, q)
		q.delete(batch[0])
		want(t, q, "c")
	})
}

func TestWhatWasReceivedOftenEnoughMoves(t *testing.T) {
	inBubble(t, func(t *testing.T, q *queue) {
		behind := newQueue("behind", 100, 1, &use{})
		q.maxReceive, q.behind = 1, behind
		q.send("a", "g", 0)
		q.hide(want(t, q, "a")[0].id, time.Second)
		time.Sleep(2 * time.Second)
		want(t, behind)
		want(t, q) // the receive moves it
		if m := want(t, behind, "a")[0]; m.receives != 2 {
			t.Errorf("received %d times, want 2", m.receives)
		}
	})
}

func TestANoisyGroupComesAfterTheOthers(t *testing.T) {
	inBubble(t, func(t *testing.T, q *queue) {
		for range 60 {
			q.send("noise", "noisy", 0)
		}
		for range 3 {
			q.receive()
		}
		q.send("quiet", "quiet", 0)
		batch := q.receive()
		if len(batch) != batchSize || batch[0].body != "quiet" || batch[1].body != "noise" {
			t.Errorf("received %v, want the quiet one first", bodies(batch))
		}
	})
}

func TestAGroupIsNotNoisyAmongManyThatTheModelStandsFor(t *testing.T) {
	inBubble(t, func(t *testing.T, q *queue) {
		q.scale = 400
		for range 60 {
			q.send("many", "g", 0)
		}
		for range 3 {
			q.receive()
		}
		q.send("other", "other", 0)
		if batch := q.receive(); batch[0].body != "many" {
			t.Errorf("received %v, want them in order", bodies(batch))
		}
	})
}
