package template_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/template"
)

func renderURL(t *testing.T, source, event string, limit int) (string, error) {
	t.Helper()
	u, err := template.CompileURL(source)
	if err != nil {
		t.Fatalf("compile %s: %v", source, err)
	}
	got, err := u.Append([]byte("+"), template.Event{JSON: []byte(event), Time: time.Unix(1749277994, 0)}, limit)
	if !strings.HasPrefix(string(got), "+") || err != nil && len(got) != 1 {
		t.Errorf("%s: got %q", source, got)
	}
	return string(got[1:]), err
}

func TestURLs(t *testing.T) {
	for source, want := range map[string]string{
		"https://h.example/a%2Fb?c={d}": "https://h.example/a%2Fb?c={d}",
		"https://h.example/{{taskId}}":  "https://h.example/task-1",
		"https://h.example?{{taskId}}":  "https://h.example?task-1",
		"https://h.example/{{ userId }}/{{userName}}.json?t={{type}}&n={{resource.big}}": "https://h.example/3406/Thor.json?t=&n=1.50e%2B2",
		"https://h.example/?q={{resource.quote}}":                                        "https://h.example/?q=say%20%22hi%22%0A%5C",
		"https://h.example/{{url.e}}{{url.list.0.deep.x}}":                               "https://h.example/%C3%A91.0",
		"https://h.example/?l={{resource.list}}":                                         "https://h.example/?l=%5B1%2C%22b%22%2C%7B%22c%22%3A%5B10%2C20%5D%7D%5D",
		`https://h.example/{{type | default: "a/b?#&=."}}`:                               "https://h.example/a%2Fb%3F%23%26%3D.",
		`https://h.example/{{resource.quote|limit:3}}-{{globals.dateUnix}}`:              "https://h.example/say-1749277994",
		"https://h.example/{{resource.braces}}":                                          "https://h.example/%7B%7BuserId%7D%7D",
		"https://h.example/%25{{userName}}/../x":                                         "https://h.example/%25Thor/../x",
		"https://h.example/?a=..&b={{type | default: '..'}}":                             "https://h.example/?a=..&b=..",
	} {
		if got, err := renderURL(t, source, sample, 2048); got != want || err != nil {
			t.Errorf("%s is rendered as %s (%v), want %s", source, got, err, want)
		}
	}
}

func TestURLPlaces(t *testing.T) {
	for source, want := range map[string]string{
		"{{url}}":                                  "line 1, column 1: a placeholder can be in the path and the query of a URL, not in its scheme or host",
		"{{type}}://h.example/":                    "column 1: a placeholder can be in the path and the query of a URL, not in its scheme or host",
		"https://{{userName}}.example/":            "column 9: a placeholder can be in the path and the query of a URL, not in its host",
		"https://h.example{{taskId}}":              "column 18: a placeholder can be in the path and the query of a URL, not in its host",
		"https://h.example:{{userId}}/x":           "column 19: a placeholder can be in the path and the query of a URL, not in its port",
		"https://u:{{apiKey}}@h.example/":          "column 11: a placeholder can be in the path and the query of a URL, not in its user name or password",
		"https://h.example/é#{{taskId}}":           "column 21: a placeholder can be in the path and the query of a URL, not in its fragment",
		"https://h.example#{{taskId}}":             "column 19: a placeholder can be in the path and the query of a URL, not in its fragment",
		"https://h.example/%{{taskId}}":            "column 19: a placeholder cannot be part of an escape",
		"https://h.example/?a=%2{{taskId}}":        "column 22: a placeholder cannot be part of an escape",
		"https://h.example/{{taskID}}":             `column 19: unknown variable "taskID"; did you mean "taskId"?`,
		"https://h.example/{{}}":                   "column 19: empty placeholder",
		"https://h.example/{{taskId":               `column 19: this "{{" is never closed`,
		"https://h.example/{{taskId | nothing}}":   `column 30: unknown filter "nothing"`,
		`https://h.example/{{type | default: "x}}`: "column 37: the argument that begins here is never closed",
	} {
		_, err := template.CompileURL(source)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %s", source, err, want)
		}
	}
}

// In whatever way a receiver spells it, a value does not lead to another directory.
func TestURLWithADotSegment(t *testing.T) {
	for _, c := range []struct {
		source, value string
		refused       bool
	}{
		{"/a/{{userName}}/b", ".", true},
		{"/a/{{userName}}", "..", true},
		{"/{{userName}}?q", "..", true},
		{"/a/.{{userName}}/b", ".", true},
		{"/a/.{{userName}}/b", "", true},
		{"/a/%2e{{userName}}/b", ".", true},
		{"/a/{{userName}}%2E/b", ".", true},
		{"/a/{{userName}};v=1", "..", true},
		{"/a/{{userName}}{{userName}}", ".", true},
		{"/a/b{{userName}}/b", "..", false},
		{"/a/{{userName}}/b", "...", false},
		{"/a/{{userName}}/b", "", false},
		{"/a/{{userName}}/b", "../..", false},
		{"/a/../b/{{userName}}", "x", false},
		{"/a/b?{{userName}}", "..", false},
		{"/a/b?/{{userName}}/", "..", false},
	} {
		event, _ := json.Marshal(map[string]string{"userName": c.value})
		_, err := renderURL(t, "https://h.example"+c.source, string(event), 2048)
		if errors.Is(err, template.ErrDotSegment) != c.refused || err != nil && !c.refused {
			t.Errorf("%s with %q: %v", c.source, c.value, err)
		}
	}
}

