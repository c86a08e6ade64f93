package metrics

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"slices"
	"sync"
	"time"
)

// maxValues is the format's maximum number of values per metric in a document.
const maxValues = 100

// EMF writes points in the CloudWatch embedded metric format: one JSON document per line and cause.
// A document has the dimension Service; with a cause, it also has Service and Cause. See
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
type EMF struct {
	namespace, service string
	now                func() time.Time

	mu sync.Mutex
	w  io.Writer
}

// NewEMF returns an EMF that writes to w, which on Lambda is the standard output.
func NewEMF(w io.Writer, namespace, service string, now func() time.Time) *EMF {
	return &EMF{namespace: namespace, service: service, now: now, w: w}
}

// Emit writes the points. Points with the same name and cause share a document.
func (e *EMF) Emit(_ context.Context, points ...Point) {
	var lines []byte
	for _, group := range groups(points) {
		doc, err := json.Marshal(e.document(group))
		if err != nil {
			continue // the value is not a number; write the others
		}
		lines = append(append(lines, doc...), '\n')
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	_, _ = e.w.Write(lines)
}

type (
	directive struct {
		Namespace  string     `json:"Namespace"`
		Dimensions [][]string `json:"Dimensions"`
		Metrics    []metric   `json:"Metrics"`
	}
	metric struct {
		Name string `json:"Name"`
		Unit string `json:"Unit"`
	}
)

// document returns the document of points with the same cause and at most 100 values per metric.
func (e *EMF) document(points []Point) map[string]any {
	doc := map[string]any{"Service": e.service}
	dimensions := [][]string{{"Service"}}
	if cause := points[0].Cause; cause != "" {
		doc["Cause"] = cause
		dimensions = append(dimensions, []string{"Service", "Cause"})
	}
	var named []metric
	values := map[Name][]float64{}
	for _, p := range points {
		if len(values[p.Name]) == 0 {
			named = append(named, metric{string(p.Name), p.Name.unit()})
		}
		values[p.Name] = append(values[p.Name], p.Value)
	}
	for name, v := range values {
		if len(v) == 1 {
			doc[string(name)] = v[0]
		} else {
			doc[string(name)] = v
		}
	}
	doc["_aws"] = map[string]any{
		"Timestamp":         e.now().UnixMilli(),
		"CloudWatchMetrics": []directive{{e.namespace, dimensions, named}},
	}
	return doc
}

// groups groups points by cause, sums up counts, and splits groups with more than 100 values.
func groups(points []Point) [][]Point {
	points = slices.Clone(points)
	slices.SortStableFunc(points, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Name, b.Name))
	})
	var out [][]Point
	for _, p := range points {
		last := len(out) - 1
		switch {
		case last < 0 || out[last][0].Cause != p.Cause || len(out[last]) == maxValues:
			out = append(out, []Point{p})
		case sums(p.Name) && out[last][len(out[last])-1].Name == p.Name:
			out[last][len(out[last])-1].Value += p.Value
		default:
			out[last] = append(out[last], p)
		}
	}
	return out
}

// sums reports whether only the sum of a metric's values matters.
func sums(n Name) bool { return n != DeliveryLatency && n != BatchFill }
