package webhook_test

import (
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func valid() webhook.Integration {
	return webhook.Integration{
		Name: "n", EventTypes: []webhook.EventType{webhook.Succeeded}, RequestURL: "https://example.com", Status: webhook.Active,
	}
}

func TestLimits(t *testing.T) {
	l := webhook.DefaultLimits()
	type change func(*webhook.Integration)
	for name, c := range map[string]struct {
		change change
		fields string // of the errors
	}{
		"valid":                                  {func(in *webhook.Integration) {}, ""},
		"the longest name":                       {func(in *webhook.Integration) { in.Name = strings.Repeat("数", 100) }, ""},
		"a name too long":                        {func(in *webhook.Integration) { in.Name = strings.Repeat("n", 101) }, "name"},
		"no name":                                {func(in *webhook.Integration) { in.Name = "" }, "name"},
		"a blank name":                           {func(in *webhook.Integration) { in.Name = " \u3000" }, "name"},
		"a name of zero-width characters":        {func(in *webhook.Integration) { in.Name = "\u200b\u2060" }, "name"},
		"a name of joined emoji":                 {func(in *webhook.Integration) { in.Name = "👩\u200d🔧" }, ""},
		"a name of two lines":                    {func(in *webhook.Integration) { in.Name = "a\nb" }, "name"},
		"a name of invalid UTF-8":                {func(in *webhook.Integration) { in.Name = "a\xff" }, "name"},
		"the longest description":                {func(in *webhook.Integration) { in.Description = strings.Repeat("数", 1000) }, ""},
		"a description too long":                 {func(in *webhook.Integration) { in.Description = strings.Repeat("d", 1001) }, "description"},
		"a description of many lines":            {func(in *webhook.Integration) { in.Description = "a\r\n\tb" }, ""},
		"a description with a control character": {func(in *webhook.Integration) { in.Description = "a\a" }, "description"},
		"the longest URL":                        {func(in *webhook.Integration) { in.RequestURL = strings.Repeat("u", 2048) }, ""},
		"a URL too long":                         {func(in *webhook.Integration) { in.RequestURL = strings.Repeat("u", 2049) }, "requestUrl"},
		"the longest templates": {func(in *webhook.Integration) {
			in.PayloadTemplate, in.HeadersTemplate = strings.Repeat("p", 32<<10), strings.Repeat("h", 8<<10)
		}, ""},
		"a payload template too long": {func(in *webhook.Integration) { in.PayloadTemplate = strings.Repeat("p", 32<<10+1) }, "payloadTemplate"},
		"a headers template too long": {func(in *webhook.Integration) { in.HeadersTemplate = strings.Repeat("h", 8<<10+1) }, "headersTemplate"},
		"no event types":              {func(in *webhook.Integration) { in.EventTypes = nil }, "eventTypes"},
		"an unknown event type":       {func(in *webhook.Integration) { in.EventTypes = []webhook.EventType{webhook.Failed, "X"} }, "eventTypes[1]"},
		"the type of test events":     {func(in *webhook.Integration) { in.EventTypes = []webhook.EventType{webhook.Test} }, "eventTypes[0]"},
		"an event type twice":         {func(in *webhook.Integration) { in.EventTypes = []webhook.EventType{webhook.Failed, webhook.Failed} }, "eventTypes[1]"},
		"an unknown status":           {func(in *webhook.Integration) { in.Status = "on" }, "status"},
		"no status":                   {func(in *webhook.Integration) { in.Status = "" }, "status"},
		"paused":                      {func(in *webhook.Integration) { in.Status = webhook.Paused }, ""},
		"every error at once":         {func(in *webhook.Integration) { *in = webhook.Integration{} }, "name eventTypes status"},
	} {
		t.Run(name, func(t *testing.T) {
			in := valid()
			c.change(&in)
			errs := l.Check(in, webhook.EventTypes{})
			var fields []string
			for _, e := range errs {
				fields = append(fields, e.Field)
			}
			if got := strings.Join(fields, " "); got != c.fields {
				t.Errorf("fields with errors = %q, want %q: %v", got, c.fields, errs)
			}
			if (errs.Err() == nil) != (c.fields == "") {
				t.Errorf("Err() = %v", errs.Err())
			}
		})
	}
}

func TestFieldErrorsJoinTheirTexts(t *testing.T) {
	errs := webhook.FieldErrors{{Field: "a", Reason: "is odd"}, {Field: "b", Reason: "is even"}}
	if got, want := errs.Error(), "a: is odd; b: is even"; got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}
