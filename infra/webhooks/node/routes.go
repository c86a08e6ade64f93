package node

import (
	"encoding/json"
	"net/http"

	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
)

// parts are the handlers that the node serves.
type parts struct {
	api, bus, inboxes, status, metrics, ready http.Handler
}

// routes returns the node's mux. Inboxes act as external endpoints: they accept requests from any
// origin.
func routes(p parts) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", noWebhooks(p.api))
	mux.Handle("POST /{$}", noWebhooks(p.bus))
	mux.Handle("GET /{$}", http.RedirectHandler("/console", http.StatusFound))
	mux.Handle("/inbox/", p.inboxes)
	mux.Handle("GET /status", p.status)
	mux.Handle("GET /metrics", p.metrics)
	mux.Handle("GET /readyz", p.ready)
	mux.HandleFunc("GET /healthz", health)
	return mux
}

// Operation serves /metrics, /healthz and /readyz, for an address that only operators can reach.
func (n *Node) Operation() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", n.monitor.Handler())
	mux.Handle("GET /readyz", n.ready)
	mux.HandleFunc("GET /healthz", health)
	return mux
}

// status serves the sizes of the node's queues.
type status struct {
	queue    *sqlitestore.Queue
	counters *metrics.Counters
}

func (s *status) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	counts := map[string]float64{}
	for series, total := range s.counters.Totals() {
		name := string(series.Name)
		if series.Cause != "" {
			name += "." + series.Cause
		}
		counts[name] = total.Sum
	}
	queues := map[string]depth{}
	for _, d := range s.queue.Depths() {
		queues[d.Queue] = depth{Ready: d.Visible, InFlight: d.InFlight, Waiting: d.Waiting}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]any{"queues": queues, "sinceStart": counts})
}

// depth is the number of messages in a queue.
type depth struct {
	Ready    int `json:"ready"`    // due
	InFlight int `json:"inFlight"` // being delivered
	Waiting  int `json:"waiting"`  // not yet due
}
