// Package metrics counts what operators monitor. On AWS it writes the embedded metric format, which
// CloudWatch converts to metrics; on the node it counts in memory.
package metrics

import "context"

// Name is the name of a metric.
type Name string

// The metrics of the system.
const (
	Dispatched      Name = "Dispatched"      // messages sent by the fanout function
	Filtered        Name = "Filtered"        // events that an integration's filter did not want, once for each integration
	FilterFaults    Name = "FilterFaults"    // events with a stored filter that is not valid
	EventsDropped   Name = "EventsDropped"   // events that are malformed or of an unknown type
	Delivered       Name = "Delivered"       // dispatches that were delivered
	Failed          Name = "Failed"          // dispatches given up, by cause
	Retried         Name = "Retried"         // failed attempts that will be retried
	Held            Name = "Held"            // dispatches held for a paused integration
	Parked          Name = "Parked"          // dispatches recorded as waiting for their endpoint or their turn
	Released        Name = "Released"        // dispatches that a tick queued again
	OverdueSeconds  Name = "OverdueSeconds"  // how late a tick came to the earliest entry of the due index
	BreakerOpened   Name = "BreakerOpened"   // times an endpoint was found to be down
	Dropped         Name = "Dropped"         // messages that needed no action, by cause
	Poison          Name = "Poison"          // messages that cannot be decoded
	RenderFaults    Name = "RenderFaults"    // events with which a template could not be rendered
	DeliveryLatency Name = "DeliveryLatency" // milliseconds from acceptance to delivery
	BatchFill       Name = "BatchFill"       // messages in a batch
)

// Names returns all of them.
func Names() []Name {
	return []Name{
		Dispatched, Filtered, FilterFaults, EventsDropped, Delivered, Failed, Retried, Held, Parked, Released, OverdueSeconds, BreakerOpened,
		Dropped, Poison, RenderFaults, DeliveryLatency, BatchFill,
	}
}

// unit is the metric's CloudWatch unit.
func (n Name) unit() string {
	switch n {
	case DeliveryLatency:
		return "Milliseconds"
	case OverdueSeconds:
		return "Seconds"
	}
	return "Count"
}

// Point is one measured value. Cause is a subdivision of the metric: one of a few constants, never
// user input.
type Point struct {
	Name  Name
	Value float64
	Cause string
}

// Count returns a point of value 1.
func Count(n Name) Point { return Point{Name: n, Value: 1} }

// Because returns a point of value 1 with a cause.
func Because(n Name, cause string) Point { return Point{Name: n, Value: 1, Cause: cause} }

// Emitter records points. Implementations are safe for concurrent use. Their errors never affect
// the measured work.
type Emitter interface {
	Emit(ctx context.Context, points ...Point)
}
