package template_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/template"
)

func secretPaths(t *testing.T, setting string) template.Secrets {
	t.Helper()
	s, err := template.ParseSecrets(setting)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSecretPathsSetting(t *testing.T) {
	for setting, want := range map[string][]string{
		"":                             {"resource.apiKey"},
		"apiKey":                       {"resource.apiKey"},
		" resource.apiKey , userName ": {"resource.apiKey", "userName"},
		"url.spider_parameters.0.key":  {"resource.url.spider_parameters.0.key"},
	} {
		if got := secretPaths(t, setting).Paths(); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", setting, got, want)
		}
	}
	for setting, want := range map[string]string{
		"apikey":           `unknown variable "apikey": did you mean apiKey?`,
		"resource..apiKey": "has an empty part",
		"apiKey,":          "a path is empty",
		"$.resource":       "unknown variable",
		"resource.a[0]":    "brackets are not used in paths",
		"globals.dateISO":  `"globals.dateISO" is not a path of an event`,
	} {
		if _, err := template.ParseSecrets(setting); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", setting, err, want)
		}
	}
}

const withSecrets = `{"userId":1, "resource":{"apiKey":"s3cret","taskId":"T-1","url":"{\"key\": \"in\\u006eer\", \"n\": 5, \"spider_id\":\"3\"}","items":[{"pin":1234},{"pin":null}]}}`

func TestMaskedBody(t *testing.T) {
	secrets := secretPaths(t, "apiKey,url.key,url.n,resource.items.0.pin,resource.items.1.pin")
	for payload, want := range map[string]string{
		`"{{apiKey}}"`:                                   `"********"`,
		`"key {{apiKey}}!"`:                              `"key ********!"`,
		`"{{resource.apiKey | limit: 3}}"`:               `"********"`,
		`{"k": {{apiKey | json}}}`:                       `{"k": "\"********\""}`,
		`"{{url}}"`:                                      `"{\"key\": \"********\", \"n\": ********, \"spider_id\":\"3\"}"`,
		`"{{url.key}} {{url.spider_id}}"`:                `"******** 3"`,
		`"{{url.n}}"`:                                    `"********"`,
		`{{resource.items}}`:                             `[{"pin":"********"},{"pin":null}]`,
		`"{{resource.items | text}}"`:                    `"[{\"pin\":********},{\"pin\":null}]"`,
		`"{{resource.items.0.pin}}"`:                     `"********"`,
		`"{{resource.items.1.pin}}"`:                     `null`,
		`"{{resource.items.1.pin | default: \"none\"}}"`: `"none"`,
		`"{{resource.apiKey.deeper}}"`:                   `null`,
		`"{{taskId}}"`:                                   `"T-1"`,
		`"{{resource | limit: 15}}|"`:                    `"{\"apiKey\":\"********|"`,
		`"{{resource | limit: 15 | json}}|"`:             `"\"{\\\"apiKey\\\":\\\"********\"|"`,
	} {
		p, err := template.CompilePayload(payload)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.AppendMasked(nil, template.Event{JSON: []byte(withSecrets)}, secrets)
		if err != nil || string(got) != want {
			t.Errorf("%s is shown as %s, %v; want %s", payload, got, err, want)
		}
	}
}

