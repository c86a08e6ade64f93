package api

import (
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// warnings returns all warnings about an integration: what can be saved, but is probably a mistake.
func warnings(in webhook.Integration) []string {
	var all []string
	for _, t := range []struct {
		field string
		found []template.Fault
	}{
		{"payloadTemplate", template.PayloadWarnings(in.PayloadTemplate)},
		{"headersTemplate", template.HeadersWarnings(in.HeadersTemplate)},
	} {
		for _, f := range t.found {
			all = append(all, t.field+": "+f.String())
		}
	}
	return all
}
