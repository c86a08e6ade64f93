package delivery

import (
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// step is what to do about a message.
type step int

const (
	stepDrop    step = iota // nothing is left to do
	stepWait                // the dispatch is not due
	stepEnd                 // record that it ended, without an attempt
	stepHold                // record that it is held
	stepPark                // record that it waits for its endpoint, or its turn
	stepAttempt             // send it
)

// plan is a step with what it is about.
type plan struct {
	step     step
	dispatch webhook.Dispatch // as it stands before the step, in the message's round
	why      string           // the cause of a drop, or the reason that an ending records
	due      time.Time        // of stepWait
}

// Causes of a drop, as metrics count them.
const (
	causeDeleted   = "integration_deleted"
	causeDisabled  = "integration_disabled"
	causeEnded     = "already_ended"
	causeOvertaken = "overtaken_by_redelivery"
	causeWaits     = "waits_already"
)

// early is how long before it is due a dispatch is sent all the same: queues count
// in whole seconds.
const early = time.Second

// decide says what to do about a message, given what is stored. Nothing waits longer than
// longest: a record that says so was written before the clock was set back.
func decide(m webhook.Message, l webhook.Loaded, now time.Time, longest time.Duration) plan {
	rec := l.Dispatch
	switch {
	case l.Integration.ID == "":
		return plan{step: stepDrop, why: causeDeleted}
	case rec.Revision > 0 && m.Round < rec.Round:
		return plan{step: stepDrop, why: causeOvertaken}
	case rec.Revision > 0 && m.Round == rec.Round && rec.Status.Ended():
		return plan{step: stepDrop, why: causeEnded}
	}
	d := inRound(m, rec)
	if l.Integration.Status != webhook.Active && !testsNow(d) {
		return stopped(l.Integration, d)
	}
	if wait := d.NextAttemptAt.Sub(now); wait > early && wait <= longest {
		return plan{step: stepWait, dispatch: d, due: d.NextAttemptAt}
	}
	if b := l.Integration.Health.Breaker; !testsNow(d) && b.Waits(d, m.Probe, now) {
		if d.Status == webhook.DispatchWaiting {
			return plan{step: stepDrop, why: causeWaits}
		}
		return plan{step: stepPark, dispatch: d, why: waitsFor(b)}
	}
	return plan{step: stepAttempt, dispatch: d}
}

// inRound returns the dispatch as it stands in the message's round: what is stored,
// or what the message says if there is nothing.
func inRound(m webhook.Message, rec webhook.Dispatch) webhook.Dispatch {
	if rec.Revision == 0 {
		return m.Dispatch()
	}
	if m.Round > rec.Round {
		rec.Round, rec.Trigger = m.Round, m.Trigger
		rec.NextAttemptAt = time.Time{}
	}
	rec.Event = m.Event // the record may have been too small for it
	return rec
}

// testsNow reports a test that goes out whatever the integration's status: somebody wants to
// see whether it would work.
func testsNow(d webhook.Dispatch) bool {
	return d.Trigger == webhook.TriggerTest && d.AttemptsInRound() == 0
}

// waitsFor tells the owner of an integration why a dispatch waits.
func waitsFor(b webhook.Breaker) string {
	switch {
	case b.Rate:
		return "waits for its turn: maxPerMinute is reached"
	case b.State == webhook.BreakerReleasing:
		return "waits for its turn: the endpoint is back, and what waited goes out first"
	case !b.NotBefore.IsZero():
		return "waits until the endpoint takes requests again, as its Retry-After says: " + b.Why
	}
	return "waits until the endpoint works again: " + b.Why
}

// stopped is the plan for a dispatch whose integration is not active. A disabled
// integration ignores events, so what has no record yet gets none.
func stopped(in webhook.Integration, d webhook.Dispatch) plan {
	if in.Status == webhook.Paused && d.Status == webhook.DispatchWaiting {
		return plan{step: stepDrop, why: causeWaits} // it keeps its place until the integration is active again
	}
	if in.Status == webhook.Paused {
		return plan{step: stepHold, dispatch: d, why: "the integration is paused"}
	}
	if d.Revision == 0 {
		return plan{step: stepDrop, why: causeDisabled}
	}
	return plan{step: stepEnd, dispatch: d, why: "the integration was disabled before it could be delivered"}
}
