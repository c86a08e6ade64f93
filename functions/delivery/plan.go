package delivery

import (
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// step is what to do with a message.
type step int

const (
	stepDrop    step = iota // nothing left to do
	stepWait                // the dispatch is not due
	stepEnd                 // record that it ended, without an attempt
	stepHold                // record that it is held
	stepPark                // record that it waits for its endpoint, or its turn
	stepAttempt             // send it
)

// plan is a step and its details.
type plan struct {
	step     step
	dispatch webhook.Dispatch // before the step, in the message's round
	why      string           // the cause of a drop, or the reason that an ending records
	due      time.Time        // of stepWait
}

// Causes of a drop, as used by metrics.
const (
	causeDeleted   = "integration_deleted"
	causeDisabled  = "integration_disabled"
	causeEnded     = "already_ended"
	causeOvertaken = "overtaken_by_redelivery"
	causeWaits     = "waits_already"
)

// early is how long before its due time a dispatch may be sent, because queues count in whole
// seconds.
const early = time.Second

// decide returns what to do with a message, given the stored state. No wait exceeds longest: a
// later due time was recorded before the clock was set back.
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

// inRound returns the dispatch in the message's round: the stored one, or a new one from the
// message if none is stored.
func inRound(m webhook.Message, rec webhook.Dispatch) webhook.Dispatch {
	if rec.Revision == 0 {
		return m.Dispatch()
	}
	if m.Round > rec.Round {
		rec.Round, rec.Trigger = m.Round, m.Trigger
		rec.NextAttemptAt = time.Time{}
	}
	rec.Event = m.Event // the record may lack it because of its size
	return rec
}

// testsNow reports whether d is a test that is sent regardless of the integration's status.
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
	return plan{step: stepEnd, dispatch: d, why: "the integration was disabled before the event was delivered"}
}
