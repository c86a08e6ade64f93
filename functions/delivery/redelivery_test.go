package delivery_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// redeliver does what the API does: it queues the message of the next round, then marks the
// dispatch as queued.
func (w *harness) redeliver(m webhook.Message) webhook.Message {
	d := w.dispatch(m)
	m.Round, m.Trigger = d.Round+1, webhook.TriggerRedelivery
	w.queue.add(m.Encode())
	if err := w.store.SaveDispatch(w.Context(), d.Queued(time.Now())); err != nil {
		w.Errorf("mark as queued: %v", err)
	}
	return m
}

func TestRedeliveryRestartsTheSchedule(t *testing.T) {
	run(t, func(w *harness) {
		w.receiver.answer = answers(500)
		m := w.send(w.integration())
		w.drain()
		w.redeliver(m)
		w.drain()
		d := w.dispatch(m)
		if len(d.Attempts) != 24 || d.AttemptsInRound() != 12 || d.Attempts[23].Number != 24 || d.Status != webhook.DispatchFailed {
			t.Errorf("dispatch is %s with %d attempts, %d in round %d", d.Status, len(d.Attempts), d.AttemptsInRound(), d.Round)
		}
	})
}

// The API marks the dispatch as queued after it has queued the message, which may already be in
// delivery.
func TestLateMarkCausesNoSecondRequest(t *testing.T) {
	for status, want := range map[int]webhook.DispatchStatus{200: webhook.DispatchSucceeded, 500: webhook.DispatchFailed} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			run(t, func(w *harness) {
				m, d := w.failedOnce()
				w.receiver.answer = func(*http.Request) (*http.Response, error) {
					if err := w.store.SaveDispatch(w.Context(), d.Queued(time.Now())); err != nil {
						t.Errorf("mark as queued: %v", err)
					}
					return reply(status), nil
				}
				m.Round, m.Trigger = 1, webhook.TriggerRedelivery
				w.queue.add(m.Encode())
				w.drain()
				if d := w.dispatch(m); d.Status != want || len(w.receiver.got) != 2 || len(d.Attempts) != 2 {
					t.Errorf("dispatch is %s after %d requests, %d attempts; want %s after 2", d.Status, len(w.receiver.got), len(d.Attempts), want)
				}
			})
		})
	}
}

// failedOnce returns a dispatch that failed after its only attempt.
func (w *harness) failedOnce() (webhook.Message, webhook.Dispatch) {
	w.receiver.answer = answers(500)
	m := w.send(w.integration(func(in *webhook.Integration) { in.DoNotRetry = true }))
	w.drain()
	return m, w.dispatch(m)
}

// Someone updates the old round during the attempt of the new one.
func TestNewRoundReplacesConcurrentUpdateOfOldRound(t *testing.T) {
	run(t, func(w *harness) {
		m, d := w.failedOnce()
		w.receiver.answer = func(*http.Request) (*http.Response, error) {
			w.store.dispatches[d.ID] = d.Ending(webhook.DispatchFailed, "again", time.Now())
			return reply(500), nil
		}
		m.Round, m.Trigger = 1, webhook.TriggerRedelivery
		w.queue.add(m.Encode())
		w.drain()
		if d := w.dispatch(m); d.Round != 1 || len(d.Attempts) != 2 || d.Trigger != webhook.TriggerRedelivery {
			t.Errorf("dispatch is in round %d with trigger %s with %d attempts", d.Round, d.Trigger, len(d.Attempts))
		}
	})
}

func TestMessageOfAnOlderRoundIsDropped(t *testing.T) {
	run(t, func(w *harness) {
		m, _ := w.failedOnce()
		w.redeliver(m)
		w.drain()
		w.queue.add(m.Encode())
		w.drain()
		if len(w.receiver.got) != 2 {
			t.Errorf("%d requests, want 2", len(w.receiver.got))
		}
	})
}

func TestEndedDispatchIsNotSentAgain(t *testing.T) {
	run(t, func(w *harness) {
		m := w.send(w.integration())
		w.drain()
		w.queue.add(m.Encode())
		w.drain()
		if len(w.receiver.got) != 1 {
			t.Errorf("%d requests, want 1", len(w.receiver.got))
		}
	})
}

func TestCopiesInOneBatchMakeOneRequest(t *testing.T) {
	run(t, func(w *harness) {
		m := w.send(w.integration())
		w.queue.add(m.Encode())
		w.drain()
		if len(w.receiver.got) != 1 {
			t.Errorf("%d requests, want 1", len(w.receiver.got))
		}
	})
}

// Two copies of a message are attempted concurrently; only one is recorded.
func TestConcurrentCopiesRecordTheSuccess(t *testing.T) {
	for name, c := range map[string]struct{ theirs, ours int }{
		"theirs": {200, 500}, "ours": {500, 200}, "neither": {500, 500}, "both": {200, 200},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(w *harness) {
				m := w.send(w.integration())
				w.receiver.answer = func(*http.Request) (*http.Response, error) {
					if len(w.receiver.got) == 1 { // deliver the other copy during this attempt
						w.queue.add(m.Encode())
						w.step()
						return reply(c.ours), nil
					}
					return reply(c.theirs), nil
				}
				w.step()
				want := webhook.DispatchSucceeded
				if c.theirs != 200 && c.ours != 200 {
					want = webhook.DispatchRetrying
				}
				if d := w.dispatch(m); d.Status != want {
					t.Errorf("dispatch is %s after %d attempts, want %s", d.Status, len(d.Attempts), want)
				}
				w.receiver.answer = nil
				requests := len(w.receiver.got)
				w.drain()
				if more := len(w.receiver.got) - requests; more != map[bool]int{true: 0, false: 1}[want == webhook.DispatchSucceeded] {
					t.Errorf("%d more requests", more)
				}
			})
		})
	}
}

func TestClockSetBackDoesNotStopRetries(t *testing.T) {
	back := time.Duration(0)
	run(t, func(w *harness) {
		w.receiver.answer = answers(500)
		w.send(w.integration())
		w.step()
		back = 48 * time.Hour
		time.Sleep(time.Minute)
		w.step()
		if len(w.receiver.got) != 2 {
			t.Errorf("%d requests, want 2", len(w.receiver.got))
		}
	}, clockBehind(&back))
}
