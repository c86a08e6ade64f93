package scale

import (
	"slices"
	"time"

	"github.com/thordata/webhook-integration/infra/stack/cost"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Result is what a scenario showed; counts are multiplied by its scale.
type Result struct {
	Scenario
	P50, P99, Longest time.Duration // of the delay of healthy integrations
	Accepted, ToDown  int
	Hidden            int // messages in flight in the busiest minute of each queue
	Concurrency       int // in the busiest ten minutes
	DownRequests      int
	Repeated          int
	Throttled         int // writes
	Lost              int // ended without being delivered, or nowhere
	Waiting           int // to be delivered later
	Use               cost.Use
}

func (m *model) result() Result {
	scaled := func(n int) int { return int(float64(n) * m.Scale) }
	r := Result{
		Scenario: m.Scenario, Accepted: scaled(m.told.accepted), ToDown: scaled(m.told.toDown), DownRequests: scaled(m.told.requests),
		Repeated: scaled(m.told.repeats), Throttled: scaled(m.store.throttled),
	}
	for _, each := range m.mappings {
		r.Hidden += int(each.queue.hidden.busiest() * m.Scale)
		r.Concurrency += int(each.slots.busiest() * m.Scale)
	}
	slices.Sort(m.told.delays)
	if n := len(m.told.delays); n > 0 {
		r.P50, r.P99, r.Longest = m.told.delays[n/2], m.told.delays[n*99/100], m.told.delays[n-1]
	}
	waiting := m.waiting()
	r.Waiting, r.Lost = scaled(waiting), scaled(len(m.told.outstanding)-waiting)
	m.use.Deliveries = m.told.accepted
	r.Use = m.use.Use
	return r
}

// waiting counts the dispatches that are not delivered, and will be attempted again.
func (m *model) waiting() (n int) {
	queued := map[string]bool{}
	for _, q := range []*queue{m.first, m.retries} {
		q.holds(func(body string) {
			if msg, err := webhook.DecodeMessage([]byte(body)); err == nil {
				queued[msg.DispatchID] = true
			}
		})
	}
	for id, ref := range m.told.outstanding {
		record := m.store.logs[ref.IntegrationID].records[id]
		switch {
		case record.Status.Ended(): // HELD and FAILED alike, for want of a person
		case queued[id], m.store.parked(record):
			n++
		}
	}
	return n
}
