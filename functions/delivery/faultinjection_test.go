package delivery_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// scenario is a short history of dispatches that audit checks.
type scenario struct {
	name  string
	stage func(w *harness) []webhook.Message
	ends  webhook.DispatchStatus
}

func scenarios() []scenario {
	many := func(w *harness, in webhook.Integration) (msgs []webhook.Message) {
		for range 3 {
			msgs = append(msgs, w.send(in))
		}
		return msgs
	}
	return []scenario{
		{"delivered at once", func(w *harness) []webhook.Message {
			return many(w, w.integration())
		}, webhook.DispatchSucceeded},
		{"delivered at the third attempt", func(w *harness) []webhook.Message {
			w.receiver.answer = func(r *http.Request) (*http.Response, error) {
				if r.Header.Get("Webhook-Attempt") < "3" {
					return reply(503), nil
				}
				return reply(200), nil
			}
			return many(w, w.integration())
		}, webhook.DispatchSucceeded},
		{"given up", func(w *harness) []webhook.Message {
			w.receiver.answer = answers(500)
			return many(w, w.integration())
		}, webhook.DispatchFailed},
		{"gone", func(w *harness) []webhook.Message {
			w.receiver.answer = answers(410)
			return []webhook.Message{w.send(w.integration())} // one: others may be sent before it is disabled
		}, webhook.DispatchFailed},
		{"held", func(w *harness) []webhook.Message {
			return many(w, w.integration(status(webhook.Paused)))
		}, webhook.DispatchHeld},
		{"down, and back", func(w *harness) []webhook.Message {
			w.outage(time.Now().Add(3*time.Minute), 429, "Retry-After: 120")
			return many(w, w.integration())
		}, webhook.DispatchSucceeded},
		{"more than maxPerMinute", func(w *harness) []webhook.Message {
			return many(w, w.integration(func(in *webhook.Integration) { in.MaxPerMinute = 2 }))
		}, webhook.DispatchSucceeded},
		{"redelivered", func(w *harness) []webhook.Message {
			msgs := many(w, w.integration(status(webhook.Paused)))
			for i, m := range msgs {
				d := m.Dispatch().Ending(webhook.DispatchHeld, "", time.Now())
				w.store.dispatches[m.DispatchID] = d
				w.store.dispatches[m.DispatchID] = d.Queued(time.Now())
				w.edit(w.store.integrations[m.IntegrationID], status(webhook.Active))
				m.Round, m.Trigger = 1, webhook.TriggerRedelivery
				w.queue.add(m.Encode())
				msgs[i] = m
			}
			return msgs
		}, webhook.DispatchSucceeded},
	}
}

// Each call of the handler to its store and its queue fails once, before and after it took effect,
// each in its own history. In the end nothing may be lost, and every repeat must be recognizable.
func TestEveryCallFailsOnce(t *testing.T) {
	for _, s := range scenarios() {
		for _, after := range []bool{false, true} {
			for _, times := range []int{1, 8} {
				t.Run(fmt.Sprintf("%s, after %v, %d in a row", s.name, after, times), func(t *testing.T) {
					histories, repeats := 0, 0
					for n := 1; ; n++ {
						done := false
						run(t, func(w *harness) {
							fault := &failingCalls{n: n, after: after, times: times}
							w.store.fail, w.queue.fail = fault, fault
							w.audit(s, s.stage(w))
							done = fault.hit == ""
							repeats += w.repeats()
						}, shortSchedule)
						if done || t.Failed() {
							break
						}
						histories++
					}
					t.Logf("%d histories with one error each, %d repeated requests", histories, repeats)
					if histories < 3 {
						t.Errorf("only %d calls could fail: the scenario does not reach the store", histories)
					}
				})
			}
		}
	}
}

func shortSchedule(c *delivery.Config) {
	c.Schedule = webhook.DefaultSchedule()
	c.Schedule.MaxAttempts = 4
}

// A store outage delays deliveries in proportion to its length, and has no other effect.
func TestLongStoreOutage(t *testing.T) {
	for _, outage := range []time.Duration{time.Minute, time.Hour, 24 * time.Hour} {
		t.Run(outage.String(), func(t *testing.T) {
			run(t, func(w *harness) {
				started := time.Now()
				w.store.fail = &failingCalls{until: started.Add(outage)}
				w.audit(scenarios()[0], []webhook.Message{w.send(w.integration())})
				if took := time.Since(started); took > 2*outage+time.Minute {
					t.Errorf("delivered after %v", took)
				}
			})
		})
	}
}

// audit drains the queue and checks records against received requests.
func (w *harness) audit(s scenario, msgs []webhook.Message) {
	w.Helper()
	w.drain()
	if len(w.queue.dead) > 0 {
		w.Errorf("%d messages in the dead-letter queue", len(w.queue.dead))
	}
	arrived := map[string]int{}
	for _, r := range w.receiver.got {
		id := r.header.Get("Webhook-Dispatch-Id")
		if id != map[string][]string(r.header)[signing.HeaderID][0] {
			w.Errorf("id headers differ: %v", r.header)
		}
		arrived[id]++
	}
	for _, m := range msgs {
		d := w.store.dispatches[m.DispatchID]
		if d.Status != s.ends {
			w.Errorf("dispatch ended as %q, want %s", d.Status, s.ends)
		}
		if d.Status == webhook.DispatchSucceeded && arrived[m.DispatchID] == 0 {
			w.Errorf("recorded as delivered, never received")
		}
		if d.Status != webhook.DispatchHeld && arrived[m.DispatchID] < len(d.Attempts) {
			w.Errorf("%d attempts recorded, %d requests received", len(d.Attempts), arrived[m.DispatchID])
		}
	}
	for id := range arrived {
		if _, known := w.store.dispatches[id]; !known {
			w.Errorf("a request has the unknown dispatch id %s", id)
		}
	}
}

// repeats counts the requests beyond the recorded attempts.
func (w *harness) repeats() int {
	n := len(w.receiver.got)
	for _, d := range w.store.dispatches {
		n -= len(d.Attempts)
	}
	return n
}
