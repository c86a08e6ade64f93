package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestPlaceholdersInTheURL(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"requestUrl":"https://example.com/hooks/{{taskId}}?type={{eventType | limit: 5}}"`)
	if in.RequestURL != "https://example.com/hooks/{{taskId}}?type={{eventType | limit: 5}}" {
		t.Errorf("saved as %s", in.RequestURL)
	}
	got := w.render(`{"integrationId":"` + in.ID + `","event":{"eventType":"ACTOR.RUN.FAILED","resource":{"taskId":"a/b c"}}}`)
	if got.URL != "https://example.com/hooks/a%2Fb%20c?type=ACTOR" || len(got.Faults) != 0 || got.Body == nil || got.Headers["webhook-signature"] == "" {
		t.Errorf("preview: %+v", got)
	}
	got = w.render(`{"integrationId":"` + in.ID + `","event":{"resource":{"taskId":".."}}}`)
	if len(got.Faults) != 1 || got.Faults[0].Location != "body.requestUrl" || !strings.Contains(got.Faults[0].Message, "lead to another path") || got.Body == nil {
		t.Errorf("preview of a value that leads elsewhere: %+v", got)
	}
}

// The log shows where a request went, whatever the URL is now.
func TestLogShowsTheURLAsItWasSent(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"requestUrl":"https://example.com/hooks/{{taskId}}?type={{eventType | limit: 5}}"`)
	d := w.dispatched(in, noon, webhook.DispatchRetrying, func(d *webhook.Dispatch) { d.Event = []byte(`{"resource":{"taskId":"t 1"}}`) })
	w.saved(d.After(webhook.Attempt{Number: 1, StartedAt: noon.Add(time.Minute), IntegrationVersion: in.Version}, webhook.Verdict{Status: webhook.DispatchFailed}, noon))
	w.do("PATCH", "/v1/integrations/"+in.ID, `{"requestUrl":"https://example.com/new/{{userId}}"}`).want(200)
	log := read[api.Dispatch](w.do("GET", "/v1/integrations/"+in.ID+"/dispatches/"+d.ID, "").want(200))
	if got := log.Attempts[len(log.Attempts)-1].Request.URL; got != "https://example.com/hooks/t%201?type=" {
		t.Errorf("the log shows %s", got)
	}
}

func TestPlaceholdersOfOtherSystemsInTheURLAreWarnedOf(t *testing.T) {
	w := newHarness(t)
	made := w.create(`"requestUrl":"https://example.com/${taskId}"`)
	want := []string{"requestUrl: line 1, column 21: ${taskId} is sent as it is written: write {{taskId}} for its value"}
	if !slices.Equal(made.Warnings, want) {
		t.Errorf("warnings %q", made.Warnings)
	}
}

func TestWrongPlaceholdersInTheURLAreRefusedWithTheirPlace(t *testing.T) {
	w := newHarness(t)
	for url, want := range map[string]struct {
		message, suggestion string
		column              int
	}{
		"https://{{userName}}/x":             {"not in its host", "", 9},
		"https://example.com/{{tsakId}}":     {"unknown variable", "taskId", 21},
		"https://example.com/{{taskId":       {"never closed", "", 21},
		"https://169.254.169.254/{{taskId}}": {"not a public one", "", 0},
		"http://example.com/{{taskId}}":      {"must begin with https://", "", 0},
		"https://example.com/{{taskId}}#x":   {"fragment", "", 0},
	} {
		f := w.do("POST", "/v1/integrations", wish(`"requestUrl":`+quoted(url))).want(422).faultAt("body.requestUrl")
		column := 0
		if f.Place != nil {
			column = f.Place.Column
		}
		if !strings.Contains(f.Message, want.message) || f.Suggestion != want.suggestion || column != want.column {
			t.Errorf("%s: %+v in column %d; want %+v", url, f, column, want)
		}
	}
}

// Earlier versions sent braces as they were written.
func TestAStoredURLWithBracesPreventsNoOtherChange(t *testing.T) {
	w := newHarness(t)
	in := w.stored(w.create(``).ID)
	old := in.Changed(noon)
	old.RequestURL = "https://example.com/{{mine}}"
	if err := w.store.UpdateIntegration(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	path := "/v1/integrations/" + in.ID
	w.do("PATCH", path, `{"name":"new"}`).want(200)
	w.do("PATCH", path, `{"requestUrl":"https://example.com/{{yours}}"}`).want(422).faultAt("body.requestUrl")
	if got := w.render(`{"integrationId":"` + in.ID + `"}`); len(got.Faults) != 1 || got.Faults[0].Location != "body.requestUrl" {
		t.Errorf("the preview says %+v", got.Faults)
	}
}
