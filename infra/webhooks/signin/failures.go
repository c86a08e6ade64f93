package signin

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/thordata/webhook-integration/infra/webhooks/edge"
)

const (
	failuresAtOnce = 20              // failed sign-ins of an address that has had none for a while
	failureEvery   = 3 * time.Second // and how often it may fail after that
	maxAddresses   = 10_000          // with failures; beyond these, arbitrary ones are forgotten
)

// Failures limits failed sign-ins for each address, of IPv6 for each /64 network. An address that
// has failed 20 times is refused, and may fail again every 3 s. Successful sign-ins do not count.
// It is safe for concurrent use.
type Failures struct {
	now  func() time.Time
	mu   sync.Mutex
	from map[netip.Prefix]*rate.Limiter
}

// NewFailures returns an empty limit.
func NewFailures(now func() time.Time) *Failures {
	return &Failures{now: now, from: map[netip.Prefix]*rate.Limiter{}}
}

// Wait returns how long the address must wait before it may try again, 0 if it need not wait.
func (f *Failures) Wait(address netip.Addr) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.from[edge.Network(address)]
	if l == nil {
		return 0
	}
	missing := 1 - l.TokensAt(f.now())
	return max(0, time.Duration(missing*float64(failureEvery)))
}

// Count counts a failed sign-in.
func (f *Failures) Count(address netip.Addr) {
	f.mu.Lock()
	defer f.mu.Unlock()
	from := edge.Network(address)
	l := f.from[from]
	if l == nil {
		f.makeRoom()
		l = rate.NewLimiter(rate.Every(failureEvery), failuresAtOnce)
		f.from[from] = l
	}
	l.AllowN(f.now(), 1)
}

// makeRoom forgets addresses whose failures are over, and one more if there are too many.
func (f *Failures) makeRoom() {
	if len(f.from) < maxAddresses {
		return
	}
	now, left := f.now(), 100 // looked at
	for a, l := range f.from {
		if left--; left < 0 || l.TokensAt(now) >= failuresAtOnce {
			delete(f.from, a)
		}
		if left < 0 {
			return
		}
	}
}
