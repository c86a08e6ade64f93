package e2e

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// tick hands the fanout function what the schedule of the template makes each minute.
func (w *harness) tick() {
	w.t.Helper()
	payload, err := json.Marshal(map[string]any{
		"id": "tick", "time": time.Now().UTC(), "source": fanout.TickSource, "detail-type": fanout.TickDetailType, "detail": map[string]any{},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.functions["fanout"].Invoke(w.t.Context(), payload); err != nil {
		w.t.Fatal(err)
	}
}

// ticking has a condition waited for with a tick every now and then.
func (w *harness) ticking(holds func() bool) func() bool {
	n := 0
	return func() bool {
		if n++; n%50 == 1 {
			w.tick()
		}
		return holds()
	}
}

// down has the breaker of an integration open, with the first probe due in a moment.
func (w *harness) down(id string) {
	w.t.Helper()
	in, err := w.store.Integration(w.t.Context(), sampleUser, id)
	if err != nil {
		w.t.Fatal(err)
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	probe := now.Add(2 * time.Second)
	open := webhook.Health{FailingSince: now.Add(-2 * time.Minute), Notified: webhook.NoticeFailing, Breaker: webhook.Breaker{
		State: webhook.BreakerOpen, Since: probe.Add(-time.Minute), Why: "answered 503 Service Unavailable", ToldAt: now,
	}}
	line := webhook.Line{UserID: sampleUser, IntegrationID: id, DueAt: probe}
	if err := w.store.MoveLine(w.t.Context(), webhook.Line{}, line); err != nil {
		w.t.Fatal(err)
	}
	if err := w.store.SaveHealth(w.t.Context(), sampleUser, id, in.Health, open); err != nil {
		w.t.Fatal(err)
	}
}

// What comes for an endpoint that is down leaves the queue. A probe finds it back, and then all of it is
// delivered, with one attempt each.
func TestAnEndpointThatIsDownAndComesBack(t *testing.T) {
	w := newHarness(t, settings{})
	w.recover("/down")
}

// recover takes an integration through an outage.
func (w *harness) recover(path string) {
	w.t.Helper()
	id := w.create(path)
	w.down(id)
	var dispatches []string
	for range 5 {
		ev := busEvent("succeeded", nil)
		w.put(ev)
		dispatches = append(dispatches, dispatchOf(w.t, ev, id))
	}
	all := func(status string) func() bool {
		return func() bool {
			for _, d := range dispatches {
				if w.status(id, d) != status {
					return false
				}
			}
			return true
		}
	}
	w.deliver("they wait", all("WAITING"))
	if n := w.inQueue("DeliveriesQueue") + w.inQueue("RetriesQueue"); n != 0 {
		w.t.Errorf("%d messages are in the queues", n)
	}
	if got := w.must(http.StatusOK, "get", to(id, ""))["health"].(map[string]any); got["state"] != "open" || got["waiting"] != 5. {
		w.t.Errorf("health %v", got)
	}
	w.deliver("they are delivered", w.ticking(all("SUCCEEDED")))
	w.await("the breaker closes", func() bool {
		w.hurry(id)
		w.tick()
		return w.must(http.StatusOK, "get", to(id, ""))["health"].(map[string]any)["state"] == "closed"
	})
	w.must(http.StatusNoContent, "delete", to(id, ""))
	w.hurry(id)
	w.tick() // removes the line
	w.status(id, unknownDispatch)
}

// unknownDispatch is the id of a dispatch that there is none of.
const unknownDispatch = "01JX5N4Z8G0000000000000000"

// hurry has the next tick look at what waits for an integration, and write down what it finds.
func (w *harness) hurry(id string) {
	w.t.Helper()
	line, err := w.store.Line(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	due := line
	due.DueAt = time.Now().UTC().Truncate(time.Millisecond)
	if err := w.store.MoveLine(w.t.Context(), line, due); err != nil {
		w.t.Fatal(err)
	}
	in, err := w.store.Integration(w.t.Context(), sampleUser, id)
	if err != nil {
		return // it was deleted
	}
	unwritten := in.Health
	unwritten.Breaker.Wrote, unwritten.Breaker.WroteBefore = time.Time{}, time.Time{}
	if err := w.store.SaveHealth(w.t.Context(), sampleUser, id, in.Health, unwritten); err != nil {
		w.t.Fatal(err)
	}
}

// open has an endpoint found to be down, with a notice.
func (w *harness) open(path string) {
	w.t.Helper()
	id := w.create(path)
	w.receiver.at(path, failing(http.StatusBadGateway, 99))
	in, err := w.store.Integration(w.t.Context(), sampleUser, id)
	if err != nil {
		w.t.Fatal(err)
	}
	failing := webhook.Health{FailingSince: time.Now().UTC().Truncate(time.Millisecond).Add(-2 * time.Minute)}
	if err := w.store.SaveHealth(w.t.Context(), sampleUser, id, in.Health, failing); err != nil {
		w.t.Fatal(err)
	}
	ev := busEvent("succeeded", nil)
	w.put(ev)
	w.deliver("it waits", func() bool { return w.status(id, dispatchOf(w.t, ev, id)) == "WAITING" })
	w.must(http.StatusNoContent, "delete", to(id, ""))
}
