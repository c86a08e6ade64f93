package monitor

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/thordata/webhook-integration/shared/sqlitestore"
)

// Queue has messages.
type Queue interface{ Depths() []sqlitestore.Depth }

// Store is the node's file.
type Store interface {
	Stats() (sqlitestore.Stats, error)
}

var (
	depthDesc = prometheus.NewDesc("webhooks_queue_messages",
		"Messages in a queue: ready to be received, in flight, or waiting until they are due.", []string{"queue", "state"}, nil)
	breakerDesc = prometheus.NewDesc("webhooks_integrations",
		"Integrations by the state of their circuit breaker.", []string{"breaker"}, nil)
	fileDesc = prometheus.NewDesc("webhooks_sqlite_file_bytes", "Size of the database file.", nil, nil)
	walDesc  = prometheus.NewDesc("webhooks_sqlite_wal_bytes", "Size of the write-ahead log.", nil, nil)
	freeDesc = prometheus.NewDesc("webhooks_sqlite_free_bytes", "Size of the pages of the database file that are free.", nil, nil)
)

// state collects what is asked for at each scrape.
type state struct {
	queue Queue
	store Store
}

// Describe implements prometheus.Collector.
func (s *state) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{depthDesc, breakerDesc, fileDesc, walDesc, freeDesc} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (s *state) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for _, d := range s.queue.Depths() {
		gauge(depthDesc, float64(d.Visible), d.Queue, "ready")
		gauge(depthDesc, float64(d.InFlight), d.Queue, "in_flight")
		gauge(depthDesc, float64(d.Waiting), d.Queue, "waiting")
	}
	stats, err := s.store.Stats()
	if err != nil {
		out <- prometheus.NewInvalidMetric(fileDesc, err)
		return
	}
	gauge(breakerDesc, float64(stats.Closed), "closed")
	gauge(breakerDesc, float64(stats.Open), "open")
	gauge(breakerDesc, float64(stats.Releasing), "releasing")
	gauge(fileDesc, float64(stats.FileBytes))
	gauge(walDesc, float64(stats.WALBytes))
	gauge(freeDesc, float64(stats.FreeBytes))
}
