package egress

import (
	"sync"
	"time"
)

const (
	rememberFor   = time.Hour
	maxRemembered = 1000 // hosts
)

// remembered is a set of hosts. Each stays in it for an hour after it was last added. It holds at
// most 1,000 hosts; then an arbitrary one is dropped for a new one. It is safe for concurrent use.
type remembered struct {
	now func() time.Time

	mu    sync.RWMutex
	until map[string]time.Time
}

func newRemembered(now func() time.Time) *remembered {
	return &remembered{now: now, until: map[string]time.Time{}}
}

func (r *remembered) add(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.until[host]; !known && len(r.until) >= maxRemembered {
		r.makeRoom()
	}
	r.until[host] = r.now().Add(rememberFor)
}

// makeRoom drops the expired hosts, or else an arbitrary one.
func (r *remembered) makeRoom() {
	now := r.now()
	last := ""
	for host, until := range r.until {
		if last = host; !until.After(now) {
			delete(r.until, host)
		}
	}
	if len(r.until) >= maxRemembered {
		delete(r.until, last)
	}
}

func (r *remembered) has(host string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	until, ok := r.until[host]
	return ok && r.now().Before(until)
}
