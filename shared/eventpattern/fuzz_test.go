package eventpattern

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// FuzzCompile wants an *Error with a place inside the pattern, or a pattern that can be used.
func FuzzCompile(f *testing.F) {
	for _, c := range typical {
		f.Add([]byte(c.pattern))
	}
	for _, p := range readPairs(f, "testdata/agreed.txt") {
		f.Add([]byte(p.Pattern))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := Compile(src, append(taskFields, "a", "b"), DefaultLimits())
		if err == nil {
			if !json.Valid(src) {
				t.Errorf("%q is not JSON", src)
			}
			p.Match(src)
			if !p.Match([]byte(`{"userId":1}`)) && p.Explain([]byte(`{"userId":1}`)).String() == "" {
				t.Errorf("%q: no explanation", src)
			}
			return
		}
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Line < 1 || e.Column < 1 || e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > len(src) || e.Message == "" {
			t.Errorf("%q: %#v", src, err)
		}
	})
}

// FuzzMatch wants an answer for any bytes, and an explanation that goes with it.
func FuzzMatch(f *testing.F) {
	for _, p := range readPairs(f, "testdata/agreed.txt") {
		f.Add([]byte(p.Pattern), []byte(p.Event))
	}
	f.Add([]byte(`{"a":{"b":["3"]}}`), []byte(`{"a":"[[{\"b\":\"3\"}"}`))
	f.Fuzz(func(t *testing.T, pattern, event []byte) {
		p, err := Compile(pattern, []string{"a", "b", "c", "d"}, DefaultLimits())
		if err != nil {
			return
		}
		if got, reasons := p.Match(event), p.Explain(event); got != (reasons == nil) {
			t.Errorf("%q over %q: %v, but explained as %q", pattern, event, got, reasons)
		}
	})
}

// TestHostileEventsAndPatternsEnd takes a second. It would take many if matching did backtrack, or looked at
// each level of a nested event again.
func TestHostileEventsAndPatternsEnd(t *testing.T) {
	const size = 16 << 10
	nested := func(open, inner, end string) string {
		return strings.Repeat(open, size) + inner + strings.Repeat(end, size)
	}
	stars := `"` + strings.Repeat("*a", 7) + `*b"`
	allOr := `{"$or":[` + strings.Repeat(`{"a":{"b":{"c":["x",{"exists":false}]}}},`, 60) + `{"a":["y"]}]}`
	manyAbsent := `{"a":{"x":[1]` // many fields, in several alternatives
	for i := range 30 {
		manyAbsent += fmt.Sprintf(`,"f%d":[{"exists":false}]`, i)
	}
	manyAbsent += `},"$or":[` + strings.Repeat(`{"a":{"b":[2]}},`, 30) + `{"a":{"b":[3]}}]}`
	manyNetworks := `{"a":[` + strings.Repeat(`{"cidr":"10.0.0.0/8"},`, 150) + `1]}`
	embedded := `{"b":1}`
	for len(embedded) < size {
		text, _ := json.Marshal(embedded)
		embedded = `[` + string(text) + `]`
	}
	for _, pattern := range []string{
		`{"a":[{"wildcard":` + stars + `}]}`, `{"a":[{"anything-but":{"wildcard":[` + stars + `,` + stars + `]}}]}`, allOr,
		`{"a":{"b":{"c":[{"exists":false}]}}}`, `{"a":{"b":{"b":{"b":{"b":[1]}}}}}`, `{"a":["x"]}`,
		manyAbsent, manyNetworks,
	} {
		p, err := Compile([]byte(pattern), []string{"a"}, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		for _, event := range []string{
			`{"a":"` + strings.Repeat("a", size) + `"}`, `{"a":` + nested("[", "", "]") + `}`, `{"a":` + nested(`{"b":`, "2", "}") + `}`,
			`{"a":` + nested(`[{"b":`, "2", "}]") + `}`, `{"a":[` + strings.Repeat(`{"b":{"d":1}},`, size/16) + `1]}`,
			`{"a":` + embedded + `}`, `{"a":"` + strings.Repeat(`\\`, size) + `"}`, `{"a":"` + strings.Repeat("[", size) + `"}`, `{` + strings.Repeat(`"a":{},`, size/8) + `"a":1}`,
			`{"a":[` + strings.Repeat(`"{\"b\":2}",`, size/8) + `1]}`, `{"a":[` + strings.Repeat(`"11.11.11.11",`, size/8) + `2]}`,
		} {
			p.Match([]byte(event))
			p.Explain([]byte(event))
		}
	}
}
