package webhook

import "time"

// BreakerState is a state of an integration's circuit breaker.
type BreakerState string

// The states of a breaker. An open one is half-open while a probe is under way.
const (
	BreakerClosed    BreakerState = ""          // every dispatch is attempted at once
	BreakerOpen      BreakerState = "open"      // dispatches wait; one probe at a time asks whether the endpoint is back
	BreakerReleasing BreakerState = "releasing" // what waits goes out, oldest first, faster and faster; new dispatches join the end
)

// Breaker is the circuit breaker of an integration. It is kept with the integration, which every
// delivery reads anyway, and written only when it changes, at most twice a minute whatever the
// endpoint does.
type Breaker struct {
	State     BreakerState `json:"state,omitempty"`
	Since     time.Time    `json:"since,omitzero"`     // of the state; zero if closed
	NotBefore time.Time    `json:"notBefore,omitzero"` // what a Retry-After asked for: nothing is sent earlier
	Rate      bool         `json:"rate,omitempty"`     // it releases because maxPerMinute was reached, not after a failure
	Why       string       `json:"why,omitempty"`      // the failure that opened it, for a person

	ToldAt time.Time `json:"toldAt,omitzero"` // when the last Failing notice went out; it outlives the run of failures

	Wrote       time.Time `json:"wrote,omitzero"`       // the last write of the health
	WroteBefore time.Time `json:"wroteBefore,omitzero"` // and the one before
}

// BreakerRules decide what failures and successes do to an integration's health. What is zero has
// the default that its comment names.
//
//	closed     opens when an attempt fails and none has succeeded for OpenAfter (half of that for a
//	           time-out), or when an answer has a Retry-After
//	open       releases when an attempt succeeds: a probe, a test, or one that was under way
//	releasing  opens again when an attempt fails and so did the one before; closes when nothing waits
//
// A blocked address, a template that cannot be rendered and our own errors do not open it.
type BreakerRules struct {
	Minute     time.Duration // the unit of probes, of the release and of the budget of writes; a minute
	OpenAfter  time.Duration // Minute
	PauseAfter PauseAfter    // DefaultPauseAfter
	MaxWait    time.Duration // the longest that a Retry-After counts; 12 hours
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

// Waits reports whether a dispatch has to wait for the endpoint. One that waits already is let out
// by the release, and by the probe.
func (b Breaker) Waits(d Dispatch, probe bool, now time.Time) bool {
	switch b.State {
	case BreakerOpen:
		return !probe || b.NotBefore.Sub(now) > time.Second // queues count in whole seconds
	case BreakerReleasing:
		return d.Status != DispatchWaiting
	}
	return false
}

// longestProbeWait is the longest time between two probes, in minutes.
const longestProbeWait = 60

// NextProbe returns when the first probe after a time is due: 1, 3, 7, 15, 31, 63, 123, 183, ...
// minutes after the breaker opened (waits of 1, 2, 4, 8, 16, 32, 60, 60, ... minutes), or, later or
// sooner, when the time is over for which a Retry-After asked, but not within the first minute.
// As this follows from when the breaker opened, a probe that fails costs no write.
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

// ProbeNumber counts the probes up to a time: 1 for the first.
func (r BreakerRules) ProbeNumber(b Breaker, at time.Time) int {
	n := 1
	for probe := r.NextProbe(b, b.Since); probe.Before(at); n++ {
		probe = r.NextProbe(b, probe)
	}
	return n
}

// Pace of a release.
const (
	firstPace  = 60     // dispatches in the first minute
	paceGrowth = 4      // as many times more in each of the following
	maxPace    = 60_000 // in any minute
)

// Pace returns how many waiting dispatches go out in the minute that begins at a time: 60, 240, 960,
// 3,840, 15,360, then 60,000 a minute, and never more than maxPerMinute, if that is set. After a
// limit of the rate, maxPerMinute go out from the first minute on.
func (r BreakerRules) Pace(b Breaker, maxPerMinute int, at time.Time) int {
	limit := maxPace
	if maxPerMinute > 0 {
		limit = min(maxPerMinute, maxPace)
	}
	if b.Rate {
		return limit
	}
	pace := firstPace
	for range at.Sub(b.Since) / r.withDefaults().Minute {
		if pace *= paceGrowth; pace >= limit {
			break
		}
	}
	return min(pace, limit)
}
