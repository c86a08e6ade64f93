package api

import (
	"fmt"
	"slices"
	"strings"

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
		{"requestUrl", in.RequestURL, template.URLWarnings(in.RequestURL)},
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

// maskGiven warns of an event in which a secret value is the mask that the API has shown instead of it.
func (s *server) maskGiven(event []byte) string {
	if !slices.Contains(s.cfg.Secrets.Values(event), template.Mask) {
		return ""
	}
	return fmt.Sprintf("event: has the mask %s instead of a secret value, at %s: to render a past event with its values, name its dispatch instead",
		template.Mask, strings.Join(s.cfg.Secrets.In(event), " or "))
}
