package api_test

import (
	"flag"
	"html"
	"os"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write openapi.json")

const golden = "openapi.json"

// TestOpenAPIDocument fails when the OpenAPI document has changed. For intended changes, run: go
// test ./functions/api -update
func TestOpenAPIDocument(t *testing.T) {
	got := newHarness(t).do("GET", "/openapi.json", "").want(200).text
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Fatalf("the OpenAPI document differs from %s, first in line %d:\n got %s\nwant %s\nIf intended, run: go test ./functions/api -update", golden, i+1, gotLines[i], wantLines[i])
		}
	}
	t.Fatalf("the OpenAPI document has %d lines, %s has %d. If intended, run: go test ./functions/api -update", len(gotLines), golden, len(wantLines))
}

func TestEveryOperationIsDescribed(t *testing.T) {
	w := newHarness(t)
	page := w.do("GET", "/docs", "").want(200).text
	n := 0
	document := read[struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Summary     string `json:"summary"`
		} `json:"paths"`
	}](w.do("GET", "/openapi.json", "").want(200))
	for path, operations := range document.Paths {
		for method, op := range operations {
			n++
			if op.OperationID == "" || op.Summary == "" {
				t.Errorf("%s %s has no name or summary", method, path)
			}
			if !strings.Contains(page, `id="`+op.OperationID+`"`) || !strings.Contains(page, html.EscapeString(op.Summary)) {
				t.Errorf("%s is not at /docs", op.OperationID)
			}
		}
	}
	if n != 20 {
		t.Errorf("%d operations, want 20", n)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		start := time.Now()
		newHarness(&testing.T{})
		b.ReportMetric(float64(time.Since(start).Microseconds()), "µs/init")
	}
}
