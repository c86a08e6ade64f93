package scale

import (
	"sync"
	"time"
)

// capacity is how much the partitions of a table take: so many write units a second for each key.
type capacity struct {
	perSecond float64
	most      float64 // what may be taken at once

	mu   sync.Mutex
	left map[string]*budget
}

type budget struct {
	units float64
	at    time.Time
}

// newCapacity returns the capacity of partitions that are not used for longer than a moment: scaled down,
// a moment is longer, as a limit of few units holds on average over a window.
func newCapacity(perSecond float64) *capacity {
	most := perSecond
	if perSecond < partitionUnits {
		most = max(perSecond*window.Seconds(), 1)
	}
	return &capacity{perSecond: perSecond, most: most, left: map[string]*budget{}}
}

// take reports whether a partition takes one more unit now.
func (c *capacity) take(partition string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	b := c.left[partition]
	if b == nil {
		b = &budget{units: c.most, at: now}
		c.left[partition] = b
	}
	b.units = min(b.units+now.Sub(b.at).Seconds()*c.perSecond, c.most)
	b.at = now
	if b.units < 1 {
		return false
	}
	b.units--
	return true
}
