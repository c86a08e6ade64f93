package api

import (
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// warnings returns everything about an integration that can be saved and is probably a mistake. Every
// warning that there will be belongs here.
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
