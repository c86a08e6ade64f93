package node

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
)

const (
	// stalledAfter is how long messages may be ready while none is received.
	stalledAfter = 10 * time.Second

	// checkEvery is how long an answer of /readyz holds: anybody may ask, and each check waits for
	// the disk.
	checkEvery = time.Second

	checkWithin = 5 * time.Second
)

// health answers 200 for as long as the process serves.
func health(w http.ResponseWriter, _ *http.Request) { answerProbe(w, "") }

func answerProbe(w http.ResponseWriter, wrong string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	answer := map[string]string{"status": "ok"}
	if wrong != "" {
		w.WriteHeader(http.StatusServiceUnavailable)
		answer = map[string]string{"status": "unavailable", "reason": wrong}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// ready answers whether the node can accept and deliver events: 503 if its file cannot be written, if
// messages wait and none is received, or if it is stopping.
type ready struct {
	store interface {
		CheckWritable(context.Context) error
	}
	queue    interface{ Depths() []sqlitestore.Depth }
	counters *metrics.Counters
	now      func() time.Time
	stopping atomic.Bool

	mu       sync.Mutex
	checked  time.Time
	wrong    string    // the answer of that check; "" if ready
	received int       // batches, when the queue was last seen to move
	stuck    time.Time // since when it was not; zero if it moves
}

func (r *ready) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if r.stopping.Load() {
		answerProbe(w, "the node is stopping")
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.now(); r.checked.IsZero() || now.Sub(r.checked) >= checkEvery || now.Before(r.checked) {
		r.checked, r.wrong = now, r.check(req.Context(), now)
	}
	answerProbe(w, r.wrong)
}

func (r *ready) check(ctx context.Context, now time.Time) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkWithin)
	defer cancel()
	if r.store.CheckWritable(ctx) != nil {
		return "the database cannot be written: see the log, and the free space of the disk"
	}
	batches := r.counters.Totals()[metrics.Series{Name: metrics.BatchFill}].Count
	idle := false
	for _, d := range r.queue.Depths() {
		idle = idle || d.Queue != sqlitestore.Dead && d.Visible > 0 && d.InFlight == 0
	}
	switch {
	case !idle || batches != r.received:
		r.stuck = time.Time{}
	case r.stuck.IsZero():
		r.stuck = now
	}
	r.received = batches
	if !r.stuck.IsZero() && now.Sub(r.stuck) >= stalledAfter {
		return "messages are ready, but none is received: restart the node, and see its log"
	}
	return ""
}
