package webhook_test

import (
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestRateIsNeverExceeded(t *testing.T) {
	for _, r := range []webhook.Rate{{1, 1}, {7, 1}, {60, 10}, {600, 100}, {60_000, 10_000}, {10, 0}} {
		now := time.Date(2026, 6, 7, 6, 33, 14, 0, time.UTC)
		var allFree time.Time
		var taken []time.Time
		step := r.Slot() / 3
		for range min(4*r.PerMinute*3, 100_000) {
			var ok bool
			if allFree, ok = r.Take(allFree, now); ok {
				taken = append(taken, now)
			}
			now = now.Add(step)
		}
		burst := max(r.Burst, 1)
		for i := r.PerMinute + burst; i < len(taken); i++ {
			if d := taken[i].Sub(taken[i-r.PerMinute-burst]); d < time.Minute {
				t.Fatalf("%+v: %d attempts within %s", r, r.PerMinute+burst+1, d)
			}
		}
		if elapsed := now.Sub(taken[0]); len(taken) < int(elapsed/r.Slot()) {
			t.Errorf("%+v: %d attempts in %s, want one every %s", r, len(taken), elapsed, r.Slot())
		}
	}
}

func TestBurst(t *testing.T) {
	r := webhook.Rate{PerMinute: 60, Burst: 10}
	now := time.Date(2026, 6, 7, 6, 33, 14, 0, time.UTC)
	allFree, ok := time.Time{}, true
	n := 0
	for allFree, ok = r.Take(allFree, now); ok; allFree, ok = r.Take(allFree, now) {
		n++
	}
	if n != 10 {
		t.Errorf("%d attempts at once, want 10", n)
	}
	if _, ok := r.Take(allFree, now.Add(time.Second-1)); ok {
		t.Error("the next attempt is allowed within the same second")
	}
	if _, ok := r.Take(allFree, now.Add(time.Second)); !ok {
		t.Error("the next attempt is not allowed after a second")
	}
}
