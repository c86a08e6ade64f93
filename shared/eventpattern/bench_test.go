package eventpattern

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// typical are patterns that users of the platform write.
var typical = []struct{ name, pattern string }{
	{"one value", `{"eventType": ["ACTOR.RUN.SUCCEEDED"]}`},
	{"no match", `{"userName": ["somebody else"]}`},
	{"partial failures", `{"eventType": ["ACTOR.RUN.SUCCEEDED"], "resource": {"apiCode": [{"numeric": [">=", 400]}], "errorNumber": [{"numeric": [">", 0]}]}}`},
	{"one spider", `{"resource": {"url": {"spider_id": ["3", "4"]}}}`},
	{"alternatives", `{"$or": [{"resource": {"apiCode": [{"anything-but": [200, 400]}]}}, {"resource": {"successRate": [{"numeric": ["<", 1]}]}}]}`},
	{"texts", `{"resource": {"detail": [{"wildcard": "*requests in total*failed"}], "csvUrl": [{"suffix": {"equals-ignore-case": ".CSV"}}], "createdAt": [{"prefix": "2025-06"}], "nothing": [{"exists": false}]}}`},
}

// pageEvent is the product page's example as it travels: without blanks.
func pageEvent(tb testing.TB) []byte {
	tb.Helper()
	printed, err := os.ReadFile("../../events/task-succeeded.detail.json")
	if err != nil {
		tb.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, printed); err != nil {
		tb.Fatal(err)
	}
	return compact.Bytes()
}

func compileTypical(tb testing.TB, pattern string) *Pattern {
	tb.Helper()
	p, err := Compile([]byte(pattern), taskFields, DefaultLimits())
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func TestTypicalPatternsMatchThePagesEvent(t *testing.T) {
	event := pageEvent(t)
	for _, c := range typical {
		if got := compileTypical(t, c.pattern).Match(event); got != (c.name != "no match") {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestMatchingAllocatesNothing but what json.Valid takes for a string with JSON when the race detector empties its pool.
func TestMatchingAllocatesNothing(t *testing.T) {
	event := pageEvent(t)
	m := new(matcher) // not from the pool, which the race detector empties now and then
	for _, c := range typical {
		p := compileTypical(t, c.pattern)
		if n := testing.AllocsPerRun(100, func() { m.match(p, event) }); n > 1 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	event := pageEvent(b)
	for _, c := range typical {
		b.Run(c.name, func(b *testing.B) {
			p := compileTypical(b, c.pattern)
			b.ReportAllocs()
			for b.Loop() {
				p.Match(event)
			}
		})
	}
}

// BenchmarkMatch100 matches one event with 100 patterns, as the fan-out does for a user with many integrations.
func BenchmarkMatch100(b *testing.B) {
	event := pageEvent(b)
	patterns := make([]*Pattern, 100)
	for i := range patterns {
		patterns[i] = compileTypical(b, fmt.Sprintf(`{"userId": [3406], "resource": {"url": {"spider_id": ["%d"]}, "apiCode": [{"numeric": [">=", %d]}]}}`, i, 4*i))
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range patterns {
			p.Match(event)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(patterns)), "ns/pattern")
}

func BenchmarkCompile(b *testing.B) {
	limits := DefaultLimits()
	for _, c := range typical {
		b.Run(c.name, func(b *testing.B) {
			src := []byte(c.pattern)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile(src, taskFields, limits); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
