package node

import (
	"encoding/json"
	"net/http"

	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
)

// parts are what the node serves.
type parts struct {
	api, bus, inboxes, status http.Handler
}

// routes lists what is where. Inboxes are strangers' endpoints: whatever they
// are sent is theirs to show, so they take requests from anywhere that may reach the node.
func routes(p parts) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", noWebhooks(p.api))
	mux.Handle("POST /{$}", noWebhooks(p.bus))
	mux.Handle("GET /{$}", http.RedirectHandler("/console", http.StatusFound))
	mux.Handle("/inbox/", p.inboxes)
	mux.Handle("GET /status", p.status)
	return guard(mux)
}

// status tells how the node is doing.
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

// depth is how many messages a queue holds.
type depth struct {
	Ready    int `json:"ready"`    // can be delivered
	InFlight int `json:"inFlight"` // being delivered
	Waiting  int `json:"waiting"`  // for the time of their next attempt
}
