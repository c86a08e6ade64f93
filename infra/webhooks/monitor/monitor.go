// Package monitor serves the metrics of a node in Prometheus' format: what the functions count, the depths
// of the queues, the states of breakers, and figures of SQLite, Go and the process. No label has values that
// a user can choose.
package monitor

import (
	"context"
	"net/http"
	"strings"
	"unicode"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/thordata/webhook-integration/shared/metrics"
)

// Monitor counts metrics. It is safe for concurrent use.
type Monitor struct {
	registry *prometheus.Registry
	counters map[metrics.Name]*prometheus.CounterVec
	latency  prometheus.Histogram
	fill     prometheus.Histogram
	overdue  prometheus.Gauge
}

// New returns a monitor that also asks for the state of what it is given at each scrape.
func New(queue Queue, store Store) *Monitor {
	m := &Monitor{
		registry: prometheus.NewRegistry(),
		counters: map[metrics.Name]*prometheus.CounterVec{},
		latency: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "webhooks_delivery_latency_seconds", Help: "Time from an event's acceptance to its delivery.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 86400},
		}),
		fill: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "webhooks_batch_messages", Help: "Messages that a worker received at once.", Buckets: []float64{1, 2, 5, 10},
		}),
		overdue: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "webhooks_overdue_seconds", Help: "How late the latest tick came to the earliest entry of the due index.",
		}),
	}
	m.registry.MustRegister(m.latency, m.fill, m.overdue,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &state{queue, store})
	for _, n := range metrics.Names() {
		if !m.distribution(n) {
			c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: counterName(n), Help: help(n)}, []string{"cause"})
			m.counters[n] = c
			m.registry.MustRegister(c)
		}
	}
	return m
}

// distribution reports whether a metric is no counter.
func (m *Monitor) distribution(n metrics.Name) bool {
	return n == metrics.DeliveryLatency || n == metrics.BatchFill || n == metrics.OverdueSeconds
}

// counterName returns the name of a counter: webhooks_breaker_opened_total of BreakerOpened.
func counterName(n metrics.Name) string {
	var s strings.Builder
	s.WriteString("webhooks")
	for _, r := range string(n) {
		if unicode.IsUpper(r) {
			s.WriteByte('_')
		}
		s.WriteRune(unicode.ToLower(r))
	}
	return s.String() + "_total"
}

func help(n metrics.Name) string {
	text := n.Description()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// Emit counts the points. Causes are a few constants.
func (m *Monitor) Emit(_ context.Context, points ...metrics.Point) {
	for _, p := range points {
		switch p.Name {
		case metrics.DeliveryLatency:
			m.latency.Observe(p.Value / 1000)
		case metrics.BatchFill:
			m.fill.Observe(p.Value)
		case metrics.OverdueSeconds:
			m.overdue.Set(p.Value)
		default:
			if c := m.counters[p.Name]; c != nil {
				c.WithLabelValues(p.Cause).Add(p.Value)
			}
		}
	}
}

// Handler serves the metrics.
func (m *Monitor) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}
