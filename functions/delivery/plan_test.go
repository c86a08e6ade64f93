package delivery

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// attempted returns a dispatch with n recorded attempts, the last of which failed.
func attempted(trigger webhook.Trigger, n int) webhook.Dispatch {
	d := webhook.Dispatch{Revision: n, Status: webhook.DispatchPending, Trigger: trigger}
	for i := range n {
		d.Status = webhook.DispatchRetrying
		d.Attempts = append(d.Attempts, webhook.Attempt{Number: i + 1, Code: webhook.CodeTimeout})
	}
	return d
}

// A test is sent once regardless of the integration's status. Its retries depend on the status like
// those of any other dispatch.
func TestInactiveIntegrationAttemptsTestOnce(t *testing.T) {
	for _, tc := range []struct {
		status   webhook.IntegrationStatus
		attempts int
		want     step
	}{
		{webhook.Active, 0, stepAttempt}, {webhook.Active, 1, stepAttempt},
		{webhook.Paused, 0, stepAttempt}, {webhook.Paused, 1, stepHold},
		{webhook.Disabled, 0, stepAttempt}, {webhook.Disabled, 1, stepEnd},
	} {
		d := attempted(webhook.TriggerTest, tc.attempts)
		l := webhook.Loaded{Integration: webhook.Integration{ID: "i", Status: tc.status}, Dispatch: d}
		m := webhook.Message{Trigger: webhook.TriggerTest}
		if got := decide(m, l, noon, time.Hour).step; got != tc.want {
			t.Errorf("%s after %d attempts: step %d, want %d", tc.status, tc.attempts, got, tc.want)
		}
	}
}

// A failed attempt is recorded over a concurrent update only if the update has no attempt with the
// same number.
func TestConcurrentlyRecordedAttemptIsNotRecordedTwice(t *testing.T) {
	read := attempted(webhook.TriggerEvent, 1)
	ours := webhook.Attempt{Number: 2, Code: webhook.CodeTimeout}
	failed := webhook.Verdict{Status: webhook.DispatchRetrying}
	for name, tc := range map[string]struct {
		theirs webhook.Dispatch
		want   bool
	}{
		"only marked as queued":      {attempted(webhook.TriggerEvent, 1), true},
		"the same attempt, recorded": {attempted(webhook.TriggerEvent, 2), false},
		"one more attempt recorded":  {attempted(webhook.TriggerEvent, 3), false},
		"the record is gone":         {webhook.Dispatch{}, false},
	} {
		if got := supersedes(read, ours, failed, tc.theirs); got != tc.want {
			t.Errorf("%s: supersedes = %v, want %v", name, got, tc.want)
		}
	}
}

type hiding struct{ times []time.Duration }

func (h *hiding) Hide(_ context.Context, _ events.SQSMessage, d time.Duration) error {
	h.times = append(h.times, d)
	return nil
}

// If another copy recorded the attempt first, this message stays until the dispatch ends or a
// redelivery with its own message takes over.
func TestMessageStaysAfterAnotherCopyRecordedTheAttempt(t *testing.T) {
	for name, tc := range map[string]struct {
		round  int
		status webhook.DispatchStatus
		keep   bool
	}{
		"the same round goes on":   {1, webhook.DispatchRetrying, true},
		"an older round goes on":   {0, webhook.DispatchRetrying, true},
		"a redelivery took over":   {2, webhook.DispatchRetrying, false},
		"the same round has ended": {1, webhook.DispatchSucceeded, false},
	} {
		queue := &hiding{}
		j := &job{
			Handler: &Handler{cfg: Config{Queue: queue, Now: func() time.Time { return noon }, Timeouts: Timeouts{Attempt: 30 * time.Second, Record: 5 * time.Second}}},
			msg:     webhook.Message{Round: 1},
			raw:     events.SQSMessage{Attributes: map[string]string{"ApproximateReceiveCount": "2"}}, // from the queue of retries
		}
		theirs := webhook.Dispatch{Revision: 2, Round: tc.round, Status: tc.status, NextAttemptAt: noon.Add(time.Minute)}
		if keep := j.afterOther(t.Context(), theirs); keep != tc.keep {
			t.Errorf("%s: keep = %v, want %v", name, keep, tc.keep)
		}
		if tc.keep && (len(queue.times) != 1 || queue.times[0] != 95*time.Second) {
			t.Errorf("%s: hidden for %v, want once for 95 s", name, queue.times)
		}
	}
}