func TestURLLimit(t *testing.T) {
	event := `{"userName":"` + strings.Repeat("/", 100) + `"}`
	const source = "https://h.example/{{userName}}?{{userName | limit: 1}}"
	whole := len("https://h.example/?") + 101*len("%2F")
	if got, err := renderURL(t, source, event, whole); err != nil || len(got) != whole {
		t.Errorf("at the limit: %d bytes, %v", len(got), err)
	}
	for _, limit := range []int{whole - 1, whole - 4, 120, 20, 1} {
		if _, err := renderURL(t, source, event, limit); !errors.Is(err, template.ErrTooLarge) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
	if _, err := renderURL(t, source, "[]", whole); !errors.Is(err, template.ErrEvent) {
		t.Errorf("not an object: %v", err)
	}
}

func TestMaskedURL(t *testing.T) {
	secrets := secretPaths(t, "apiKey,url.key")
	for source, want := range map[string]string{
		"/{{apiKey}}/{{taskId}}?k={{apiKey | limit: 3}}": "/********/T-1?k=********",
		"?u={{url}}":  "?u=%7B%22key%22%3A%20%22********%22%2C%20%22n%22%3A%205%2C%20%22spider_id%22%3A%223%22%7D",
		"/{{taskId}}": "/T-1",
	} {
		u, err := template.CompileURL("https://h.example" + source)
		if err != nil {
			t.Fatal(err)
		}
		got, err := u.AppendMasked(nil, template.Event{JSON: []byte(withSecrets)}, secrets)
		if want = "https://h.example" + want; string(got) != want || err != nil {
			t.Errorf("%s: %s (%v), want %s", source, got, err, want)
		}
	}
	if got := secrets.MaskEcho("no such path /a%2Fb%20c%2Bd", []byte(`{"resource":{"apiKey":"a/b c+d"}}`)); got != "no such path /"+template.Mask {
		t.Errorf("echo: %s", got)
	}
}

// FuzzURL checks that values never change what a URL consists of, whatever the template and the event.
func FuzzURL(f *testing.F) {
	f.Add("/{{userName}}/a?b={{resource}}&{{userName|limit:3}}", "/../%2e?&=;#@:\\+ \x00\u00e9")
	f.Add("/{{userName}};x/.{{userName}}?%25{{userName}}", "..")
	f.Fuzz(func(t *testing.T, rest, value string) {
		event, _ := json.Marshal(map[string]any{"userName": value, "resource": map[string]string{value: value}})
		checkURL(t, "https://h.example:8443"+rest, string(event), value)
		checkURL(t, rest, string(event), value)
		const own = "https://h.example/{{userName}}?q={{userName}}"
		if got, err := renderURL(t, own, string(event), 1<<20); err == nil {
			u, err := url.Parse(got)
			want := replaceInvalid(value)
			if err != nil || u.Path != "/"+want || u.Query().Get("q") != want || len(u.Query()) != 1 {
				t.Errorf("%q is received as %q and %q: %v", value, u.Path, u.Query(), err)
			}
		} else if !errors.Is(err, template.ErrDotSegment) || value != "." && value != ".." {
			t.Errorf("%q: %v", value, err)
		}
	})
}

func checkURL(t *testing.T, source, event, value string) {
	t.Helper()
	u, err := template.CompileURL(source)
	if err != nil {
		checkPlaces(t, source, err)
		return
	}
	rendered, err := u.Append(nil, template.Event{JSON: []byte(event)}, 1<<20)
	if err != nil {
		return
	}
	got, filled := string(rendered), u.Filled()
	if u.Fixed() {
		if got != source || filled != source {
			t.Errorf("%q has no placeholder and becomes %q and %q", source, got, filled)
		}
		return
	}
	for _, mark := range []string{"/", "?", "#", "&", "=", ";", ":", "@", "\\", "+", " ", "\x00", "{{"} {
		if strings.Count(got, mark) != strings.Count(filled, mark) {
			t.Errorf("%q over %q changes the number of %q: %q", source, value, mark, got)
		}
	}
	if !utf8.ValidString(got) {
		t.Errorf("%q over %q gives %q", source, value, got)
	}
	whole, err1 := url.Parse(filled)
	parsed, err2 := url.Parse(got)
	if (err1 == nil) != (err2 == nil) {
		t.Errorf("%q is parsed (%v), but over %q is not: %v", filled, err1, value, err2)
		return
	}
	if err1 != nil {
		return
	}
	if parsed.Scheme != whole.Scheme || parsed.Host != whole.Host || parsed.Fragment != "" || parsed.User.String() != whole.User.String() {
		t.Errorf("%q over %q gives %q", source, value, got)
	}
	checkSegments(t, filled, got)
}

// checkSegments checks that there are no more segments "." and ".." than in the template's own text.
func checkSegments(t *testing.T, filled, got string) {
	t.Helper()
	dots := func(raw string) (n int) {
		path, _, _ := strings.Cut(raw, "?") // not what net/url makes of it: it decodes some slashes
		for segment := range strings.SplitSeq(path, "/") {
			segment, _, _ = strings.Cut(segment, ";")
			if plain, _ := url.PathUnescape(segment); plain == "." || plain == ".." {
				n++
			}
		}
		return n
	}
	if dots(got) > dots(filled) {
		t.Errorf("%q becomes %q", filled, got)
	}
}
