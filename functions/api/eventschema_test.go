package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// validator compiles schemas that the API serves.
type validator struct {
	t        *testing.T
	w        *harness
	compiled *jsonschema.Compiler
}

func newValidator(t *testing.T, w *harness) *validator {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	return &validator{t, w, c}
}

// schema returns the schema at a path with a fragment, such as "/openapi.json#/components/schemas/A".
func (v *validator) schema(at string) *jsonschema.Schema {
	v.t.Helper()
	const base = "https://api.example.com"
	path, _, _ := strings.Cut(at, "#")
	v.compiled.UseLoader(jsonschema.SchemeURLLoader{"https": loader(func(url string) (any, error) {
		doc, err := decoded(v.w.as("").do("GET", strings.TrimPrefix(url, base), "").want(200).text)
		return forRequests(doc), err
	})})
	s, err := v.compiled.Compile(base + at)
	if err != nil {
		v.t.Fatalf("%s: %v", path, err)
	}
	return s
}

type loader func(url string) (any, error)

func (l loader) Load(url string) (any, error) { return l(url) }

// forRequests removes from required what is read-only, which OpenAPI requires in responses only.
func forRequests(doc any) any {
	switch d := doc.(type) {
	case []any:
		for _, item := range d {
			forRequests(item)
		}
	case map[string]any:
		properties, _ := d["properties"].(map[string]any)
		if required, ok := d["required"].([]any); ok && properties != nil {
			d["required"] = slices.DeleteFunc(required, func(name any) bool {
				property, _ := properties[name.(string)].(map[string]any)
				return property["readOnly"] == true
			})
		}
		for _, value := range d {
			forRequests(value)
		}
	}
	return doc
}

func decoded(text string) (any, error) { return jsonschema.UnmarshalJSON(strings.NewReader(text)) }

func mustDecode(t *testing.T, text []byte) any {
	t.Helper()
	value, err := decoded(string(text))
	if err != nil {
		t.Fatalf("%v in %.500s", err, text)
	}
	return value
}

func schemaPath(kind string) string { return "/schemas/" + kind + ".json" }

// Every file of the directory events follows the schemas, but for those that are invalid on purpose:
// task events that of their type, and requests that of their operation.
func TestSampleEventsFollowTheSchemas(t *testing.T) {
	v := newValidator(t, newHarness(t))
	operations := read[struct{ Paths map[string]map[string]any }](v.w.do("GET", "/openapi.json", "").want(200)).Paths
	checked := 0
	check := func(name string, text []byte, schema string) {
		t.Helper()
		checked++
		if err := v.schema(schema).Validate(mustDecode(t, text)); (err != nil) != (name == "api-invalid" || name == "fanout-malformed") {
			t.Errorf("%s: %v", name, err)
		}
	}
	check("task-succeeded", events.TaskSucceeded, schemaPath("ACTOR.RUN.SUCCEEDED"))
	for _, name := range events.Names() {
		var sample struct {
			Detail  json.RawMessage
			Records []struct{ Body string }
			RawPath string
			Body    string
			Headers map[string]string
			Context struct{ HTTP struct{ Method string } } `json:"requestContext"`
		}
		if err := json.Unmarshal(events.Sample(name), &sample); err != nil {
			t.Fatal(err)
		}
		switch {
		case name == "fanout-unknown-type" || name == "fanout-foreign": // no event of ours
		case sample.Detail != nil:
			check(name, sample.Detail, "/openapi.json#/components/schemas/TaskEvent")
		case sample.Body != "":
			method, at := strings.ToLower(sample.Context.HTTP.Method), templateOf(operations, sample.RawPath)
			kind, _, _ := strings.Cut(sample.Headers["content-type"], ";")
			check(name, []byte(sample.Body), fmt.Sprintf("/openapi.json#/paths/%s/%s/requestBody/content/%s/schema", pointer(at), method, pointer(kind)))
		}
		for _, r := range sample.Records {
			var message struct {
				EventType string
				Event     json.RawMessage
			}
			if json.Unmarshal([]byte(r.Body), &message) == nil && message.Event != nil {
				check(name, message.Event, schemaPath(message.EventType))
			}
		}
	}
	if checked < 12 {
		t.Errorf("only %d samples", checked)
	}
}

// templateOf returns the path of the document that matches a request's.
func templateOf(operations map[string]map[string]any, path string) string {
	for at := range operations {
		parts, asked := strings.Split(at, "/"), strings.Split(path, "/")
		if len(parts) != len(asked) {
			continue
		}
		for i, part := range parts {
			if strings.HasPrefix(part, "{") {
				asked[i] = part
			}
		}
		if slices.Equal(parts, asked) {
			return at
		}
	}
	return path
}

// pointer escapes a part of a JSON pointer in a URL.
func pointer(part string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "%2B").Replace(part)
}

