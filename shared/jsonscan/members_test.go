package jsonscan

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestMembersAreThoseOfTheObjectItself(t *testing.T) {
	const object = "{ \"a\" : {\"b\":[1,{\"a\":2}]} ,\n\t\"\\u0061b\":-1.5e+3,\"A\":\"\\\"}\",\"a\":null , \"\":true}"
	var got strings.Builder
	if !Members([]byte(object), func(key []byte, value json.RawMessage) { fmt.Fprintf(&got, "%s=%s;", key, value) }) {
		t.Fatal("Members = false, want true")
	}
	if want := `a={"b":[1,{"a":2}]};ab=-1.5e+3;A="\"}";a=null;=true;`; got.String() != want {
		t.Errorf("members = %s, want %s", got.String(), want)
	}
}

func TestMembersAcceptsWhatEncodingJSONAccepts(t *testing.T) {
	deep := func(n int) string {
		return `{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`
	}
	for _, s := range append(oddities, deep(maxNesting-1), deep(maxNesting), strings.Repeat(`{"a":`, maxNesting+1)+"1"+strings.Repeat("}", maxNesting+1)) {
		agree(t, s)
	}
}

func FuzzMembers(f *testing.F) {
	for _, s := range oddities {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { agree(t, s) })
}

var oddities = []string{
	"", "{", "{}", "{ }", "{,}", `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1,"b"}`, `{"a":1 "b":2}`, `{"a":1}x`, `{"a":1} `, `{a:1}`,
	`{"a":[]}`, `{"a":[ ]}`, `{"a":[1,]}`, `{"a":[1 2]}`, `{"a":[,1]}`, `{"a":[1}`, `{"a":[[[]]]}`, `{"a":{"b":{}}}`, `{"a":{"b"}}`,
	`{"a":01}`, `{"a":-}`, `{"a":-0}`, `{"a":1.}`, `{"a":.5}`, `{"a":1e}`, `{"a":1E+}`, `{"a":1E-7}`, `{"a":+1}`, `{"a":0x1}`, `{"a":1e5.5}`,
	`{"a":tru}`, `{"a":true1}`, `{"a":nul`, `{"a":null}`, `{"a":false}`, `{"a":NaN}`, `{"a":TRUE}`,
	`{"a":"\x"}`, `{"a":"\u12g4"}`, `{"a":"\u12"}`, `{"a":"\u`, `{"a":"\`, `{"a":"\uD800"}`, `{"a":"\/\b\f\n\r\t\\\""}`, "{\"a\":\"\n\"}", "{\"a\":\"\x7f\xff\"}", `{"a":"`,
	"{\"a\":\x001}", "{\"a\":1\x00}", "{\v}", `{"\ud800":1}`, `[]`, `null`, `"a"`,
}

// agree checks that Members and encoding/json agree about s.
func agree(t *testing.T, s string) {
	t.Helper()
	want := json.Valid([]byte(s)) && s[0] == '{' && s[len(s)-1] == '}'
	if got := IsObject([]byte(s)); got != want {
		t.Errorf("%.60q: valid object %v, want %v", s, got, want)
	}
}

// A Skipper ends a valid value where encoding/json does.
func TestSkipAgreesWithMembers(t *testing.T) {
	for _, s := range oddities {
		if !IsObject([]byte(s)) {
			continue
		}
		b := []byte(s + ` ,"next"`)
		if end := new(Skipper).Value(b, 0); end != len(s) {
			t.Errorf("Value(%s) = %d, want %d", b, end, len(s))
		}
		Members([]byte(s), func(_ []byte, value json.RawMessage) {
			if end := new(Skipper).Value(append(value[:len(value):len(value)], '}'), 0); end != len(value) {
				t.Errorf("Value(%s) = %d, want %d", value, end, len(value))
			}
		})
	}
}

func FuzzSkip(f *testing.F) {
	for _, s := range oddities {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := new(Skipper).Value([]byte(s), 0) // must not panic for any input
		if json.Valid([]byte(s)) && s != "" && s[0] > ' ' && s[len(s)-1] > ' ' && end != len(s) {
			t.Errorf("Value(%q) = %d, want %d", s, end, len(s))
		}
	})
}

func TestSurrogatesAreNoted(t *testing.T) {
	for text, want := range map[string]bool{
		`"\ud83d"`: true, `"\uDC00"`: true, `["a long text before it", "\ud83d\ude00"]`: true, `{"\ud83d":1}`: true, `"0123456\ud83d"`: true, `"01234567\uDc00abcdefgh"`: true,
		`"\\ud83d"`: false, `"\ud7ff"`: false, `"\ue000"`: false, `"\u00e9"`: false, `"ud83d"`: false, `"a long text and then \\ud83d"`: false, `"\\\ud83d"`: true,
	} {
		var s Skipper
		if end := s.Value([]byte(text), 0); end != len(text) || s.Surrogates != want {
			t.Errorf("%s: noted %v, want %v (end %d)", text, s.Surrogates, want, end)
		}
	}
}
