package metrics_test

import (
	"bytes"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/metrics"
)

func emit(t *testing.T, points ...metrics.Point) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	now := func() time.Time { return time.UnixMilli(1749277994000) }
	metrics.NewEMF(&out, "Webhooks", "delivery", now).Emit(t.Context(), points...)
	var docs []map[string]any
	for line := range bytes.Lines(out.Bytes()) {
		var doc map[string]any
		if err := json.Unmarshal(line, &doc); err != nil {
			t.Fatalf("line %s: %v", line, err)
		}
		docs = append(docs, doc)
	}
	return docs
}

func TestEMFWritesADocumentPerCause(t *testing.T) {
	got := emit(t,
		metrics.Count(metrics.Delivered), metrics.Because(metrics.Failed, "timeout"), metrics.Count(metrics.Delivered),
		metrics.Point{Name: metrics.DeliveryLatency, Value: 12}, metrics.Point{Name: metrics.DeliveryLatency, Value: 7},
	)
	meta := func(dimensions, named []any) map[string]any {
		return map[string]any{"Timestamp": 1749277994000.0, "CloudWatchMetrics": []any{
			map[string]any{"Namespace": "Webhooks", "Dimensions": dimensions, "Metrics": named}}}
	}
	named := func(name, unit string) any { return map[string]any{"Name": name, "Unit": unit} }
	want := []map[string]any{
		{
			"_aws":    meta([]any{[]any{"Service"}}, []any{named("Delivered", "Count"), named("DeliveryLatency", "Milliseconds")}),
			"Service": "delivery", "Delivered": 2.0, "DeliveryLatency": []any{12.0, 7.0},
		},
		{
			"_aws":    meta([]any{[]any{"Service"}, []any{"Service", "Cause"}}, []any{named("Failed", "Count")}),
			"Service": "delivery", "Cause": "timeout", "Failed": 1.0,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEMFWritesAtMostHundredValues(t *testing.T) {
	points := make([]metrics.Point, 250)
	for i := range points {
		points[i] = metrics.Point{Name: metrics.DeliveryLatency, Value: float64(i)}
	}
	total := 0
	for _, doc := range emit(t, points...) {
		n := len(doc["DeliveryLatency"].([]any))
		if n > 100 {
			t.Errorf("%d values in one document", n)
		}
		total += n
	}
	if total != len(points) {
		t.Errorf("%d values in total, want %d", total, len(points))
	}
}

func TestEMFWritesNothingForNoPoints(t *testing.T) {
	if docs := emit(t); len(docs) != 0 {
		t.Errorf("wrote %v", docs)
	}
}

func TestCountersCountMetricAndCause(t *testing.T) {
	var c metrics.Counters
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			c.Emit(t.Context(), metrics.Because(metrics.Failed, "timeout"), metrics.Because(metrics.Failed, "tls_error"))
		})
	}
	all.Wait()
	if got := c.Count(metrics.Failed, ""); got != 20 {
		t.Errorf("Failed = %d, want 20", got)
	}
	if got := c.Count(metrics.Failed, "timeout"); got != 10 {
		t.Errorf("Failed by timeout = %d, want 10", got)
	}
}

func TestTotalsCountAndSumPoints(t *testing.T) {
	c := &metrics.Counters{}
	c.Emit(t.Context(), metrics.Point{Name: metrics.DeliveryLatency, Value: 5}, metrics.Point{Name: metrics.DeliveryLatency, Value: 3})
	want := metrics.Total{Count: 2, Sum: 8, Max: 5}
	if got := c.Totals()[metrics.Series{Name: metrics.DeliveryLatency}]; got != want {
		t.Errorf("total = %+v, want %+v", got, want)
	}
}
