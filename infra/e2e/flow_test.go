package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// dispatchOf returns the id of an event's dispatch to an integration.
func dispatchOf(t *testing.T, ev lambdaevents.EventBridgeEvent, integration string) string {
	t.Helper()
	task, err := webhook.ParseEvent(webhook.EventTypes{}, ev.Detail, ev.ID, ev.Time)
	if err != nil {
		t.Fatal(err)
	}
	return ids.Dispatch(task.CreatedAt, task.ID, integration)
}

func TestEventReachesSubscribedIntegrations(t *testing.T) {
	w := newHarness(t, settings{})
	wanting := map[string]string{} // integration by path
	for i := range 12 {            // more than one batch
		path := fmt.Sprintf("/wants/%d", i)
		wanting[path] = w.create(path)
	}
	filtered := func(spider string) map[string]any {
		return map[string]any{"filter": `{"resource": {"url": {"spider_id": ["` + spider + `"]}}}`}
	}
	wanting["/spider/3"] = w.create("/spider/3", saying(filtered("3")))
	w.create("/spider/4", saying(filtered("4")))
	w.create("/wants-failures", saying(map[string]any{"eventTypes": []string{"ACTOR.RUN.FAILED"}}))
	w.create("/of-another-user", by("77"))

	ev := busEvent("succeeded", nil)
	w.put(ev)
	w.deliver("all who asked have it", func() bool {
		for path := range wanting {
			if len(w.receiver.got(path)) == 0 {
				return false
			}
		}
		return true
	})
	for path, integration := range wanting {
		got := w.receiver.got(path)
		if len(got) != 1 || got[0].Verified != nil {
			t.Fatalf("%s got %d requests, the first verified: %v", path, len(got), got[0].Verified)
		}
		dispatch := dispatchOf(t, ev, integration)
		for name, want := range map[string]string{
			"Webhook": integration, "Webhook-Dispatch-Id": dispatch, "Webhook-Id": dispatch, "Webhook-Attempt": "1",
			"Content-Type": "application/json", "Request-Origin": "thordata", "X-Task": "2e9ddee0582a********************",
		} {
			if got := got[0].Header.Get(name); got != want {
				t.Errorf("%s: header %s = %q, want %q", path, name, got, want)
			}
		}
		var body struct{ Task, State string }
		if err := json.Unmarshal([]byte(got[0].Body), &body); err != nil || body.State != "ACTOR.RUN.SUCCEEDED" {
			t.Errorf("%s: body %+v, %v", path, body, err)
		}
		if s := w.status(integration, dispatch); s != "SUCCEEDED" {
			t.Errorf("%s: dispatch is %q", path, s)
		}
	}
	for _, path := range []string{"/wants-failures", "/of-another-user", "/spider/4"} {
		if n := len(w.receiver.got(path)); n != 0 {
			t.Errorf("%s got %d requests", path, n)
		}
	}
	w.await("the queues are empty", func() bool { return w.inQueue("DeliveriesQueue")+w.inQueue("RetriesQueue") == 0 })
}

func TestRepeatedEventIsDeliveredOnce(t *testing.T) {
	w := newHarness(t, settings{})
	integration := w.create("/hook")
	ev := busEvent("failed", nil)
	for range 2 {
		w.put(ev)
		w.deliver("the queue is empty", func() bool { return w.inQueue("DeliveriesQueue") == 0 })
	}
	if n := len(w.receiver.got("/hook")); n != 1 {
		t.Errorf("the receiver got %d requests", n)
	}
	if s := w.status(integration, dispatchOf(t, ev, integration)); s != "SUCCEEDED" {
		t.Errorf("dispatch is %q", s)
	}
}

// Each operation of the API with its sample request.
func TestLifeOfAnIntegration(t *testing.T) {
	w := newHarness(t, settings{})
	w.must(http.StatusUnprocessableEntity, "invalid")
	id := w.create("/hook")
	if all := w.must(http.StatusOK, "list")["integrations"].([]any); len(all) != 1 {
		t.Errorf("listed %d integrations", len(all))
	}
	w.must(http.StatusOK, "get", to(id, ""))
	w.must(http.StatusNotFound, "get", to(id, ""), by("77"))
	w.must(http.StatusOK, "replace", to(id, ""), without("if-match"), saying(map[string]any{"requestUrl": w.receiver.URL("/hook")}))
	w.must(http.StatusPreconditionFailed, "replace", to(id, "")) // the sample's If-Match has another integration's tag
	w.must(http.StatusOK, "render")
	w.must(http.StatusOK, "event-types")
	w.must(http.StatusOK, "variables")
	w.must(http.StatusOK, "settings")
	for _, page := range []string{"openapi", "docs", "console"} {
		w.must(http.StatusOK, page)
	}

	test := w.must(http.StatusAccepted, "test", to(id, ""))
	w.deliver("the test is delivered", func() bool { return len(w.receiver.got("/hook")) == 1 })
	dispatch := test["dispatchId"].(string)
	w.must(http.StatusOK, "dispatch", to(id, dispatch))

	w.must(http.StatusOK, "rotate-secret", to(id, ""))
	secret := w.must(http.StatusOK, "secret", to(id, ""))
	w.receiver.at("/hook", func(e *endpoint) { e.secret = fmt.Sprint(secret["signingSecret"]) })
	w.must(http.StatusAccepted, "redeliver", to(id, dispatch))
	w.deliver("the test is delivered again", func() bool { return len(w.receiver.got("/hook")) == 2 })
	for i, d := range w.receiver.got("/hook") {
		if d.Verified != nil || d.Header.Get("Webhook-Dispatch-Id") != dispatch {
			t.Errorf("request %d of dispatch %s: verified: %v", i+1, d.Header.Get("Webhook-Dispatch-Id"), d.Verified)
		}
	}
	w.must(http.StatusOK, "patch", to(id, ""))
	w.must(http.StatusNoContent, "delete", to(id, ""))
	w.must(http.StatusNotFound, "get", to(id, ""))
}

func TestPauseHoldsUntilResumed(t *testing.T) {
	w := newHarness(t, settings{})
	id := w.create("/hook")
	w.must(http.StatusOK, "patch", to(id, ""))
	ev := busEvent("succeeded", nil)
	w.put(ev)
	w.deliver("the dispatch is held", func() bool { return w.status(id, dispatchOf(t, ev, id)) == "HELD" })
	w.must(http.StatusOK, "patch", to(id, ""), saying(map[string]any{"status": "active"}))
	w.deliver("the dispatch is delivered", func() bool { return w.status(id, dispatchOf(t, ev, id)) == "SUCCEEDED" })
	if got := w.receiver.got("/hook"); len(got) != 1 || got[0].Verified != nil {
		t.Errorf("got %+v", got)
	}
}
