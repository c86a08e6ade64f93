package webhook

import "time"

// BreakerState is a state of an integration's circuit breaker.
type BreakerState string

// The states of a breaker. An open breaker is half-open while a probe is in progress.
const (
	BreakerClosed    BreakerState = ""          // dispatches are attempted immediately
	BreakerOpen      BreakerState = "open"      // dispatches wait; probes, one at a time, check whether the endpoint has recovered
	BreakerReleasing BreakerState = "releasing" // waiting dispatches are sent, oldest first, at an increasing rate; new ones are added to the end
)

// Breaker is the circuit breaker of an integration. It is stored with the integration, which every
// delivery reads anyway, and written only when it changes: at most twice a minute, whatever the
// endpoint does.
type Breaker struct {
	State     BreakerState `json:"state,omitempty"`
	Since     time.Time    `json:"since,omitzero"`     // start of the state; zero if closed
	NotBefore time.Time    `json:"notBefore,omitzero"` // from a Retry-After: nothing is sent before
	Rate      bool         `json:"rate,omitempty"`     // releasing because maxPerMinute was reached, not after a failure
	Why       string       `json:"why,omitempty"`      // the failure that opened it, human-readable

	ToldAt time.Time `json:"toldAt,omitzero"` // when the last Failing notice was sent; kept when the run of failures ends

	Wrote       time.Time `json:"wrote,omitzero"`       // the last write of the health
	WroteBefore time.Time `json:"wroteBefore,omitzero"` // the write before that
}

// BreakerRules decide how failures and successes change an integration's health. Zero fields have
// the default given in their comment.
//
//	closed     opens if an attempt fails and none has succeeded for OpenAfter (half of that for a
//	           timeout), or if a response has a Retry-After
//	open       releases when an attempt succeeds: a probe, a test, or an attempt in progress
//	releasing  opens again if two attempts in a row fail; closes when nothing is waiting
//
// Blocked addresses, templates that cannot be rendered and internal errors do not open it.
type BreakerRules struct {
	Minute     time.Duration // the time unit of probes, releases and the write limit; a minute
	OpenAfter  time.Duration // Minute
	PauseAfter PauseAfter    // DefaultPauseAfter
	MaxWait    time.Duration // maximum for a Retry-After; 12 hours
}

func (r BreakerRules) withDefaults() BreakerRules {
	if r.Minute == 0 {
		r.Minute = time.Minute
	}
	if r.OpenAfter == 0 {
		r.OpenAfter = r.Minute
	}
	if r.PauseAfter == 0 {
		r.PauseAfter = DefaultPauseAfter
	}
	if r.MaxWait == 0 {
		r.MaxWait = 12 * time.Hour
	}
	return r
}

// Waits reports whether a dispatch has to wait for the endpoint. The release and the probe let
// waiting dispatches through.
func (b Breaker) Waits(d Dispatch, probe bool, now time.Time) bool {
	switch b.State {
	case BreakerOpen:
		return !probe || b.NotBefore.Sub(now) > time.Second // queues have a resolution of one second
	case BreakerReleasing:
		return d.Status != DispatchWaiting
	}
	return false
}

// longestProbeWait is the maximum time between two probes, in minutes.
const longestProbeWait = 60

// NextProbe returns when the first probe after the given time is due. Probes are due 1, 3, 7, 15,
// 31, 63, 123, 183, ... minutes after the breaker opened (waits of 1, 2, 4, 8, 16, 32, 60, 60, ...
// minutes). A Retry-After replaces this: the probe is due when it ends, but not within the first
// minute. Because the times follow from when the breaker opened, a failed probe costs no write.
func (r BreakerRules) NextProbe(b Breaker, after time.Time) time.Time {
	r = r.withDefaults()
	first := b.Since.Add(r.Minute)
	if b.NotBefore.After(after) {
		if b.NotBefore.After(first) {
			return b.NotBefore
		}
		return first
	}
	at, wait := first, 2
	for !at.After(after) {
		if wait == longestProbeWait { // from here on all waits are equal
			hour := longestProbeWait * r.Minute
			return at.Add(hour * (after.Sub(at)/hour + 1))
		}
		at = at.Add(time.Duration(wait) * r.Minute)
		wait = min(2*wait, longestProbeWait)
	}
	return at
}

// ProbeNumber returns the number of the probe at the given time, 1 for the first.
func (r BreakerRules) ProbeNumber(b Breaker, at time.Time) int {
	n := 1
	for probe := r.NextProbe(b, b.Since); probe.Before(at); n++ {
		probe = r.NextProbe(b, probe)
	}
	return n
}

// The pace of a release.
const (
	firstPace  = 60     // dispatches in the first minute
	paceGrowth = 4      // factor for each following minute
	maxPace    = 60_000 // in any minute
)

// Pace returns how many waiting dispatches are sent in the minute that begins at the given time:
// 60, 240, 960, 3,840, 15,360, then 60,000, and never more than maxPerMinute, if that is set. If
// the breaker releases because maxPerMinute was reached, the pace is maxPerMinute from the start.
func (r BreakerRules) Pace(b Breaker, maxPerMinute int, at time.Time) int {
	r = r.withDefaults()
	limit := maxPace
	if maxPerMinute > 0 { // requests in a minute of the clock, whatever a minute is here
		limit = min(max(int(time.Duration(maxPerMinute)*r.Minute/time.Minute), 1), maxPace)
	}
	if b.Rate {
		return limit
	}
	pace := firstPace
	for range at.Sub(b.Since) / r.Minute {
		if pace *= paceGrowth; pace >= limit {
			break
		}
	}
	return min(pace, limit)
}
