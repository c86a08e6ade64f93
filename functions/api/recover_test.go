package api_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// flood stores n dispatches, one per second starting at noon, and returns their ids.
func (w *harness) flood(in api.Integration, n int, status webhook.DispatchStatus, change ...func(*webhook.Dispatch)) []string {
	all := make([]string, n)
	var writes sync.WaitGroup // concurrent writes share commits
	for i := range all {
		writes.Go(func() { all[i] = w.dispatched(in, noon.Add(time.Duration(i)*time.Second), status, change...).ID })
	}
	writes.Wait()
	return all
}

func (w *harness) sent() []string {
	var all []string
	for _, m := range w.queue.sent {
		all = append(all, m.DispatchID)
	}
	return all
}

func TestRecoverQueuesAPeriodInPagesOldestFirst(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	path := "/v1/integrations/" + in.ID + "/recover"
	all := w.flood(in, 420, webhook.DispatchFailed)
	w.now = noon.Add(time.Hour)
	w.as(alice).dispatched(in, noon.Add(-time.Second), webhook.DispatchFailed)
	w.dispatched(in, noon.Add(500*time.Second), webhook.DispatchSucceeded)

	body, pages := `{"since":"2025-06-07T12:00:00Z"}`, 0
	for {
		got := read[api.Recovery](w.do("POST", path, body).want(200))
		pages++
		if got.Cursor == "" {
			break
		}
		if got.Queued != 200 {
			t.Errorf("a page of %d", got.Queued)
		}
		body = fmt.Sprintf(`{"cursor":%q,"since":"2025-06-07T14:00:00+02:00"}`, got.Cursor)
		w.do("POST", path, fmt.Sprintf(`{"cursor":%q,"since":"2025-06-07T12:00:01Z"}`, got.Cursor)).want(422).faultAt("body.cursor")
		w.do("POST", path, fmt.Sprintf(`{"cursor":%q,"statuses":["HELD"]}`, got.Cursor)).want(422).faultAt("body.cursor")
	}
	if pages != 3 || !slices.Equal(w.sent(), all) {
		t.Errorf("%d pages, %d sent", pages, len(w.queue.sent))
	}
	if again := read[api.Recovery](w.do("POST", path, `{"since":"2025-06-07T12:00:00Z"}`).want(200)); again.Queued != 0 {
		t.Errorf("again: %+v", again)
	}
	if done := read[api.Recovery](w.do("POST", path, `{"statuses":["SUCCEEDED"],"until":"2025-06-08T00:00:00Z"}`).want(200)); done.Queued != 1 {
		t.Errorf("succeeded: %+v", done)
	}
}

func TestRecoverSkipsDispatchesWithoutEvent(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	w.flood(in, 60, webhook.DispatchFailed, func(d *webhook.Dispatch) { d.Event = nil }) // more than a page
	w.dispatched(in, noon.Add(100*time.Second), webhook.DispatchFailed, func(d *webhook.Dispatch) { d.EventType = webhook.Test })
	w.dispatched(in, noon.Add(101*time.Second), webhook.DispatchFailed)
	w.now = noon.Add(time.Hour)
	if got := read[api.Recovery](w.do("POST", "/v1/integrations/"+in.ID+"/recover", `{}`).want(200)); got.Queued != 1 || got.Skipped != 61 || got.Cursor != "" {
		t.Errorf("recovered: %+v", got)
	}
}

func TestRecoverRejectsInvalidRequests(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	path := "/v1/integrations/" + in.ID + "/recover"
	for body, location := range map[string]string{
		`{"statuses":["PENDING"]}`: "body.statuses[0]", `{"since":"x"}`: "body.since", `{"since":"0000-01-01T00:00:00+01:00"}`: "body.since", `{"until":5}`: "body.until",
		`{"cursor":"nonsense"}`: "body.cursor", `{"colour":1}`: "body.colour",
	} {
		w.do("POST", path, body).want(422).faultAt(location)
	}
	w.do("POST", path, "").want(400)
	w.do("PATCH", "/v1/integrations/"+in.ID, `{"status":"paused"}`).want(200)
	w.do("POST", path, `{}`).want(409)
}

