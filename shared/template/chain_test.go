package template_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/template"
)

// What filters make of one another's results, and of values of every type.
func TestChains(t *testing.T) {
	event := `{"userName":"","eventData":null,"resource":{"apiCode":400,"detail":"a <!channel> & <b>","url":"{\"a\": [1, \"é\"]}",
		"escapes":"\ud83d\ude00\n\"\u00e9\\","list":[ 1, "\"<" ],"long":"0123456789","half":["\ud83d","` + "\xff" + `"]}}`
	for _, c := range []struct{ name, source, want string }{
		{"default for an empty text", `"{{eventData | text | default: 0}}"`, `0`},
		{"default, then text", `"{{userName | default: 0 | text}}"`, `"0"`},
		{"a number as default in a text", `"n={{userName | default: -1.5e3}}"`, `"n=-1.5e3"`},
		{"an empty text as default of null", `"{{eventData | default: ""}}"`, `""`},
		{"limit of a default", `"{{userName | default: 'a & b' | limit: 3}}"`, `"a &"`},
		{"default behind a limit may be longer", `"{{userName | limit: 1 | default: 'long enough' | text}}"`, `"long enough"`},
		{"limit as long as the text", `"{{resource.long | limit: 10}}"`, `"0123456789"`},
		{"two limits", `"{{resource.long | limit: 3 | limit: 5}}"`, `"012"`},
		{"limit counts an escape as one", `"{{resource.escapes | limit: 4}}"`, `"😀\n\"é"`},
		{"limit does not split what slack has escaped", `"{{detail | slack | limit: 4}}"`, `"a "`},
		{"limit keeps the last whole escape", `"{{detail | slack | limit: 6}}"`, `"a &lt;"`},
		{"limit of a default behind slack", `"{{userName | slack | default: 'a &bcd' | limit: 4}}"`, `"a &b"`},
		{"slack of a list", `"{{resource.list | slack}}"`, `"[1,\"\\\"&lt;\"]"`},
		{"json of text", `"{{detail | limit: 3 | json}}"`, `"\"a <\""`},
		{"json cut", `"{{resource.list | json | limit: 4}}"`, `"[1,\""`},
		{"json of what is inside JSON", `"{{url.a | json}}"`, `"[1,\"é\"]"`},
		{"json of half a pair and a byte that is not UTF-8", `"{{resource.half | json}}"`, `"[\"\\ufffd\",\"` + "\uFFFD" + `\"]"`},
		{"limit of half a pair in a list", `"{{resource.half | limit: 4}}"`, `"[\"\\u"`},
		{"five", `"{{userName | default: "<none>" | limit: 3 | slack | text | json}}"`, `"\"&lt;no\""`},
		{"two in one string", `"{{apiCode | text}}-{{resource.long|limit:1}}"`, `"400-0"`},
		{"a placeholder in an argument is text", `"{{userName | default: '{{userId}}'}}"`, `"{{userId}}"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := render(t, c.source, event); got != c.want {
				t.Errorf("%s gives %s, want %s", c.source, got, c.want)
			}
		})
	}
}

func TestChainsInHeaders(t *testing.T) {
	h, err := template.CompileHeaders(`{"A": "<{{detail | slack}}>", "B": "{{apiCode|default:1}}", "C": "{{resource.list | json | limit: 5}}"}`)
	if err != nil {
		t.Fatal(err)
	}
	headers, err := h.Render(template.Event{JSON: []byte(`{"resource":{"apiCode":400,"detail":"<&","list":[1, "\""]}}`)})
	want := []template.Header{{Name: "A", Value: "<&lt;&amp;>"}, {Name: "B", Value: "400"}, {Name: "C", Value: `[1,"\`}}
	if err != nil || !slices.Equal(headers, want) {
		t.Errorf("got %q, %v; want %q", headers, err, want)
	}
	_, err = template.CompileHeaders(`{"A": "{{userName | default: "a\nb"}}"}`)
	if got, want := fmt.Sprint(err), "line 1, column 8: the value holds a line feed (LF), which a header cannot carry: remove it"; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
}

// What bounds the work within a chain cuts no more than the result does.
func TestBoundsWithinAChain(t *testing.T) {
	event := `{"resource":{"a":"` + strings.Repeat(`\"`, 100_000) + `","b":["` + strings.Repeat("<", 200_000) + `"]}}`
	for source, want := range map[string]int{
		`"{{resource.a | limit: 10}}"`: 22, `"{{resource.b | json | limit: 10 | slack}}"`: 37, `"{{resource.a | json | slack | limit: 3}}"`: 8,
		`"{{resource.b | json | slack}}"`: 800_000 + len(`"[\"\"]"`),
	} {
		if got := render(t, source, event); len(got) != want {
			t.Errorf("%s gives %d bytes, %.100s; want %d", source, len(got), got, want)
		}
	}
	p, err := template.CompilePayload(`"{{resource | json | slack}}"`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = p.Append(nil, template.Event{JSON: []byte(event)}, 100_000); !errors.Is(err, template.ErrTooLarge) {
		t.Errorf("a body over its limit: %v", err)
	}
}

// A text that just fits is whole, however much longer its escapes are; one more is an error.
func TestFilteredTextsAtTheLimit(t *testing.T) {
	const n = 64 << 10
	for _, c := range []struct {
		size int
		want error
	}{{n, nil}, {n + 1, template.ErrTooLarge}} {
		ev := template.Event{JSON: []byte(`{"resource":{"a":"` + strings.Repeat(`\u0041`, c.size) + `"}}`)}
		p, err := template.CompilePayload(`"{{resource.a | text}}"`)
		if err != nil {
			t.Fatal(err)
		}
		body, err := p.Append(nil, ev, n+len(`""`))
		if !errors.Is(err, c.want) || err == nil && string(body) != `"`+strings.Repeat("A", c.size)+`"` {
			t.Errorf("a text of %d bytes: a body of %d, %v", c.size, len(body), err)
		}
		h, err := template.CompileHeaders(`{"X-A": "{{resource.a | text}}"}`)
		if err != nil {
			t.Fatal(err)
		}
		headers, err := h.Render(ev)
		if !errors.Is(err, c.want) || err == nil && len(headers[0].Value) != c.size {
			t.Errorf("a text of %d bytes: headers %.20q, %v", c.size, headers, err)
		}
	}
}
