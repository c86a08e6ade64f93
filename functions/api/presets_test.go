package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/webhook"
)

type presetPage struct{ Presets []api.Preset }

// Every preset can be saved, and renders over every event type of the deployment. Where the user has
// to replace something, and only there, is a warning.
func TestPresetsRenderOverEveryEventType(t *testing.T) {
	types, err := webhook.ParseEventTypes(`[{"name":"ACTOR.RUN.SUCCEEDED"},{"name":"QUOTA.LOW"},{"name":"x"},{"name":"ACTOR.RUN.RUNNING"}]`)
	if err != nil {
		t.Fatal(err)
	}
	w := newHarness(t, func(c *api.Config) { c.EventTypes = types })
	presets := read[presetPage](w.do("GET", "/v1/presets", "").want(200)).Presets
	if len(presets) == 0 {
		t.Fatal("no presets")
	}
	for _, p := range presets {
		fields := map[string]any{
			"name": p.Name, "eventTypes": []string{"QUOTA.LOW"}, "requestUrl": "https://example.com/", "maxPerMinute": p.MaxPerMinute,
			"payloadTemplate": p.PayloadTemplate, "headersTemplate": p.HeadersTemplate,
		}
		if p.URLExample != "" {
			fields["requestUrl"] = p.URLExample
		}
		body, _ := json.Marshal(fields)
		saved := read[api.Integration](w.do("POST", "/v1/integrations", string(body)).want(201))
		if saved.PayloadTemplate != p.PayloadTemplate || len(saved.Warnings) != len(p.Replace) {
			t.Errorf("%s: saved with warnings %q", p.ID, saved.Warnings)
		}
		for i, r := range p.Replace {
			if want := "payloadTemplate: replace " + r.Text + " with " + r.With; saved.Warnings[i] != want {
				t.Errorf("%s: warning %q, want %q", p.ID, saved.Warnings[i], want)
			}
		}
		for _, info := range append(types.All(), webhook.EventTypeInfo{Type: webhook.Test}) {
			got := w.render(`{"integrationId":"` + saved.ID + `","sample":"` + string(info.Type) + `"}`)
			if len(got.Faults) > 0 || got.Body == nil || !strings.Contains(*got.Body, string(info.Type)) {
				t.Errorf("%s over %s: %v %v", p.ID, info.Type, got.Faults, got.Body)
			}
			if want := map[bool]string{true: p.ID}[p.URLExample != ""]; got.Preset != want {
				t.Errorf("%s: the URL's preset is %q, want %q", p.ID, got.Preset, want)
			}
		}
	}
}
