package template_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/template"
)

// pageEvent is the product page's example as it is sent: without white space.
func pageEvent(tb testing.TB) template.Event {
	tb.Helper()
	printed, err := os.ReadFile("../../events/task-succeeded.detail.json")
	if err != nil {
		tb.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, printed); err != nil {
		tb.Fatal(err)
	}
	return template.Event{JSON: compact.Bytes(), Time: time.Date(2025, 6, 7, 6, 33, 14, 0, time.UTC)}
}

// longTemplate is about 16 KiB: 120 objects with placeholders of every kind.
func longTemplate() string {
	var b strings.Builder
	b.WriteString("[")
	for i := range 120 {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `
  {"n": %d, "task": "{{taskId}}", "code": {{apiCode}}, "text": "task {{taskId}} of {{userName}}", "flow": "{{resource.flow}}"}`, i)
	}
	b.WriteString("\n]")
	return b.String()
}

func BenchmarkCompile(b *testing.B) {
	for _, c := range []struct{ name, source string }{
		{"page", template.DefaultPayload},
		{"16KB", longTemplate()},
	} {
		source := c.source + "\n" // not the default itself, which is compiled once
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(source)))
			for b.Loop() {
				if _, err := template.CompilePayload(source); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Compare BenchmarkRender with BenchmarkDecodeEncode.
func BenchmarkRender(b *testing.B) {
	event := pageEvent(b)
	for _, c := range []struct{ name, source string }{
		{"page", template.DefaultPayload},
		{"16KB", longTemplate()},
	} {
		b.Run(c.name, func(b *testing.B) {
			p, err := template.CompilePayload(c.source)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Append(nil, event, 1<<20); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/reused", func(b *testing.B) {
			p, err := template.CompilePayload(c.source)
			if err != nil {
				b.Fatal(err)
			}
			var body []byte
			b.ReportAllocs()
			for b.Loop() {
				if body, err = p.Append(body[:0], event, 1<<20); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkURL(b *testing.B) {
	event := pageEvent(b)
	u, err := template.CompileURL("https://example.com/hooks/{{taskId}}/{{resource.url.spider_id}}?user={{userName}}&detail={{detail | limit: 200}}")
	if err != nil {
		b.Fatal(err)
	}
	var sent []byte
	b.ReportAllocs()
	for b.Loop() {
		if sent, err = u.Append(sent[:0], event, 2048); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeEncode measures the minimum cost of rendering via Go values.
func BenchmarkDecodeEncode(b *testing.B) {
	event := pageEvent(b)
	b.ReportAllocs()
	for b.Loop() {
		decodeEncode(b, event)
	}
}

func decodeEncode(b *testing.B, event template.Event) {
	var v any
	if err := json.Unmarshal(event.JSON, &v); err != nil {
		b.Fatal(err)
	}
	if _, err := json.Marshal(v); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRatio measures how many times faster rendering the page's template is than decoding and
// encoding the event. It alternates between both, so that a busy machine slows both equally.
func BenchmarkRatio(b *testing.B) {
	event := pageEvent(b)
	p, err := template.CompilePayload("")
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		dst  []byte
	}{
		{"new body", nil},
		{"reused body", make([]byte, 0, 4<<10)},
	} {
		b.Run(c.name, func(b *testing.B) {
			var rendering, decoding time.Duration
			for b.Loop() {
				rendering += timed(func() {
					if _, err := p.Append(c.dst, event, 1<<20); err != nil {
						b.Fatal(err)
					}
				})
				decoding += timed(func() { decodeEncode(b, event) })
			}
			b.ReportMetric(float64(decoding)/float64(rendering), "times-faster")
		})
	}
}

// timed returns how long 20 calls of do take.
func timed(do func()) time.Duration {
	start := time.Now()
	for range 20 {
		do()
	}
	return time.Since(start)
}
