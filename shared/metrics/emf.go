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

// maxValues is how many values of one metric a document may hold.
const maxValues = 100

// EMF writes points as documents of the CloudWatch embedded metric format, one a
// line, one for each cause. A document has the dimension Service; one of a
// cause has Service alone and Service with Cause.
// See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
type EMF struct {
	namespace, service string
	now                func() time.Time

	mu sync.Mutex
	w  io.Writer
}

// NewEMF returns an emitter that writes to w, on Lambda the standard output.
func NewEMF(w io.Writer, namespace, service string, now func() time.Time) *EMF {
	return &EMF{namespace: namespace, service: service, now: now, w: w}
}

// Emit writes the points, those of the same name and cause together.
func (e *EMF) Emit(_ context.Context, points ...Point) {
	var lines []byte
	for _, group := range groups(points) {
		doc, err := json.Marshal(e.document(group))
		if err != nil {
			continue // a value that is no number; the others still count
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

// document is of points that share their cause; no metric has more than 100 values.
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

// groups sorts points by cause, adds up what counts, and cuts groups
// so that none has more than 100 values.
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

// sums reports the metrics whose values only count when added up.
func sums(n Name) bool { return n != DeliveryLatency && n != BatchFill }
