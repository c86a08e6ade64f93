package api

import (
	"github.com/thordata/webhook-integration/functions/api/preset"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// warnings returns all warnings about an integration: what can be saved, but is probably a mistake.
func warnings(in webhook.Integration) []string {
	var all []string
	for _, t := range []struct {
		field, source string
		found         []template.Fault
	}{
		{"payloadTemplate", in.PayloadTemplate, template.PayloadWarnings(in.PayloadTemplate)},
		{"headersTemplate", in.HeadersTemplate, template.HeadersWarnings(in.HeadersTemplate)},
	} {
		for _, f := range t.found {
			all = append(all, t.field+": "+f.String())
		}
		for _, r := range preset.Unreplaced(t.source) {
			all = append(all, t.field+": replace "+r.Text+" with "+r.With)
		}
	}
	return all
}
