package keys

import (
	"sync"
	"time"
)

// recordEvery is the precision of a key's last use.
const recordEvery = time.Minute

// uses remembers when the use of each key was last recorded. It holds one entry for each key that
// was used since the start.
type uses struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// due reports whether a use at now must be recorded, and assumes that the caller records it.
func (u *uses) due(id string, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if last, ok := u.last[id]; ok && now.Sub(last) < recordEvery {
		return false
	}
	u.last[id] = now
	return true
}
