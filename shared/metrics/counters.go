package metrics

import (
	"context"
	"maps"
	"sync"
)

// Counters counts in memory. The zero value is ready.
type Counters struct {
	mu     sync.Mutex
	totals map[Series]Total
}

// Series is a metric, or one cause of it; Cause "" is the metric as a whole.
type Series struct {
	Name  Name
	Cause string
}

// Total is what was counted of a series since the start.
type Total struct {
	Count int     // points
	Sum   float64 // of their values
	Max   float64
}

// Emit counts the points.
func (c *Counters) Emit(_ context.Context, points ...Point) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.totals == nil {
		c.totals = make(map[Series]Total)
	}
	for _, p := range points {
		c.add(Series{Name: p.Name}, p.Value)
		if p.Cause != "" {
			c.add(Series{p.Name, p.Cause}, p.Value)
		}
	}
}

func (c *Counters) add(s Series, value float64) {
	t := c.totals[s]
	c.totals[s] = Total{Count: t.Count + 1, Sum: t.Sum + value, Max: max(t.Max, value)}
}

// Totals returns what has been counted so far.
func (c *Counters) Totals() map[Series]Total {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.totals)
}

// Count returns the sum of a metric's values, of one cause or, with "", of all.
func (c *Counters) Count(n Name, cause string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int(c.totals[Series{n, cause}].Sum)
}
