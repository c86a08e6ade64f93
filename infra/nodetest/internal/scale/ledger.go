package scale

import (
	"net/http"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// ledger counts what became of the dispatches.
type ledger struct {
	mu          sync.Mutex
	outstanding map[string]webhook.Ref // accepted, and not delivered yet
	accepted    int
	toDown      int // accepted for an endpoint that is down sooner or later
	requests    int // to endpoints while they were down
	delivers    int
	repeats     int
	delays      []time.Duration // of healthy integrations, from acceptance to the request
}

func (l *ledger) accept(m webhook.Message, of kind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.accepted++
	if of == dead || of == hanging {
		l.toDown++
	}
	l.outstanding[m.DispatchID] = m.Ref
}

// request takes a request when it reaches an endpoint.
func (l *ledger) request(of kind, req *http.Request, down bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if of != healthy {
		if down {
			l.requests++
		}
		return
	}
	if accepted, err := time.Parse(time.RFC3339Nano, req.Header.Get(acceptedHeader)); err == nil {
		l.delays = append(l.delays, time.Since(accepted))
	}
}

// delivered takes the answer that a dispatch was received.
func (l *ledger) delivered(_ kind, req *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := req.Header.Get(header)
	if _, first := l.outstanding[id]; !first {
		l.repeats++
		return
	}
	l.delivers++
	delete(l.outstanding, id)
}
