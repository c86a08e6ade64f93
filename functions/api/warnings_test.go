package api_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/template"
)

// Warnings are part of responses to creations, changes and previews only.
func TestWarnings(t *testing.T) {
	w := newHarness(t)
	const odd = `"payloadTemplate":"{\"a\": \"${taskId}\"}","headersTemplate":"{\"X-A\": \"<eventType>\"}"`
	const whole = `{"name":"n","eventTypes":["ACTOR.RUN.FAILED"],"requestUrl":"https://hooks.example.com/x",`
	want := []string{
		"payloadTemplate: line 1, column 1: there is no placeholder, so every request has the same body: write variables like {{taskId}}",
		"payloadTemplate: line 1, column 8: ${taskId} is sent as it is written: write {{taskId}} for its value",
		"headersTemplate: line 1, column 10: <eventType> is sent as it is written: write {{eventType}} for its value",
	}
	holds := func(after string, got, want []string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", after, got, want)
		}
	}
	made := read[api.Integration](w.do("POST", "/v1/integrations", whole+odd+`}`, "Idempotency-Key: k").want(201))
	path := "/v1/integrations/" + made.ID
	holds("POST", made.Warnings, want)
	holds("POST again with its key", read[api.Integration](w.do("POST", "/v1/integrations", whole+odd+`}`, "Idempotency-Key: k").want(201)).Warnings, want)
	holds("PATCH of the name", read[api.Integration](w.do("PATCH", path, `{"name":"two"}`).want(200)).Warnings, want)
	holds("PATCH that changes nothing", read[api.Integration](w.do("PATCH", path, `{}`).want(200)).Warnings, want)
	holds("PUT", read[api.Integration](w.do("PUT", path, whole+odd+`}`).want(200)).Warnings, want)
	holds("GET", read[api.Integration](w.do("GET", path, "").want(200)).Warnings, nil)
	holds("a preview", w.render(`{`+odd+`}`).Warnings, want)
	holds("a preview of the integration", w.render(`{"integrationId":"`+made.ID+`"}`).Warnings, want)

	holds("PUT of a valid integration, with the warnings of an earlier response", read[api.Integration](w.do("PUT", path, whole+`"warnings":["x"]}`).want(200)).Warnings, nil)
	if got := w.render(`{}`).Warnings; got == nil || len(got) > 0 {
		t.Errorf("a preview of the default template: got %#v, want an empty list", got)
	}
}

func TestFiltersAreListed(t *testing.T) {
	w := newHarness(t)
	got := read[struct{ Filters []template.Filter }](w.do("GET", "/v1/variables", "").want(200))
	if diff := cmp.Diff(template.Filters(), got.Filters); diff != "" {
		t.Error(diff)
	}
}

func TestTemplatesWithFiltersAreSavedAndRendered(t *testing.T) {
	w := newHarness(t)
	const payload = `"payloadTemplate":"{\"code\": \"{{apiCode | text}}\", \"error\": \"{{apiErrorMsg | default: \\\"none\\\"}}\"}"`
	in := w.create(payload)
	got := w.render(`{"integrationId":"` + in.ID + `","event":{"resource":{"apiCode":400}}}`)
	if got.Body == nil || *got.Body != `{"code": "400", "error": "none"}` || len(got.Faults) > 0 {
		t.Errorf("rendering: %+v", got)
	}
	wrong := w.render(`{"payloadTemplate":"{\"code\": \"{{apiCode | txt}}\"}"}`).Faults
	if len(wrong) != 1 || wrong[0].Suggestion != "text" || wrong[0].Line != 1 || wrong[0].Column != 23 || wrong[0].Length != 3 {
		t.Errorf("faults: %+v", wrong)
	}
}

func TestHeadersThatTheSystemSets(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"headersTemplate":"{\"content-type\": \"text/plain\", \"User-Agent\": \"mine\"}"`)
	want := []string{`headersTemplate: line 1, column 3: the system sets the header "content-type" itself, so this value is not sent: remove it`}
	got := w.render(`{"integrationId":"` + in.ID + `"}`)
	if !slices.Equal(in.Warnings, want) || !slices.Equal(got.Warnings, want) || got.Headers["User-Agent"] != "mine" || got.Headers["Content-Type"] != "application/json" {
		t.Errorf("saved with %q, previewed with %q: %v", in.Warnings, got.Warnings, got.Headers)
	}
}

func TestHeadersOfTheConnectionAreRefused(t *testing.T) {
	w := newHarness(t)
	for _, name := range []string{"Transfer-Encoding", "connection", "TE", "Trailer", "Upgrade", "Keep-Alive", "Proxy-Authorization", "Content-Length", "Expect"} {
		template := `"headersTemplate":"{\"X-A\": \"1\", \"` + name + `\": \"x\"}"`
		for _, f := range []api.Fault{
			w.do("POST", "/v1/integrations", wish(template)).want(422).faultAt("body.headersTemplate"),
			w.render(`{` + template + `}`).Faults[0],
		} {
			if f.Message != `the header "`+name+`" belongs to the connection and cannot be set: remove it` || f.Place == nil || f.Place.Column != 15 {
				t.Errorf("%s: %+v at %+v", name, f, f.Place)
			}
		}
	}
}

// Earlier versions dropped such headers silently, so some are stored.
func TestAStoredHeaderOfTheConnectionPreventsNoOtherChange(t *testing.T) {
	w := newHarness(t)
	in := w.stored(w.create(``).ID)
	old := in.Changed(noon)
	old.HeadersTemplate = `{"Connection": "close", "X-A": "1"}`
	if err := w.store.UpdateIntegration(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	path := "/v1/integrations/" + in.ID
	w.do("PATCH", path, `{"name":"new"}`).want(200)
	w.do("PATCH", path, `{"headersTemplate":"{\"Connection\": \"close\"}"}`).want(422).faultAt("body.headersTemplate")
	w.do("PATCH", path, `{"name":"","maxPerMinute":5}`).want(422).faultAt("body.name")
	if got := w.render(`{"integrationId":"` + in.ID + `"}`); len(got.Faults) != 1 {
		t.Errorf("the preview says %+v", got.Faults)
	}
	w.do("PATCH", path, `{"headersTemplate":"{\"X-A\": \"1\"}"}`).want(200)
}
