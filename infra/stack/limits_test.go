package stack

import (
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// The defaults of the parameters are those of the code, and each parameter sets its limit.
func TestLimitsFollowParameters(t *testing.T) {
	parse := func(parameters map[string]string) webhook.Limits {
		limits, err := webhook.ParseLimits(load(t, parameters).Functions["api"].Environment["LIMITS"])
		if err != nil {
			t.Fatal(err)
		}
		return limits
	}
	if got := parse(nil); got != webhook.DefaultLimits() {
		t.Errorf("limits by default = %+v, want %+v", got, webhook.DefaultLimits())
	}
	got := parse(map[string]string{
		"MaxIntegrations": "11", "MaxNameLength": "12", "MaxUrlLength": "13", "MaxPayloadTemplateBytes": "14",
		"MaxHeadersTemplateBytes": "15", "MaxHeaders": "16", "MaxRequestBytes": "2017", "MaxPage": "18",
	})
	want := webhook.Limits{
		Integrations: 11, Name: 12, Description: webhook.DefaultLimits().Description, URL: 13, PayloadTemplate: 14,
		HeadersTemplate: 15, Headers: 16, RequestBody: 2017, Page: 18,
	}
	if got != want {
		t.Errorf("limits = %+v, want %+v", got, want)
	}
}
