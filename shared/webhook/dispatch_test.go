package webhook_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

var start = time.Date(2025, 6, 7, 6, 33, 14, 0, time.UTC)

func TestDispatchLifecycle(t *testing.T) {
	now := start.In(time.FixedZone("", 3600))
	d := webhook.Dispatch{ID: "d", Status: webhook.DispatchPending}
	attempt := func(d webhook.Dispatch, v webhook.Verdict) webhook.Dispatch {
		return d.After(webhook.Attempt{Number: d.NextNumber(), Round: d.Round}, v, now)
	}
	first := attempt(d, webhook.Verdict{Status: webhook.DispatchRetrying, Wait: time.Minute})
	want := webhook.Dispatch{
		ID: "d", Status: webhook.DispatchRetrying, Revision: 1, NextAttemptAt: start.Add(time.Minute),
		Attempts: []webhook.Attempt{{Number: 1}},
	}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("after a failed attempt (-want +got):\n%s", diff)
	}
	failed := attempt(first, webhook.Verdict{Status: webhook.DispatchFailed, Reason: "why"})
	want.Status, want.Reason, want.Revision, want.NextAttemptAt, want.FinishedAt = webhook.DispatchFailed, "why", 2, time.Time{}, start
	want.Attempts = []webhook.Attempt{{Number: 1}, {Number: 2}}
	if diff := cmp.Diff(want, failed); diff != "" {
		t.Errorf("after the last attempt (-want +got):\n%s", diff)
	}
	again := failed.Queued(now)
	want.Status, want.Reason, want.Revision, want.NextAttemptAt, want.FinishedAt = webhook.DispatchPending, "", 3, start, time.Time{}
	want.Round, want.Trigger = 1, webhook.TriggerRedelivery
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("after the redelivery (-want +got):\n%s", diff)
	}
	if n, next := again.AttemptsInRound(), again.NextNumber(); n != 0 || next != 3 {
		t.Errorf("a new round has %d attempts and goes on with %d, want 0 and 3", n, next)
	}
	done := attempt(again, webhook.Verdict{Status: webhook.DispatchSucceeded})
	if n := done.AttemptsInRound(); n != 1 || done.Revision != 4 || !done.FinishedAt.Equal(start) {
		t.Errorf("after the success: %d attempts in the round, %+v", n, done)
	}
	held := d.Ending(webhook.DispatchHeld, "paused", now)
	if held.Status != webhook.DispatchHeld || held.Reason != "paused" || held.Revision != 1 || !held.FinishedAt.Equal(start) || len(held.Attempts) != 0 {
		t.Errorf("held: %+v", held)
	}
}

func TestDispatchMethodsDoNotChangeTheirArguments(t *testing.T) {
	room := make([]webhook.Attempt, 1, 8)
	d := webhook.Dispatch{Attempts: room}
	a := d.After(webhook.Attempt{Number: 2}, webhook.Verdict{}, start)
	b := d.After(webhook.Attempt{Number: 3}, webhook.Verdict{}, start)
	if a.Attempts[1].Number != 2 || b.Attempts[1].Number != 3 || len(d.Attempts) != 1 {
		t.Error("two revisions derived from one dispatch share their attempts")
	}
}

func TestDispatchDropsTheOldestAttempts(t *testing.T) {
	var d webhook.Dispatch
	for range 100 {
		d = d.After(webhook.Attempt{Number: d.NextNumber()}, webhook.Verdict{Status: webhook.DispatchRetrying}, start)
	}
	if n := len(d.Attempts); n != 36 || d.Attempts[0].Number != 65 || d.Attempts[35].Number != 100 {
		t.Errorf("%d attempts are kept, from %d to %d; want 36, from 65 to 100", n, d.Attempts[0].Number, d.Attempts[n-1].Number)
	}
}

func TestEnded(t *testing.T) {
	ended := map[webhook.DispatchStatus]bool{
		webhook.DispatchSucceeded: true, webhook.DispatchFailed: true, webhook.DispatchHeld: true,
	}
	for _, s := range webhook.DispatchStatuses() {
		if s.Ended() != ended[s] {
			t.Errorf("%s has ended: %t", s, s.Ended())
		}
	}
}
