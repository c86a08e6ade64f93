package scale

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/infra/stack"
	"github.com/thordata/webhook-integration/infra/stack/cost"
)

// table returns the results as a Markdown table.
func table(results []Result, p stack.Prices) string {
	var b strings.Builder
	burst := results[len(results)-1]
	fmt.Fprintf(&b, "Scaled down %.0f times, events for %v, endpoints down for %v; the last three rows are not scaled down, with events for %v.\n\n",
		results[0].Scale, results[0].Traffic, results[0].Back-results[0].Down, burst.Traffic)
	b.WriteString("| | healthy: p50 | p99 | longest | hidden | concurrent | requests while down | repeated | throttled | lost | to come | $ a million | down: times a good one |\n")
	b.WriteString("|---" + strings.Repeat("|---:", 12) + "|\n")
	for _, r := range results {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %d | %s | %d | %d | %d | %d | %.2f | %s |\n", r.Name, short(r.P50), short(r.P99), short(r.Longest),
			r.Hidden, r.Concurrency, r.perDown(float64(r.DownRequests)/float64(max(r.ToDown, 1))), r.Repeated, r.Throttled, r.Lost, r.Waiting,
			r.dollars(p), r.perDown(timesGood(r, results[0], p)))
	}
	b.WriteString(`
The delay is from acceptance to the request's arrival. Hidden messages are those of both queues in their
busiest minute, concurrency that of both mappings in their busiest ten. Requests are for each dispatch to an
endpoint that goes down.
`)
	return b.String()
}

// perDown formats a figure about endpoints that go down, if there are any.
func (r Result) perDown(n float64) string {
	if r.ToDown == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", n)
}

// short rounds a duration for a person.
func short(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}

// dollars is the cost of a million dispatches.
func (r Result) dollars(p stack.Prices) float64 { return cost.Total(r.Use.Bill(p)) }

// timesGood returns how many times the cost of a good dispatch one to an endpoint that is down costs.
func timesGood(r, good Result, p stack.Prices) float64 {
	if r.ToDown == 0 {
		return 1
	}
	each := good.dollars(p)
	return (r.dollars(p)*float64(r.Accepted) - each*float64(r.Accepted-r.ToDown)) / float64(r.ToDown) / each
}

// The targets.
const (
	mostDelay  = 1.2 // times the p99 with healthy endpoints only
	mostNextTo = 1.3 // times that p99, next to an integration with a maxPerMinute
	mostHidden = 60_000
	mostCost   = 2.5 // times the cost of a good dispatch, while many endpoints are down
	many       = 10  // percent of the traffic
)

// judge writes a line for each target, and returns an error if one is missed.
func judge(w io.Writer, results []Result, p stack.Prices) error {
	good, missed := results[0], 0
	for _, r := range results[1:] {
		delay := mostDelay
		if r.PerMinute > 0 {
			delay = mostNextTo
		}
		if r.Scale == 1 && r.Burst == 0 {
			good = r // of those that are not scaled down
		}
		for _, target := range []struct {
			what      string
			got, most float64
			ok        bool
		}{
			{"p99 of healthy integrations, times that with healthy endpoints only", float64(r.P99) / float64(good.P99), delay, r.Burst == 0 || r.PerMinute > 0},
			{"hidden messages", float64(r.Hidden), mostHidden, true},
			{"cost of a dispatch to an endpoint that is down, times a good one's", timesGood(r, good, p), mostCost, r.Dead+r.Hanging >= many},
			{"lost", float64(r.Lost), 0, true},
			{"repeated", float64(r.Repeated), 0, true},
		} {
			if !target.ok {
				continue
			}
			word := "met   "
			if target.got > target.most {
				word = "MISSED"
				missed++
			}
			fmt.Fprintf(w, "%s %s: %s %.4g, at most %.4g\n", word, r.Name, target.what, target.got, target.most)
		}
	}
	if missed > 0 {
		return errors.New("a target is missed")
	}
	return nil
}