// The schemas accept what the platform may send, and what the API sends as a sample, and refuse
// each of these after one change. The deployment's event types are those of its table.
func TestGeneratedEventsFollowTheSchemas(t *testing.T) {
	types, err := webhook.ParseEventTypes(`[{"name":"ACTOR.RUN.SUCCEEDED"},{"name":"QUOTA.LOW","label":"Low quota","description":"Little is left."},{"name":"x"}]`)
	if err != nil {
		t.Fatal(err)
	}
	w := newHarness(t, func(c *api.Config) { c.EventTypes = types })
	v := newValidator(t, w)
	names := []string{"ACTOR.RUN.SUCCEEDED", "QUOTA.LOW", "x", "TEST"}
	schemas := map[string]*jsonschema.Schema{}
	for _, name := range names {
		schemas[name] = v.schema(schemaPath(name))
		sample := w.render(`{"sample":"` + name + `","requestUrl":"https://example.com/"}`)
		if err := schemas[name].Validate(mustDecode(t, []byte(*sample.Body))); err != nil {
			t.Errorf("the sample of %s: %v", name, err)
		}
	}
	byDefault, err := template.CompilePayload(template.DefaultPayload)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 10_000 {
		name := names[i%len(names)]
		text := events.Generate(r, name)
		value := mustDecode(t, text)
		if err := schemas[name].Validate(value); err != nil {
			t.Fatalf("event %d: %v\n%.2000s", i, err, text)
		}
		if _, err := webhook.ParseEvent(types, text, "bus", time.Now()); err != nil && name != "TEST" {
			t.Fatalf("event %d cannot be delivered: %v", i, err)
		}
		if i%50 == 0 { // what an integration without a template of its own sends
			body, err := byDefault.Append(nil, template.Event{JSON: text}, 1<<20)
			if err == nil {
				err = schemas[name].Validate(mustDecode(t, body))
			}
			if err != nil {
				t.Fatalf("the default payload of event %d: %v\n%.2000s", i, err, body)
			}
		}
		what := mutate(r, value.(map[string]any), names[(i+1)%len(names)])
		if schemas[name].Validate(value) == nil {
			t.Fatalf("event %d is accepted with %s\n%.2000s", i, what, text)
		}
	}
}

// mutate makes one change that the event's schema has to refuse, and says which.
func mutate(r *rand.Rand, event map[string]any, otherType string) string {
	switch r.IntN(5) {
	case 0:
		delete(event, "userId")
		return "no user"
	case 1:
		event["eventType"] = otherType
		return "another type"
	case 2:
		event["userId"] = nil
		return "the user null"
	}
	object, at := event, ""
	if nested, ok := event["resource"].(map[string]any); ok && len(nested) > 0 && r.IntN(4) > 0 {
		object, at = nested, "resource."
	}
	keys := slices.Sorted(maps.Keys(object))
	key := keys[r.IntN(len(keys))]
	object[key] = []any{"of", "another", "type"}
	return at + key + " a list"
}

func TestSchemasOfOtherTypesAreNotFound(t *testing.T) {
	w := newHarness(t)
	for _, path := range []string{"/schemas/", "/schemas/ACTOR.RUN.SUCCEEDED", "/schemas/NONE.json", "/schemas/actor.run.failed.json"} {
		w.as("").do("GET", path, "").want(404)
	}
	got := w.as("").do("GET", schemaPath("ACTOR.RUN.FAILED"), "").want(200)
	if kind := got.header.Get("Content-Type"); kind != "application/schema+json" {
		t.Errorf("Content-Type %s", kind)
	}
}

// The document has a webhook for each event type, with the headers that a delivery sends.
func TestWebhooksAreDescribed(t *testing.T) {
	w := newHarness(t)
	sent := read[api.Rendering](w.do("POST", "/v1/render", `{"requestUrl":"https://example.com/"}`).want(200)).Headers
	delete(sent, "Accept")
	delete(sent, "Content-Type")
	document := read[struct {
		Webhooks map[string]struct {
			Post struct {
				Parameters []struct{ Name, In string }
			}
		}
	}](w.do("GET", "/openapi.json", "").want(200))
	if got, want := slices.Sorted(maps.Keys(document.Webhooks)), []string{"ACTOR.RUN.FAILED", "ACTOR.RUN.RUNNING", "ACTOR.RUN.SUCCEEDED", "TEST"}; !slices.Equal(got, want) {
		t.Errorf("webhooks %v, want %v", got, want)
	}
	v := newValidator(t, w)
	for name, hook := range document.Webhooks {
		var headers []string
		for _, p := range hook.Post.Parameters {
			headers = append(headers, p.Name)
		}
		slices.Sort(headers)
		if want := slices.Sorted(maps.Keys(sent)); !slices.Equal(headers, want) {
			t.Errorf("%s: headers %v, want %v", name, headers, want)
		}
		body := v.schema("/openapi.json#/webhooks/" + name + "/post/requestBody/content/application~1json/schema")
		if ours := body.Validate(map[string]any{"userId": "u", "eventType": name}); ours != nil {
			t.Errorf("%s: %v", name, ours)
		}
		if body.Validate(map[string]any{"userId": "u", "eventType": "TEST"}) == nil && name != "TEST" {
			t.Errorf("%s accepts another type", name)
		}
	}
}
