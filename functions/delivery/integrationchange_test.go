package delivery_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// The result of a dispatch whose integration changes before the first attempt, and before the
// second.
func TestIntegrationChangesBeforeAttempt(t *testing.T) {
	gone := func(w *harness, in webhook.Integration) { delete(w.store.integrations, in.ID) }
	set := func(s webhook.IntegrationStatus) func(*harness, webhook.Integration) {
		return func(w *harness, in webhook.Integration) { w.edit(in, status(s)) }
	}
	const none webhook.DispatchStatus = ""
	for name, c := range map[string]struct {
		change  func(*harness, webhook.Integration)
		fresh   webhook.DispatchStatus // of a dispatch not yet attempted
		waiting webhook.DispatchStatus // of one that has failed once
	}{
		"paused":   {set(webhook.Paused), webhook.DispatchHeld, webhook.DispatchHeld},
		"disabled": {set(webhook.Disabled), none, webhook.DispatchFailed},
		"deleted":  {gone, none, webhook.DispatchRetrying}, // the user can no longer see it
	} {
		t.Run(name+" before the first attempt", func(t *testing.T) {
			run(t, func(w *harness) {
				in := w.integration()
				m := w.send(in)
				c.change(w, in)
				w.drain()
				d := w.store.dispatches[m.DispatchID]
				if d.Status != c.fresh || len(w.receiver.got) > 0 {
					t.Errorf("dispatch is %q after %d requests, want %q", d.Status, len(w.receiver.got), c.fresh)
				}
				if d.Status == webhook.DispatchHeld && string(d.Event) != event {
					t.Errorf("held without its event: %q", d.Event)
				}
			})
		})
		t.Run(name+" before the second attempt", func(t *testing.T) {
			run(t, func(w *harness) {
				w.receiver.answer = answers(500)
				in := w.integration()
				m := w.send(in)
				w.step()
				c.change(w, in)
				w.drain()
				d := w.dispatch(m)
				if d.Status != c.waiting || len(w.receiver.got) != 1 {
					t.Errorf("dispatch is %q after %d requests, want %q", d.Status, len(w.receiver.got), c.waiting)
				}
				if d.Status == webhook.DispatchFailed && !strings.Contains(d.Reason, "disabled") {
					t.Errorf("reason %q", d.Reason)
				}
			})
		})
	}
}

func TestRetryUsesCurrentIntegration(t *testing.T) {
	run(t, func(w *harness) {
		w.receiver.answer = func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "new.example.com" {
				return reply(200), nil
			}
			return reply(500), nil
		}
		in := w.integration()
		m := w.send(in)
		w.step()
		w.edit(in, func(in *webhook.Integration) {
			in.RequestURL, in.PayloadTemplate = "https://new.example.com/", `{"task":"{{taskId}}"}`
		})
		w.drain()
		if got := w.receiver.got[1]; got.body != `{"task":"T-1"}` {
			t.Errorf("second attempt sent %s", got.body)
		}
		d := w.dispatch(m)
		if d.Attempts[0].IntegrationVersion != 1 || d.Attempts[1].IntegrationVersion != 2 {
			t.Errorf("attempts are of versions %d and %d, want 1 and 2", d.Attempts[0].IntegrationVersion, d.Attempts[1].IntegrationVersion)
		}
	})
}

func TestIntegrationResumedDuringHoldIsDelivered(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration(status(webhook.Paused))
		w.store.between = func(call string) {
			if call == "hold" && w.store.integrations[in.ID].Status == webhook.Paused {
				w.edit(in, status(webhook.Active))
			}
		}
		m := w.send(in)
		w.drain()
		if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded {
			t.Errorf("dispatch is %s, want SUCCEEDED", d.Status)
		}
	})
}

func TestRecoveredDispatchIsDelivered(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration(status(webhook.Paused))
		m := w.send(in)
		w.drain()
		if n := w.counters.Count(metrics.Held, ""); n != 1 {
			t.Errorf("Held = %d", n)
		}
		w.edit(in, status(webhook.Active))
		w.redeliver(m)
		w.drain()
		if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || d.Round != 1 || d.Attempts[0].Number != 1 {
			t.Errorf("dispatch is %+v", d)
		}
	})
}

func TestTestIsSentWhateverTheStatus(t *testing.T) {
	for _, s := range []webhook.IntegrationStatus{webhook.Active, webhook.Paused, webhook.Disabled} {
		t.Run(string(s), func(t *testing.T) {
			run(t, func(w *harness) {
				m := message(w.integration(status(s)))
				m.Trigger, m.EventType = webhook.TriggerTest, webhook.Test
				w.queue.add(m.Encode())
				w.drain()
				if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || d.Trigger != webhook.TriggerTest {
					t.Errorf("dispatch is %s with trigger %s", d.Status, d.Trigger)
				}
			})
		})
	}
}

func TestReceiverDisablesTheIntegration(t *testing.T) {
	t.Run("410", func(t *testing.T) { disables(t, "410", answers(http.StatusGone)) })
	t.Run("header", func(t *testing.T) {
		disables(t, "200 OK with Webhook-Delivery: disable", answers(http.StatusOK, "Webhook-Delivery: disable"))
	})
}

func disables(t *testing.T, why string, answer func(*http.Request) (*http.Response, error)) {
	run(t, func(w *harness) {
		w.receiver.answer = answer
		in := w.integration()
		first, second := w.send(in), w.send(in)
		w.step()
		got := w.store.integrations[in.ID]
		if got.Status != webhook.Disabled || !strings.Contains(got.StatusReason, why) || got.Version != 2 {
			t.Errorf("integration is %s (%s), version %d", got.Status, got.StatusReason, got.Version)
		}
		for _, m := range []webhook.Message{first, second} {
			if d := w.dispatch(m); d.Status != webhook.DispatchFailed {
				t.Errorf("dispatch is %s", d.Status)
			}
		}
	})
}

// A 410 has no effect if the user has replaced the URL or the integration is no longer active.
func TestGoneDoesNotOverrideConcurrentEdit(t *testing.T) {
	for name, change := range map[string]func(*webhook.Integration){
		"another URL": func(in *webhook.Integration) { in.RequestURL = "https://new.example.com/" },
		"paused":      status(webhook.Paused),
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(w *harness) {
				in := w.integration()
				w.receiver.answer = func(*http.Request) (*http.Response, error) {
					w.edit(in, change)
					return reply(http.StatusGone), nil
				}
				w.send(in)
				w.step()
				if got := w.store.integrations[in.ID]; got.Status == webhook.Disabled {
					t.Errorf("disabled version %d", got.Version)
				}
			})
		})
	}
}

// longestFirst is the longest wait in the queue of first attempts.
const longestFirst = 66 * time.Second

func TestNotDueIsHiddenBehindTheOneInCharge(t *testing.T) {
	run(t, func(w *harness) {
		w.receiver.answer = answers(500)
		m := w.send(w.integration())
		w.step()
		w.queue.add(m.Encode())
		time.Sleep(20 * time.Second)
		w.step()
		if got, want := w.queue.hides[1], longestFirst; got != want { // then it comes from the queue of retries, and is hidden again
			t.Errorf("duplicate hidden for %v, want %v", got, want)
		}
	})
}
