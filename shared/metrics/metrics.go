// Package metrics counts what operators monitor. On AWS it writes the embedded metric format, which
// CloudWatch converts to metrics; on the node it counts in memory.
package metrics

import "context"

// Name is the name of a metric.
type Name string

// The metrics of the system; Description says what each is.
const (
	Dispatched      Name = "Dispatched"
	Filtered        Name = "Filtered"
	FilterFaults    Name = "FilterFaults"
	EventsDropped   Name = "EventsDropped"
	Delivered       Name = "Delivered"
	Failed          Name = "Failed"
	Retried         Name = "Retried"
	Held            Name = "Held"
	Parked          Name = "Parked"
	Released        Name = "Released"
	OverdueSeconds  Name = "OverdueSeconds"
	BreakerOpened   Name = "BreakerOpened"
	Dropped         Name = "Dropped"
	Poison          Name = "Poison"
	RenderFaults    Name = "RenderFaults"
	DeliveryLatency Name = "DeliveryLatency"
	BatchFill       Name = "BatchFill"
)

// descriptions lists every metric with what it counts.
var descriptions = []struct {
	name Name
	text string
}{
	{Dispatched, "messages sent by the fanout function"},
	{Filtered, "events that an integration's filter did not want, once for each integration"},
	{FilterFaults, "events with a stored filter that is not valid"},
	{EventsDropped, "events that are malformed or of an unknown type"},
	{Delivered, "dispatches that were delivered"},
	{Failed, "dispatches given up, by cause"},
	{Retried, "failed attempts that will be retried"},
	{Held, "dispatches held for a paused integration"},
	{Parked, "dispatches recorded as waiting for their endpoint or their turn"},
	{Released, "dispatches that a tick queued again"},
	{OverdueSeconds, "how late a tick came to the earliest entry of the due index"},
	{BreakerOpened, "times an endpoint was found to be down"},
	{Dropped, "messages that needed no action, by cause"},
	{Poison, "messages that cannot be decoded"},
	{RenderFaults, "events with which a template could not be rendered"},
	{DeliveryLatency, "milliseconds from acceptance to delivery"},
	{BatchFill, "messages in a batch"},
}

// Names returns all of them.
func Names() []Name {
	names := make([]Name, len(descriptions))
	for i, d := range descriptions {
		names[i] = d.name
	}
	return names
}

// Description says what the metric is, for people.
func (n Name) Description() string {
	for _, d := range descriptions {
		if d.name == n {
			return d.text
		}
	}
	return string(n)
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

// All emits points to several emitters.
type All []Emitter

// Emit emits the points to each.
func (a All) Emit(ctx context.Context, points ...Point) {
	for _, e := range a {
		e.Emit(ctx, points...)
	}
}
