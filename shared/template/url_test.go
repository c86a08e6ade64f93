package template_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thordata/webhook-integration/shared/template"
)

func renderURL(t testing.TB, source, event string) (string, error) {
	t.Helper()
	u, err := template.CompileURL(source)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return u.Render(template.Event{JSON: []byte(event), Time: time.Unix(1_749_278_000, 0)}, 300)
}

func TestRenderURL(t *testing.T) {
	const event = `{"userId":3406,"userName":"a/b?c&d=e#f é%\\","eventType":"ACTOR.RUN.FAILED","resource":{"taskId":"t-1.5~_","url":"{\"spider_id\":\"3\"}","list":[1, "x"],"none":null,"dot":"..","half":"\ud800"}}`
	for source, want := range map[string]string{
		"https://example.com/hooks":                               "https://example.com/hooks",
		"https://example.com/{{taskId}}":                          "https://example.com/t-1.5~_",
		"https://example.com/{{ userId }}/x?type={{eventType}}":   "https://example.com/3406/x?type=ACTOR.RUN.FAILED",
		"https://example.com?a={{userName}}":                      "https://example.com?a=a%2Fb%3Fc%26d%3De%23f%20%C3%A9%25%5C",
		"https://example.com/{{userName}}/z":                      "https://example.com/a%2Fb%3Fc%26d%3De%23f%20%C3%A9%25%5C/z",
		"https://example.com/{{resource.url.spider_id}}":          "https://example.com/3",
		"https://example.com/?l={{resource.list}}":                "https://example.com/?l=%5B1%2C%22x%22%5D",
		"https://example.com/{{resource.none}}/{{resource.gone}}": "https://example.com//",
		`https://example.com/{{resource.gone | default: "a/b"}}`:  "https://example.com/a%2Fb",
		"https://example.com/{{userName | limit: 3}}":             "https://example.com/a%2Fb",
		"https://example.com/a{x}b%20{{userId}}%2F":               "https://example.com/a{x}b%203406%2F",
		"https://example.com/x{{resource.dot}}":                   "https://example.com/x..",
		"https://example.com/?d={{resource.dot}}":                 "https://example.com/?d=..",
		"https://example.com/{{resource.half}}":                   "https://example.com/%EF%BF%BD",
		"https://example.com/?at={{globals.dateUnix}}":            "https://example.com/?at=1749278000",
	} {
		if got, err := renderURL(t, source, event); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", source, got, err, want)
		}
	}
}

func TestURLsThatCannotBeRendered(t *testing.T) {
	long := `{"userName":"` + strings.Repeat("é", 100) + `"}`
	for _, c := range []struct {
		source, event string
		want          error
	}{
		{"https://example.com/{{userName}}", `{"userName":".."}`, template.ErrDotSegment},
		{"https://example.com/{{userName}}/x", `{"userName":"."}`, template.ErrDotSegment},
		{"https://example.com/a/.{{userName}}?b", `{"userName":""}`, template.ErrDotSegment},
		{"https://example.com/%2e{{userName}}", `{"userName":"."}`, template.ErrDotSegment},
		{"https://example.com/{{userName}}{{userName}}", `{"userName":"."}`, template.ErrDotSegment},
		{"https://example.com/{{userName}}", long, template.ErrTooLarge},
		{"https://example.com/{{userName}}", `[]`, template.ErrEvent},
	} {
		if got, err := renderURL(t, c.source, c.event); !errors.Is(err, c.want) {
			t.Errorf("%s with %.40s: %s, %v; want %v", c.source, c.event, got, err, c.want)
		}
	}
}

