package api_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// settable has two values for each property that a user can set. The test fails if a property of
// the schema is missing.
var settable = map[string][2]string{
	"name":              {`"one"`, `"two"`},
	"description":       {`"first"`, `"second"`},
	"eventTypes":        {`["ACTOR.RUN.FAILED"]`, `["ACTOR.RUN.RUNNING"]`},
	"requestUrl":        {`"https://hooks.example.com/1"`, `"https://hooks.example.com/2"`},
	"payloadTemplate":   {`"{\"n\": 1}"`, `"{\"n\": 2}"`},
	"headersTemplate":   {`"{\"X-N\": \"1\"}"`, `"{\"X-N\": \"2\"}"`},
	"status":            {`"paused"`, `"disabled"`},
	"doNotRetry":        {`true`, `false`},
	"redirectIsSuccess": {`true`, `false`},
	"maxPerMinute":      {`60`, `60000`},
	"filter":            {`"{\"userName\": [\"a\"]}"`, `"{\"userName\": [\"b\"]}"`},
}

func TestEveryPropertyCanBeCreatedReplacedAndPatched(t *testing.T) {
	w := newHarness(t)
	doc := read[struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ ReadOnly bool }
			}
		}
	}](w.do("GET", "/openapi.json", "").want(200))
	first, second := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	for name, p := range doc.Components.Schemas["Integration"].Properties {
		if p.ReadOnly || name == "$schema" {
			continue
		}
		values, ok := settable[name]
		if !ok {
			t.Fatalf("property %s has no values in this test", name)
		}
		first[name], second[name] = json.RawMessage(values[0]), json.RawMessage(values[1])
	}
	if len(first) < len(settable) {
		t.Fatalf("the schema has %d properties that can be set, this test knows %d", len(first), len(settable))
	}
	body := func(of map[string]json.RawMessage) string { b, _ := json.Marshal(of); return string(b) }
	id := read[struct{ ID string }](w.do("POST", "/v1/integrations", body(first)).want(201)).ID
	path := "/v1/integrations/" + id
	holds := func(after string, want map[string]json.RawMessage) {
		t.Helper()
		got := read[map[string]json.RawMessage](w.do("GET", path, "").want(200))
		for name, value := range want {
			if diff := cmp.Diff(string(value), string(got[name])); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", after, name, diff)
			}
		}
	}
	holds("POST", first)
	w.do("PUT", path, body(second)).want(200)
	holds("PUT", second)
	for name, value := range first {
		w.do("PATCH", path, fmt.Sprintf("{%q: %s}", name, value)).want(200)
		second[name] = value
		holds("PATCH "+name, second)
	}
}