func TestRecoverContinuesAfterErrors(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	path := "/v1/integrations/" + in.ID + "/recover"
	all := w.flood(in, 120, webhook.DispatchFailed)
	w.now = noon.Add(time.Hour)
	pages := 0
	w.store.fail = func(m string) error {
		if m == "Dispatches" {
			if pages++; pages == 2 {
				return errors.New("store is down")
			}
		}
		return nil
	}
	first := read[api.Recovery](w.do("POST", path, `{}`).want(200))
	if first.Queued != 50 || first.Cursor == "" || !strings.Contains(w.log.String(), `"level":"WARN"`) {
		t.Errorf("first: %+v, log %s", first, w.log)
	}
	rest := read[api.Recovery](w.do("POST", path, fmt.Sprintf(`{"cursor":%q}`, first.Cursor)).want(200))
	if rest.Queued != 70 || rest.Cursor != "" || !slices.Equal(w.sent(), all) {
		t.Errorf("rest: %+v, sent %d", rest, len(w.queue.sent))
	}
	w.store.fail = func(m string) error { return map[string]error{"Dispatches": errors.New("store is down")}[m] }
	w.do("POST", path, `{}`).want(500)
}

func TestActivationQueuesHeldDispatches(t *testing.T) {
	for _, method := range []string{"PUT", "PATCH"} {
		t.Run(method, func(t *testing.T) {
			w := newHarness(t)
			in := w.create(`"status":"paused"`)
			path := "/v1/integrations/" + in.ID
			all := w.flood(in, 260, webhook.DispatchHeld)
			w.dispatched(in, noon.Add(-time.Hour), webhook.DispatchFailed)
			paused := w.stored(in.ID).Changed(noon)
			paused.Health, paused.StatusReason = webhook.Health{FailingSince: noon.Add(-5 * 24 * time.Hour), Notified: webhook.NoticePaused}, "failed for five days"
			if err := w.store.Store.UpdateIntegration(t.Context(), paused); err != nil {
				t.Fatal(err)
			}

			edited := read[api.Integration](w.do(method, path, wish(`"status":"paused","description":"still down"`)).want(200))
			if edited.StatusReason == "" || edited.FailingSince == nil || edited.Held != nil {
				t.Errorf("an edit during the pause: %+v", edited)
			}
			got := read[api.Integration](w.do(method, path, wish(`"status":"active"`)).want(200))
			if got.Held == nil || got.Held.Queued != 260 || got.Held.Cursor != "" || got.FailingSince != nil || got.StatusReason != "" {
				t.Errorf("answer: %+v, %+v", got, got.Held)
			}
			if !slices.Equal(w.sent(), all) {
				t.Errorf("%d sent", len(w.queue.sent))
			}
			if h := w.stored(in.ID).Health; h.Failing() || h.Notified != webhook.NoticeNone {
				t.Errorf("health: %+v", h)
			}
			if again := read[api.Integration](w.do("PATCH", path, `{"name":"new"}`).want(200)); again.Held != nil {
				t.Error("held is set in the response to another change")
			}
		})
	}
}

func TestActivationReturnsCursorWhenTimeIsUp(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"status":"paused"`)
	all := w.flood(in, 130, webhook.DispatchHeld)
	w.store.before = func(m string) {
		if m == "Dispatches" {
			w.now = w.now.Add(8 * time.Second)
		}
	}
	got := read[api.Integration](w.do("PATCH", "/v1/integrations/"+in.ID, `{"status":"active"}`).want(200))
	if got.Held == nil || got.Held.Queued != 100 || got.Held.Cursor == "" {
		t.Fatalf("held: %+v", got.Held)
	}
	w.do("POST", "/v1/integrations/"+in.ID+"/recover", fmt.Sprintf(`{"cursor":%q}`, got.Held.Cursor)).want(200)
	if !slices.Equal(w.sent(), all) {
		t.Errorf("%d sent", len(w.queue.sent))
	}
}

func TestChangeIsKeptWhenQueueFails(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"status":"paused"`)
	w.flood(in, 3, webhook.DispatchHeld)
	w.queue.fail = errors.New("queue is down")
	got := read[api.Integration](w.do("PATCH", "/v1/integrations/"+in.ID, `{"status":"active"}`).want(200))
	if got.Status != "active" || got.Held == nil || got.Held.Queued != 0 || got.Held.Cursor == "" {
		t.Fatalf("answer: %+v, %+v", got, got.Held)
	}
	w.queue.fail = nil
	done := read[api.Recovery](w.do("POST", "/v1/integrations/"+in.ID+"/recover", fmt.Sprintf(`{"cursor":%q}`, got.Held.Cursor)).want(200))
	if done.Queued != 3 {
		t.Errorf("recovered: %+v", done)
	}
}
