package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// mustFit checks that Lambda can return the response: at most 6 MB as a JSON string.
func mustFit(t *testing.T, r reply) {
	t.Helper()
	if sent, _ := json.Marshal(r.text); len(sent) > 6<<20 {
		t.Errorf("response of %d bytes, %d as Lambda returns it", len(r.text), len(sent))
	}
}

func TestHeavilyEscapedTextsFitIntoAResponse(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"payloadTemplate":"{{resource}}"`)
	d := w.dispatched(in, noon, webhook.DispatchRetrying, func(d *webhook.Dispatch) {
		d.Event = []byte(`{"resource":"` + strings.Repeat(`\"`, 500_000) + `"}`)
	})
	for n := range 3 {
		d = d.After(webhook.Attempt{Number: n + 2, StartedAt: noon, IntegrationVersion: 1}, webhook.Verdict{Status: webhook.DispatchFailed}, noon)
		w.saved(d)
	}
	mustFit(t, w.do("GET", "/v1/integrations/"+in.ID+"/dispatches/"+d.ID, "").want(200))
}

func TestPageOfLargeTemplatesIsShort(t *testing.T) {
	w := newHarness(t)
	large := `[` + strings.Repeat(`"",`, 10_000) + `""]`
	for i := range 100 {
		w.create(fmt.Sprintf(`"name":"%d","payloadTemplate":%q`, i, large))
	}
	names := map[string]bool{}
	for cursor := ""; ; {
		r := w.do("GET", "/v1/integrations?cursor="+cursor, "").want(200)
		mustFit(t, r)
		page := read[struct {
			Integrations []api.Integration
			Cursor       string
		}](r)
		for _, in := range page.Integrations {
			names[in.Name] = true
		}
		if cursor = page.Cursor; cursor == "" {
			break
		}
	}
	if len(names) != 100 {
		t.Errorf("%d integrations on all pages; want 100", len(names))
	}
}
