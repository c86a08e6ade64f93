package template_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/template"
)

// What receivers demand of values, and the filters that give it.
func TestFilters(t *testing.T) {
	event := `{"userName": "", "resource": {"apiCode": 400, "rate": 1.50, "ok": true, "none": null, "apiErrorMsg": "",
		"detail": "<!channel> & 5 > 3", "emoji": "a\ud83d\ude00b", "cut": "ab\ud83d", "quote": "say \"hi\"\n", "list": [1, "b"]}}`
	for _, c := range []struct{ name, source, want string }{
		{"a number as text", `{"text": "{{apiCode | text}}"}`, `{"text": "400"}`},
		{"a number as text, outside of a string", `[{{apiCode|text}}]`, `["400"]`},
		{"digits stay", `"{{resource.rate | text}}"`, `"1.50"`},
		{"true as text", `"{{resource.ok | text}}"`, `"true"`},
		{"null as text", `"{{resource.none | text}}"`, `""`},
		{"what is missing as text", `"{{resource.missing | text}}"`, `""`},
		{"a list as text", `"{{resource.list | text}}"`, `"[1,\"b\"]"`},
		{"a default for an empty text", `"{{apiErrorMsg | default: "none"}}"`, `"none"`},
		{"a default with JSON's quotes", `"{{apiErrorMsg | default: \"none\"}}"`, `"none"`},
		{"a default in single quotes", `"{{apiErrorMsg | default: 'it\u0027s \"none\"'}}"`, `"it's \"none\""`},
		{"a default for null", `"{{resource.none | default: "none"}}"`, `"none"`},
		{"a default for what is missing", `"a {{resource.missing | default: "none"}} b"`, `"a none b"`},
		{"no default where there is a value", `"{{apiCode | default: "none"}}"`, `400`},
		{"a number as default", `"{{resource.none | default: 0}}"`, `0`},
		{"false as default", `{{resource.none | default: false}}`, `false`},
		{"a default with a bar and a colon", `"{{apiErrorMsg | default: "a | b: c"}}"`, `"a | b: c"`},
		{"an empty text is no answer", `"{{apiErrorMsg | text | default: "none" | limit: 2}}"`, `"no"`},
		{"Slack's markup", `{"text": "Task: {{detail | slack}}"}`, `{"text": "Task: &lt;!channel&gt; &amp; 5 &gt; 3"}`},
		{"a limit counts characters", `"{{resource.emoji | limit: 2}}"`, `"a😀"`},
		{"a limit and half a pair", `"{{resource.cut | limit: 3}}"`, "\"ab\uFFFD\""},
		{"a limit beyond the end", `"{{detail | limit: 1500}}"`, `"<!channel> & 5 > 3"`},
		{"a limit of a number", `"{{apiCode | limit: 1}}"`, `"4"`},
		{"JSON as text", `"{{resource.list | json}}"`, `"[1,\"b\"]"`},
		{"JSON of a text", `"{{resource.quote | json}}"`, `"\"say \\\"hi\\\"\\n\""`},
		{"JSON of what is missing", `"{{resource.missing | json}}"`, `"null"`},
		{"filters follow one another", `"{{detail | limit: 4 | slack}}"`, `"&lt;!ch"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := render(t, c.source, event); got != c.want {
				t.Errorf("%s gives %s, want %s", c.source, got, c.want)
			}
		})
	}
}

func TestFiltersInHeaders(t *testing.T) {
	h, err := template.CompileHeaders(`{"X-A": "{{userName | default: "none"}}", "X-B": "{{resource | json | limit: 8}}"}`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := h.Render(template.Event{JSON: []byte(`{"resource": {"a": [1, 2, 3]}}`), Time: time.Unix(0, 0)})
	if err != nil || len(got) != 2 || got[0].Value != "none" || got[1].Value != `{"a":[1,` {
		t.Errorf("headers %q, %v", got, err)
	}
}

func TestWrongFiltersAreRefusedWithTheirPlace(t *testing.T) {
	const all = "there are text, default, limit, slack, json"
	for _, c := range []struct{ name, source, want string }{
		{"unknown", `{"a": "{{apiCode | txt}}"}`, `line 1, column 20: unknown filter "txt": ` + all + `; did you mean "text"?`},
		{"unknown and unlike any", `"{{apiCode | upcase}}"`, `line 1, column 14: unknown filter "upcase": ` + all},
		{"in another case", `"{{apiCode | Text}}"`, `line 1, column 14: unknown filter "Text": ` + all + `; did you mean "text"?`},
		{"missing", `"{{apiCode |}}"`, `line 1, column 12: a filter is missing after this "|": one of text, default, limit, slack, json`},
		{"missing between two", `"{{apiCode | | text}}"`, `line 1, column 12: a filter is missing after this "|": one of text, default, limit, slack, json`},
		{"with an argument too many", `"{{apiCode | text: 3}}"`, `line 1, column 14: the filter text takes no argument: write {{apiCode | text}}`},
		{"without its argument", `"{{detail | limit}}"`, `line 1, column 13: the filter limit needs a number of characters: write {{detail | limit: 1500}}`},
		{"limit of nothing", `"{{detail | limit: 0}}"`, `line 1, column 13: the filter limit needs a number of characters from 1 to 1000000: write {{detail | limit: 1500}}`},
		{"limit of a word", `"{{detail | limit: many}}"`, `line 1, column 13: the filter limit needs a number of characters from 1 to 1000000: write {{detail | limit: 1500}}`},
		{"default without quotes", `"{{detail | default: none}}"`, `line 1, column 13: the filter default needs a text in quotes, a number, true or false: write {{apiErrorMsg | default: "none"}}`},
		{"default of an object", `"{{detail | default: {} }}"`, `line 1, column 13: the filter default needs a text in quotes, a number, true or false: write {{apiErrorMsg | default: "none"}}`},
		{"on the second line", "{\n \"a\": {{apiCode | text | nope}}}", `line 2, column 26: unknown filter "nope": ` + all},
		{"too many", `"{{detail | json | json | json | json | json | json}}"`, `line 1, column 46: a placeholder has at most 5 filters`},
		{"of an unknown variable", `"{{detial | text}}"`, `line 1, column 2: unknown variable "detial"; did you mean "detail"?`},
		{"never closed", `{"a": "{{detail | text", "b": 1}`, `line 1, column 8: this "{{" is never closed: "}}" is missing`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := template.CompilePayload(c.source)
			if err == nil || err.Error() != c.want {
				t.Errorf("%s:\n got %v\nwant %s", c.source, err, c.want)
			}
		})
	}
}

// A chain of filters that doubles a text each time ends where the body is too large.
func TestFiltersAreBounded(t *testing.T) {
	p, err := template.CompilePayload(`"{{detail | json | json | json | json | json}}"`)
	if err != nil {
		t.Fatal(err)
	}
	event := `{"resource": {"detail": "` + strings.Repeat(`\\`, 500<<10) + `"}}`
	if _, err := p.Append(nil, template.Event{JSON: []byte(event)}, 1<<20); !errors.Is(err, template.ErrTooLarge) {
		t.Errorf("rendered: %v", err)
	}
}

// Each filter that people are offered does what its example says.
func TestEveryListedFilterCompiles(t *testing.T) {
	for _, f := range template.Filters() {
		if _, err := template.CompilePayload(`"` + f.Example + `"`); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestTheReadmeShowsEveryFilter(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range template.Filters() {
		if !strings.Contains(string(readme), f.Example) {
			t.Errorf("README.md does not show %s", f.Example)
		}
	}
}
