package api_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/eventfilter"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func quoted(filter string) string {
	text, _ := json.Marshal(filter)
	return string(text)
}

func TestFilterErrorsHaveTheirPlace(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"filter":"{\"userName\": [\"a\"]}"`)
	for _, c := range []struct {
		filter, message, suggestion string
		line, column                int
	}{
		{"{\"resource\":\n {\"apiCode\": [{\"numerc\": [\"=\", 1]}]}}", "resource.apiCode: unknown operator", "numeric", 2, 16},
		{`{"recource": {"a": [1]}}`, "unknown field", "resource", 1, 2},
		{`{}`, "empty", "", 1, 1},
		{`{"userId": 1}`, "userId", "", 1, 12},
		{`not json`, "not JSON", "", 1, 2},
		{`{"userName": ["` + strings.Repeat("a", 5000) + `"]}`, "at most 4096 bytes", "", 1, 1},
	} {
		for _, ask := range []struct{ method, path, body string }{
			{"POST", "/v1/integrations", wish(`"filter":` + quoted(c.filter))},
			{"PATCH", "/v1/integrations/" + in.ID, `{"filter":` + quoted(c.filter) + `}`},
			{"POST", "/v1/integrations/" + in.ID + "/filter/test", `{"filter":` + quoted(c.filter) + `}`},
		} {
			f := w.do(ask.method, ask.path, ask.body).want(422).faultAt("body.filter")
			if !strings.Contains(f.Message, c.message) || f.Suggestion != c.suggestion || f.Place == nil || f.Place.Line != c.line || f.Place.Column != c.column {
				t.Errorf("%s %s: %+v, place %+v; want %q at line %d, column %d", ask.method, c.filter, f, f.Place, c.message, c.line, c.column)
			}
		}
		got := w.render(`{"filter":` + quoted(c.filter) + `}`)
		if len(got.Faults) != 1 || got.Faults[0].Location != "body.filter" || got.NotSent != "" || got.Body == nil {
			t.Errorf("preview with %s: %+v", c.filter, got)
		}
	}
}

func TestAFilterIsRemovedByAnEmptyTextOrNull(t *testing.T) {
	w := newHarness(t)
	for _, none := range []string{`""`, `null`} {
		in := w.create(`"filter":"{\"userName\": [\"a\"]}"`)
		w.do("PATCH", "/v1/integrations/"+in.ID, `{"filter":`+none+`}`).want(200)
		if got := w.stored(in.ID).Filter; got != "" {
			t.Errorf("after %s: %q", none, got)
		}
	}
}

func TestPreviewSaysWhyAnEventWouldNotBeSent(t *testing.T) {
	w := newHarness(t)
	const filter = `{"resource": {"url": {"spider_id": ["3"]}, "apiCode": [200]}}`
	for event, want := range map[string]string{
		`{"resource": {"url": "{\"spider_id\": \"3\"}", "apiCode": 200}}`: "",
		`{"resource": {"url": "{\"spider_id\": \"4\"}", "apiCode": 200}}`: `resource.url.spider_id is "4", and the filter wants "3"`,
		`{"resource": {"url": "{\"spider_id\": \"3\"}"}}`:                 "resource.apiCode is missing, and the filter wants 200",
	} {
		got := w.render(`{"filter":` + quoted(filter) + `,"event":` + event + `}`)
		if got.NotSent != want || got.Body == nil {
			t.Errorf("%s: %q; want %q and a rendering", event, got.NotSent, want)
		}
	}
	in := w.create(`"filter":` + quoted(filter))
	if got := w.render(`{"integrationId":"` + in.ID + `","event":{}}`); !strings.Contains(got.NotSent, "missing") {
		t.Errorf("with the integration's filter: %q", got.NotSent)
	}
}

func TestAFilterIsTestedOverPastEvents(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	var newest string
	for i := range 130 {
		code := []string{"200", "500"}[i%2]
		newest = w.dispatched(in, noon.Add(time.Duration(i)*time.Second), webhook.DispatchSucceeded, func(d *webhook.Dispatch) {
			d.Event = []byte(`{"resource":{"apiCode":` + code + `}}`)
		}).ID
	}
	w.dispatched(in, noon.Add(time.Hour), webhook.DispatchSucceeded, func(d *webhook.Dispatch) { d.Trigger = webhook.TriggerTest })
	w.dispatched(in, noon.Add(2*time.Hour), webhook.DispatchSucceeded, func(d *webhook.Dispatch) { d.Event = nil })
	body := `{"filter":"{\"resource\": {\"apiCode\": [200]}}"}`
	got := read[api.FilterTest](w.do("POST", "/v1/integrations/"+in.ID+"/filter/test", body).want(200))
	if got.Tested != 98 || got.Matched != 49 || got.Events[0].DispatchID != newest || got.Events[0].NotSent != "resource.apiCode is 500, and the filter wants 200" || got.Events[1].NotSent != "" {
		t.Errorf("tested %d, matched %d: %+v", got.Tested, got.Matched, got.Events[:2])
	}
	w.do("POST", "/v1/integrations/"+in.ID+"/filter/test", `{"filter":""}`).want(422).faultAt("body.filter")
	if len(w.queue.sent) != 0 {
		t.Error("something was sent")
	}
}

// Test events and redeliveries are sent whatever the filter says.
func TestTestsAndRedeliveriesAreNotFiltered(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"filter":"{\"userName\": [\"nobody\"]}"`)
	d := w.dispatched(in, noon, webhook.DispatchFailed)
	w.do("POST", "/v1/integrations/"+in.ID+"/test", `{}`).want(202)
	w.do("POST", "/v1/integrations/"+in.ID+"/dispatches/"+d.ID+"/redeliver", ``).want(202)
	if len(w.queue.sent) != 2 {
		t.Errorf("%d messages; want 2", len(w.queue.sent))
	}
}

// A filter may name every field that the schema of events has, and no other.
func TestFiltersKnowTheFieldsOfTheSchema(t *testing.T) {
	w := newHarness(t)
	schema := read[struct{ Properties map[string]any }](w.do("GET", "/schemas/ACTOR.RUN.SUCCEEDED.json", "").want(200))
	fields := eventfilter.Fields()
	for name := range schema.Properties {
		if !slices.Contains(fields, name) {
			t.Errorf("the schema has the field %s, filters do not", name)
		}
	}
	if len(schema.Properties) != len(fields) {
		t.Errorf("filters know %v, the schema has %d fields", fields, len(schema.Properties))
	}
}