func TestURLErrorsHaveTheirPlace(t *testing.T) {
	for _, c := range []struct {
		source, want string
		column       int
	}{
		{"{{userName}}://example.com/", "must be in the path or the query", 1},
		{"https://{{userName}}/", "must be in the path or the query", 9},
		{"https://{{userName}}@example.com/", "must be in the path or the query", 9},
		{"https://example.com:{{userId}}/", "must be in the path or the query", 21},
		{"https://example.com{{userName}}", "must be in the path or the query", 20},
		{`https://{{userName | default: "a/b"}}/`, "must be in the path or the query", 9},
		{"https://example.com/{{tsakId}}", "taskId", 21},
		{"https://example.com/{{taskId", "never closed", 21},
		{"https://example.com/{{taskId | uper}}", "unknown filter", 32},
	} {
		_, err := template.CompileURL(c.source)
		wrong, ok := errors.AsType[*template.Error](err)
		if !ok || !strings.Contains(wrong.Faults[0].Message+wrong.Faults[0].Suggestion, c.want) || wrong.Faults[0].Column != c.column {
			t.Errorf("%s: %v; want %q in column %d", c.source, err, c.want, c.column)
		}
	}
}

func TestExampleOfAURL(t *testing.T) {
	u, err := template.CompileURL(`https://example.com/{{taskId | default: "a b"}}?x={{userId}}&y`)
	if err != nil || u.Example() != "https://example.com/x?x=x&y" {
		t.Errorf("%v, %v", u, err)
	}
}

// structure is what a value must not change.
func structure(t testing.TB, rendered string) (scheme, host string, segments, parameters int) {
	t.Helper()
	u, err := url.Parse(rendered)
	if err != nil {
		t.Fatalf("%s: %v", rendered, err)
	}
	if u.Fragment != "" || u.User != nil {
		t.Fatalf("%s has a fragment or a user", rendered)
	}
	return u.Scheme, u.Host, strings.Count(u.EscapedPath(), "/"), strings.Count(u.RawQuery, "&") + strings.Count(u.RawQuery, "=")
}

const fuzzedURL = "https://example.com/a/{{userName}}/x{{userName}}.json?b={{userName}}&c=%20{{userName | limit: 5}}"

func checkURLValue(t testing.TB, value string) {
	text, _ := json.Marshal(value)
	rendered, err := renderURL(t, fuzzedURL, `{"userName":`+string(text)+`}`)
	if err != nil {
		return
	}
	scheme, host, segments, parameters := structure(t, rendered)
	if scheme != "https" || host != "example.com" || segments != 3 || parameters != 3 {
		t.Fatalf("%q becomes %s", value, rendered)
	}
	u, _ := url.Parse(rendered)
	if u.JoinPath().EscapedPath() != u.EscapedPath() && !strings.Contains(u.EscapedPath(), "//") {
		t.Fatalf("%q becomes %s, which is another path once it is cleaned", value, rendered)
	}
}

func TestAValueNeverChangesTheStructureOfAURL(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		checkURLValue(t, strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{
			"/", "..", ".", "?", "#", "&", "=", "%2e", "%2F", "\\", "@", ":", "//", " ", "é", "\x00", "\n", "{{userId}}", "a", ";", "%",
		})).Draw(rt, "value"), ""))
	})
}

func FuzzRenderURL(f *testing.F) {
	for _, seed := range []string{"", "..", "a/../b", "?x#y", "%2e%2e", "\U0001F600", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) { checkURLValue(t, value) })
}

func FuzzCompileURL(f *testing.F) {
	f.Add(fuzzedURL)
	f.Add("https://{{")
	f.Fuzz(func(t *testing.T, source string) {
		u, err := template.CompileURL(source)
		if err != nil {
			return
		}
		_, _ = u.Render(template.Event{JSON: []byte(`{"userName":"a"}`)}, 1000)
		if strings.Count(source, "{{") == 0 && u.Example() != source {
			t.Fatalf("%q becomes %q", source, u.Example())
		}
	})
}

func BenchmarkRenderURL(b *testing.B) {
	u, err := template.CompileURL("https://example.com/hooks/{{taskId}}?type={{eventType}}")
	if err != nil {
		b.Fatal(err)
	}
	event := template.Event{JSON: []byte(`{"userId":3406,"eventType":"ACTOR.RUN.FAILED","resource":{"taskId":"t-1"}}`)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := u.Render(event, 8192); err != nil {
			b.Fatal(err)
		}
	}
}
