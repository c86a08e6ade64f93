package load

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Receiver receives webhooks on loopback and counts them.
type Receiver struct {
	URL string

	srv     *http.Server
	mu      sync.Mutex
	events  map[string]*arrived // by taskId
	total   int
	down    bool
	refused int // requests while it was down
	faults  []string
	changed chan struct{}
}

type arrived struct {
	times      []time.Time    // first arrival of each dispatch
	dispatches map[string]int // number of arrivals by dispatch id
}

// NewReceiver listens on a free port. Close stops it.
func NewReceiver() (*Receiver, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &Receiver{URL: "http://" + l.Addr().String() + "/hook", events: map[string]*arrived{}, changed: make(chan struct{}, 1)}
	r.srv = &http.Server{Handler: http.HandlerFunc(r.take), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = r.srv.Serve(l) }()
	return r, nil
}

// Close stops listening.
func (r *Receiver) Close() { _ = r.srv.Close() }

// SetDown has it answer 503 to every request, which does not count as an arrival, or work again.
func (r *Receiver) SetDown(down bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down = down
}

// Refused returns the number of requests while it was down.
func (r *Receiver) Refused() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.refused
}

func (r *Receiver) take(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the sender was killed during the request, which does not count
	}
	now := time.Now()
	task, err := taskOf(body)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		r.refused++
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if err != nil {
		r.faults = append(r.faults, err.Error())
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a := r.events[task]
	if a == nil {
		a = &arrived{dispatches: map[string]int{}}
		r.events[task] = a
	}
	dispatch := req.Header.Get("Webhook-Dispatch-Id")
	if a.dispatches[dispatch]++; a.dispatches[dispatch] == 1 {
		a.times = append(a.times, now)
	}
	r.total++
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// Books are the counts of what arrived.
type Books struct {
	Events     int      // different events
	Dispatches int      // different dispatch ids
	Arrivals   int      // webhooks, repeats included
	Strays     int      // events that arrived with more dispatch ids than they have integrations
	Faults     []string // errors in webhooks
}

// Books returns the counts for events with the given number of integrations.
func (r *Receiver) Books(integrations int) Books {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := Books{Events: len(r.events), Arrivals: r.total, Faults: append([]string(nil), r.faults...)}
	for _, a := range r.events {
		b.Dispatches += len(a.dispatches)
		if len(a.dispatches) > integrations {
			b.Strays++
		}
	}
	return b
}

// Has reports whether event n has arrived with the given number of dispatch ids.
func (r *Receiver) Has(n, integrations int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.events[TaskID(n)]
	return a != nil && len(a.dispatches) >= integrations
}

// Arrivals returns the time of the first arrival of each dispatch of event n.
func (r *Receiver) Arrivals(n int) []time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a := r.events[TaskID(n)]; a != nil {
		return slices.Clone(a.times)
	}
	return nil
}

// WaitFor waits until the given number of webhooks has arrived, including repeats.
func (r *Receiver) WaitFor(ctx context.Context, arrivals int) error {
	for {
		r.mu.Lock()
		total := r.total
		r.mu.Unlock()
		if total >= arrivals {
			return nil
		}
		select {
		case <-r.changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Reset discards all counts.
func (r *Receiver) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events, r.total, r.faults = map[string]*arrived{}, 0, nil
}