func TestMaskedHeaders(t *testing.T) {
	h, err := template.CompileHeaders(`{"X-Key": "Key {{apiKey}}", "X-All": "{{resource.items}}", "X-Task": "{{taskId}}"}`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := h.RenderMasked(template.Event{JSON: []byte(withSecrets)}, secretPaths(t, "apiKey,resource.items.0.pin"))
	want := []template.Header{{Name: "X-Key", Value: "Key ********"}, {Name: "X-All", Value: `[{"pin":********},{"pin":null}]`}, {Name: "X-Task", Value: "T-1"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestMaskedEvent(t *testing.T) {
	secrets := secretPaths(t, "apiKey,url.key,url.n,resource.items.0.pin,resource.items.1.pin")
	const want = `{"userId":1, "resource":{"apiKey":"********","taskId":"T-1","url":"{\"key\": \"********\", \"n\": \"********\", \"spider_id\":\"3\"}","items":[{"pin":"********"},{"pin":null}]}}`
	if got := secrets.MaskEvent([]byte(withSecrets)); string(got) != want {
		t.Errorf("shown as %s", got)
	}
	if got := secrets.Values([]byte(withSecrets)); !slices.Equal(got, []string{"s3cret", "inner", "5", "1234"}) {
		t.Errorf("values %q", got)
	}
	if in := secretPaths(t, "url.key,userName,resource.items.1.pin").In([]byte(withSecrets)); !slices.Equal(in, []string{"resource.url.key"}) {
		t.Errorf("values at %q", in)
	}
	for path, want := range map[string]bool{"resource": true, "resource.items.pin": true, "resource.items": true, "resource.apiKey.a": true, "resource.taskId": false, "userId": false} {
		if got := secrets.Near(path); got != want {
			t.Errorf("near %s: %v", path, got)
		}
	}
	for event, want := range map[string]string{
		`{"resource":{"apiKey":"a","apiKey":{"b":[1]}}}`: `{"resource":{"apiKey":"********","apiKey":"********"}}`, // both of equal keys
		`{"resource":{"\u0061piKey":true}}`:              `{"resource":{"\u0061piKey":"********"}}`,
		`{"resource":"{\"apiKey\":\"a\"}"}`:              `{"resource":"{\"apiKey\":\"********\"}"}`,
		`{"resource":"{\"apiKey\":\"a"}`:                 `{"resource":"********"}`, // broken, and may hold it
		`{"resource":"apiKey a","apiKey":"a"}`:           `{"resource":"apiKey a","apiKey":"a"}`,
		`{"resource":{"apiKey":""}}`:                     `{"resource":{"apiKey":""}}`,
	} {
		if got := secretPaths(t, "").MaskEvent([]byte(event)); string(got) != want {
			t.Errorf("%s is shown as %s, want %s", event, got, want)
		}
	}
}

// Private-use characters in an event are not taken for marks, however they are written.
func TestMarksDoNotOccurInEvents(t *testing.T) {
	p, err := template.CompilePayload(`"{{resource}}"`)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"\U000F0000\U000F0001", `\udb80\udc00 \udb80\udc01`, `{\"a\":\"\\udb80\\udc01 \\uDB80\\udc00\"}`, `{\"a\":\"\\\u0075db80\\udc01\"}`} {
		event := `{"resource":{"apiKey":"s3cret","x":"` + other + `"}}`
		got, err := p.AppendMasked(nil, template.Event{JSON: []byte(event)}, secretPaths(t, ""))
		if want := `{"apiKey":"********","x":"` + other + `"}`; err != nil || string(got) != want {
			t.Errorf("%s is shown as %s, %v", event, got, err)
		}
	}
}

func TestMaskedEcho(t *testing.T) {
	const event = `{"resource":{"apiKey":"289f5c53\"e47d616"},"userName":"abc"}`
	for text, want := range map[string]string{
		"":                                      "",
		"no secret":                             "no secret",
		`key 289f5c53"e47d616, unknown`:         `key ********, unknown`,
		`{"key":"289f5c53\"e47d616","a":"abc"}`: `{"key":"********","a":"abc"}`,
		`cut off: 289f5c53"e4`:                  `cut off: ********`,
		`cut off: 289f5c5`:                      `cut off: 289f5c5`,
	} {
		if got := secretPaths(t, "apiKey,userName").MaskEcho(text, []byte(event)); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
}

func TestMaskedBodyOfUnusualEvents(t *testing.T) {
	for name, c := range map[string]struct{ secrets, event, payload, want string }{
		"below a secret":              {"apiKey", `{"resource":{"apiKey":{"a":"s3cret"}}}`, `["{{apiKey.a}}", "{{apiKey.b}}"]`, `["********", null]`},
		"JSON in a secret":            {"apiKey", `{"resource":{"apiKey":"{\"a\":\"s3cret\"}"}}`, `"{{apiKey.a | text}}"`, `"********"`},
		"a cut behind secrets":        {"resource.items.0,resource.items.1", `{"resource":{"items":[1,2]}}`, `"{{resource.items | limit: 5}}"`, `"[********,********]"`},
		"marks that a filter decodes": {"resource.x.key", `{"resource":{"x":"{\"o\":\"\udb80\udc00\",\"key\":\"s3cret\"}"}}`, `"{{resource.x | text}}"`, "\"{\\\"o\\\":\\\"\U000F0000\\\",\\\"key\\\":\\\"********\\\"}\""},
	} {
		p, err := template.CompilePayload(c.payload)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.AppendMasked(nil, template.Event{JSON: []byte(c.event)}, secretPaths(t, c.secrets))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: shown as %s, %v; want %s", name, got, err, c.want)
		}
	}
}
