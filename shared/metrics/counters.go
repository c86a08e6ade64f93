package metrics

import (
	"context"
	"maps"
	"sync"
)

// Counters counts metrics in memory. The zero value is ready to use.
type Counters struct {
	mu     sync.Mutex
	totals map[Series]Total
}

// Series is a metric with one of its causes. Cause "" is the whole metric.
type Series struct {
	Name  Name
	Cause string
}

// Total is the total of a series since the start.
type Total struct {
	Count int     // number of points
	Sum   float64 // sum of their values
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

// Totals returns the totals of all series.
func (c *Counters) Totals() map[Series]Total {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.totals)
}

// Count returns the sum of a metric's values for one cause, or for all if cause is "".
func (c *Counters) Count(n Name, cause string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int(c.totals[Series{n, cause}].Sum)
}
