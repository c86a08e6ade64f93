package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// TestMergePatch has the examples of RFC 7396, appendix A.
func TestMergePatch(t *testing.T) {
	for _, c := range []struct{ doc, patch, want string }{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`["a","b"]`, `["c","d"]`, `["c","d"]`},
		{`{"a":"b"}`, `["c"]`, `["c"]`},
		{`{"a":"foo"}`, `null`, `null`},
		{`{"a":"foo"}`, `"bar"`, `"bar"`},
		{`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`},
		{`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
	} {
		got := mergePatch(json.RawMessage(c.doc), json.RawMessage(c.patch))
		if !sameJSON(t, string(got), c.want) {
			t.Errorf("%s patched by %s is %s, want %s", c.doc, c.patch, got, c.want)
		}
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}

func TestCursorIsBoundToItsList(t *testing.T) {
	lists := []list{{"a", "b"}, {"a", "bc"}, {"ab", "c"}, {"a", "b", ""}, {"a"}, {}}
	for i, l := range lists {
		cursor := l.cursor("01JX")
		for j, other := range lists {
			if after, ok := other.after(cursor); ok != (i == j) || ok && after != "01JX" {
				t.Errorf("cursor of %q in %q: %q, %v", l, other, after, ok)
			}
		}
	}
	if (list{"a"}).cursor("") != "" {
		t.Error("the last page has a cursor")
	}
}

func FuzzCursor(f *testing.F) {
	l := list{"dispatches", "3406", "01JX"}
	for _, seed := range []string{"", "x", l.cursor("01JY"), strings.Repeat("A", 40), "====", "a\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if after, ok := l.after(text); ok && l.cursor(after) != text {
			t.Errorf("%q decodes to %q, whose cursor differs", text, after)
		}
		if after, ok := l.after(l.cursor(text)); !ok || after != text {
			t.Errorf("%q comes back as %q, %v", text, after, ok)
		}
		s := &server{cfg: Config{Now: time.Now}}
		_, _ = s.recoverQuery(RecoverRequest{Cursor: text}, webhook.Integration{})
	})
}

func FuzzPreconditions(f *testing.F) {
	in := webhook.Integration{ID: "01JX", UserID: "3406", Version: 3}
	for _, seed := range []string{"", "*", etag(in), "W/" + etag(in), `"a", "b"`, `"`, ",,,", `"3-`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		if matches(field, in) && field != "" && !strings.Contains(field, "*") && !strings.Contains(field, versionTag(in)) {
			t.Errorf("%q matches %s", field, etag(in))
		}
		_ = unchanged(field, in)
	})
}

func FuzzDecode(f *testing.F) {
	s := &server{cfg: Config{Limits: webhook.DefaultLimits(), CheckURL: func(string) error { return nil }}}
	s.describe()
	for _, seed := range []string{`{}`, `[]`, `null`, `{"name":1e999}`, `{"eventTypes":[null,{},[]]}`, `{"Name":"a","name":"b"}`, `{"held":{"queued":1}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if checkJSON(body) != nil {
			return
		}
		asked, fs := decode[Integration](s, body)
		in := asked.apply(webhook.Integration{})
		_ = append(fs, s.check(in)...).err()
	})
}
