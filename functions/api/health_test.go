package api_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// outage has an integration's endpoint be down since noon, with dispatches that wait for it.
func (w *harness) outage(in api.Integration, waiting int, change ...func(*webhook.Breaker)) []string {
	w.t.Helper()
	stored := w.stored(in.ID)
	open := webhook.Health{FailingSince: noon.Add(-time.Minute), Notified: webhook.NoticeFailing, Breaker: webhook.Breaker{
		State: webhook.BreakerOpen, Since: noon, Why: "answered 503 Service Unavailable", ToldAt: noon,
	}}
	for _, c := range change {
		c(&open.Breaker)
	}
	if err := w.store.Store.SaveHealth(w.t.Context(), in.UserID, in.ID, stored.Health, open); err != nil {
		w.t.Fatal(err)
	}
	line := webhook.Line{UserID: in.UserID, IntegrationID: in.ID, DueAt: noon.Add(time.Minute)}
	if err := w.store.Store.MoveLine(w.t.Context(), webhook.Line{}, line); err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for i := range waiting {
		d := w.dispatched(in, noon.Add(time.Duration(i)*time.Second), webhook.DispatchRetrying).Waiting("waits until the endpoint works again")
		if err := w.store.Store.Park(w.t.Context(), d); err != nil {
			w.t.Fatal(err)
		}
		all = append(all, d.ID)
	}
	return all
}

func (w *harness) line(in api.Integration) (webhook.Line, error) {
	return w.store.Store.Line(w.t.Context(), in.ID)
}

func TestHealthOfAnIntegration(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	path := "/v1/integrations/" + in.ID
	fine := w.do("GET", path, "").want(200)
	if h := read[api.Integration](fine).Health; h == nil || h.State != "closed" || h.Waiting != nil || h.Since != nil {
		t.Errorf("health of one that works: %+v", h)
	}
	w.outage(in, 3)
	down := w.do("GET", path, "", "If-None-Match: "+fine.header.Get("ETag")).want(200)
	h := read[api.Integration](down).Health
	if h.State != "open" || *h.Waiting != 3 || !h.Since.Equal(noon) || !h.NextProbeAt.Equal(noon.Add(time.Minute)) || h.Reason != "answered 503 Service Unavailable" {
		t.Errorf("health of one that is down: %+v", h)
	}
	w.do("GET", path, "", "If-None-Match: "+down.header.Get("ETag")).want(200) // how many wait may have changed
	list := read[struct{ Integrations []api.Integration }](w.do("GET", "/v1/integrations", "").want(200)).Integrations
	if h := list[0].Health; h.State != "open" || h.Waiting != nil {
		t.Errorf("health in the list: %+v", h)
	}
	waiting := read[dispatchPage](w.do("GET", path+"/dispatches?status=WAITING", "").want(200)).Dispatches
	if len(waiting) != 3 || !strings.HasPrefix(waiting[0].Reason, "waits until") {
		t.Errorf("waiting: %+v", waiting)
	}
}

func TestProbeSendsTheOldestThatWaits(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	all := w.outage(in, 3)
	got := w.do("POST", "/v1/integrations/"+in.ID+"/probe", "").want(202)
	if len(w.queue.sent) != 1 || w.queue.sent[0].DispatchID != all[0] || !w.queue.sent[0].Probe {
		t.Errorf("sent %+v", w.queue.sent)
	}
	if !strings.HasSuffix(got.header.Get("Location"), all[0]) {
		t.Errorf("location %s", got.header.Get("Location"))
	}
}

func TestProbeIsRefusedWhereItMakesNoSense(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*harness, api.Integration)
		says    string
	}{
		"it works":      {func(*harness, api.Integration) {}, "is not down"},
		"nothing waits": {func(w *harness, in api.Integration) { w.outage(in, 0) }, "Send a test instead"},
		"it asked to wait": {func(w *harness, in api.Integration) {
			w.outage(in, 1, func(b *webhook.Breaker) { b.NotBefore = noon.Add(time.Hour) })
		}, "nothing before 2"},
		"the integration is paused": {func(w *harness, in api.Integration) {
			w.outage(in, 1)
			w.do("PATCH", "/v1/integrations/"+in.ID, `{"status":"paused"}`).want(200)
		}, "paused"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newHarness(t)
			in := w.create(``)
			c.prepare(w, in)
			got := w.do("POST", "/v1/integrations/"+in.ID+"/probe", "").want(409)
			if !strings.Contains(got.text, c.says) || len(w.queue.sent) != 0 {
				t.Errorf("%s, and %d messages; want it to say %q", got.text, len(w.queue.sent), c.says)
			}
		})
	}
}

// An edit may have cured what was wrong, so the endpoint is tried at once.
func TestAnEditTriesAnEndpointThatIsDown(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	all := w.outage(in, 2)
	w.do("PATCH", "/v1/integrations/"+in.ID, `{"requestUrl":"https://hooks.example.com/new"}`).want(200)
	if len(w.queue.sent) != 1 || w.queue.sent[0].DispatchID != all[0] || !w.queue.sent[0].Probe {
		t.Errorf("sent %+v", w.queue.sent)
	}
	w.queue.sent = nil
	w.do("PATCH", "/v1/integrations/"+in.ID, `{"status":"disabled"}`).want(200)
	if len(w.queue.sent) != 0 {
		t.Errorf("disabling it sends %+v", w.queue.sent)
	}
}

// What waited while the integration was paused is released once it is active again.
func TestResumingReleasesWhatWaits(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	path := "/v1/integrations/" + in.ID
	w.outage(in, 2)
	w.do("PATCH", path, `{"status":"paused"}`).want(200)
	w.now = noon.Add(6 * 24 * time.Hour)
	w.do("PATCH", path, `{"status":"active"}`).want(200)
	line, err := w.line(in)
	if err != nil || !line.DueAt.Equal(w.now) {
		t.Errorf("line %+v, %v: want it due now", line, err)
	}
	if h := w.stored(in.ID).Health; h.Failing() || h.Breaker.State != webhook.BreakerReleasing || !h.Breaker.ToldAt.Equal(noon) {
		t.Errorf("health %+v: want it to release, and remember when it last told", h)
	}
}

func TestResumingWithoutAnythingThatWaitsStartsInGoodHealth(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"status":"paused"`)
	w.do("PATCH", "/v1/integrations/"+in.ID, `{"status":"active"}`).want(200)
	if h := w.stored(in.ID).Health; h != (webhook.Health{}) {
		t.Errorf("health %+v", h)
	}
	if _, err := w.line(in); !errors.Is(err, webhook.ErrNotFound) {
		t.Errorf("a line was made: %v", err)
	}
}
