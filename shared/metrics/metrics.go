// Package metrics counts what operators watch. On AWS it writes the embedded
// metric format, which CloudWatch turns into metrics; on the node it counts in
// memory.
package metrics

import "context"

// Name is what is counted.
type Name string

// The metrics of the system.
const (
	Dispatched      Name = "Dispatched"      // messages that a fan-out sent
	EventsDropped   Name = "EventsDropped"   // events that no integration can ask for, or that are malformed
	Delivered       Name = "Delivered"       // dispatches that a receiver took
	Failed          Name = "Failed"          // dispatches given up, by cause
	Retried         Name = "Retried"         // attempts that another one follows
	Held            Name = "Held"            // dispatches held for a paused integration
	Parked          Name = "Parked"          // dispatches recorded as waiting for their endpoint or their turn
	Released        Name = "Released"        // dispatches that a tick queued again
	BreakerOpened   Name = "BreakerOpened"   // endpoints that were found to be down
	Dropped         Name = "Dropped"         // messages that there was nothing to do about, by cause
	Poison          Name = "Poison"          // messages that cannot be understood
	RenderFaults    Name = "RenderFaults"    // events over which a template could not be rendered
	DeliveryLatency Name = "DeliveryLatency" // milliseconds from acceptance to delivery
	BatchFill       Name = "BatchFill"       // messages in a batch
)

// unit is the metric's unit as CloudWatch spells it.
func (n Name) unit() string {
	if n == DeliveryLatency {
		return "Milliseconds"
	}
	return "Count"
}

// Point is one measured value. Cause refines it: one of few words of the code's
// own, never what a user wrote.
type Point struct {
	Name  Name
	Value float64
	Cause string
}

// Count returns a point that counts one.
func Count(n Name) Point { return Point{Name: n, Value: 1} }

// Because returns a point that counts one with its cause.
func Because(n Name, cause string) Point { return Point{Name: n, Value: 1, Cause: cause} }

// Emitter takes points, as many at once as there are. Implementations are safe for
// concurrent use; a fault of theirs never stops the work that is measured.
type Emitter interface {
	Emit(ctx context.Context, points ...Point)
}
