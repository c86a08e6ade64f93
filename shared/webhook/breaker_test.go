package webhook_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

var (
	rules = webhook.BreakerRules{}

	failed   = webhook.Outcome{Code: webhook.CodeHTTPStatus, Status: 503, Message: "answered 503"}
	timedOut = webhook.Outcome{Code: webhook.CodeTimeout, Message: "no answer"}
	asks     = func(d time.Duration) webhook.Outcome {
		o := failed
		o.RetryAfter = d
		return o
	}
)

func after(d time.Duration) time.Time { return start.Add(d) }

// failingRun is a run of failures that began at start, with a breaker that has been in a state
// since some time after start.
func failingRun(state webhook.BreakerState, since time.Duration) webhook.Health {
	h := webhook.Health{FailingSince: start}
	if state != webhook.BreakerClosed {
		h.Breaker = webhook.Breaker{State: state, Since: after(since), Why: "answered 503", Wrote: after(since)}
	}
	return h
}

// This covers the whole table of BreakerRules for failed attempts.
func TestFailedInEachState(t *testing.T) {
	const minute = time.Minute
	wrote := func(h webhook.Health, at ...time.Duration) webhook.Health {
		h.Breaker.Wrote = after(at[0])
		if len(at) > 1 {
			h.Breaker.WroteBefore = after(at[1])
		}
		return h
	}
	for _, c := range []struct {
		name    string
		from    webhook.Health
		o       webhook.Outcome
		began   time.Duration
		at      time.Duration
		save    bool
		confirm bool
		state   webhook.BreakerState
		since   time.Time // of the run of failures
		tell    webhook.NoticeKind
	}{
		{name: "the first failure begins a run", o: failed, began: -time.Second, save: true, since: after(-time.Second)},
		{name: "the first failure with one write left", from: wrote(webhook.Health{}, -30*time.Second), o: failed},
		{name: "another failure within the minute", from: failingRun("", 0), o: failed, began: 53 * time.Second, at: 53 * time.Second, since: start},
		{name: "the earliest first retry opens", from: failingRun("", 0), o: failed, began: 54 * time.Second, at: 54 * time.Second, save: true, confirm: true, state: "open", since: start, tell: webhook.NoticeFailing},
		{name: "an attempt that began before the run is ignored", from: failingRun("", 0), o: failed, began: -time.Second, at: 2 * minute, since: start},
		{name: "a timeout opens earlier", from: failingRun("", 0), o: timedOut, began: time.Second, at: 31 * time.Second, save: true, confirm: true, state: "open", since: start, tell: webhook.NoticeFailing},
		{name: "the first timeout does not open", o: timedOut, began: -30 * time.Second, save: true, since: after(-30 * time.Second)},
		{name: "no write left for opening", from: wrote(failingRun("", 0), 54*time.Second, 10*time.Second), o: failed, began: minute, at: minute, since: start},
		{name: "a Retry-After opens immediately", o: asks(10 * time.Second), save: true, state: "open", since: start},
		{name: "a blocked address opens nothing", from: failingRun("", 0), o: webhook.Outcome{Code: webhook.CodeBlocked}, began: 2 * minute, at: 2 * minute, since: start},
		{name: "a template that cannot be rendered opens nothing", from: failingRun("", 0), o: webhook.Outcome{Code: webhook.CodeRender}, began: 2 * minute, at: 2 * minute, since: start},
		{name: "a refused dispatch is ignored", from: failingRun("", 0), o: webhook.Outcome{Code: webhook.CodeHTTPStatus, Status: 500, Ask: webhook.AskAbort}, began: 2 * minute, at: 2 * minute, since: start},
		{name: "an internal error is ignored", o: webhook.Outcome{Code: webhook.CodeInternal}},
		{name: "a failed probe costs no write", from: wrote(webhook.Health{FailingSince: start, Notified: webhook.NoticeFailing, Breaker: failingRun("open", minute).Breaker}, minute), o: failed, began: 2 * minute, at: 2 * minute, state: "open", since: start},
		{name: "a probe sends the outstanding notice", from: failingRun("open", minute), o: failed, began: 2 * minute, at: 2*minute + time.Second, save: true, state: "open", since: start, tell: webhook.NoticeFailing},
		{name: "half-way to the pause", from: webhook.Health{FailingSince: start, Notified: webhook.NoticeFailing, Breaker: failingRun("open", minute).Breaker}, o: failed, began: 60 * time.Hour, at: 60 * time.Hour, save: true, state: "open", since: start, tell: webhook.NoticeHalfway},
		{name: "the pause", from: webhook.Health{FailingSince: start, Notified: webhook.NoticeHalfway, Breaker: failingRun("open", minute).Breaker}, o: failed, began: 120 * time.Hour, at: 120 * time.Hour, save: true, state: "open", since: start, tell: webhook.NoticePaused},
		{name: "an attempt that began before the release is ignored", from: webhook.Health{Breaker: failingRun("releasing", minute).Breaker}, o: failed, began: 30 * time.Second, at: 3 * minute, save: true, state: "releasing", since: after(30 * time.Second)},
		{name: "a failure ends the release if the log confirms it", from: webhook.Health{Breaker: failingRun("releasing", minute).Breaker}, o: failed, began: 2 * minute, at: 3 * minute, save: true, confirm: true, state: "open", since: after(2 * minute), tell: webhook.NoticeFailing},
		{name: "a Retry-After ends the release", from: webhook.Health{Breaker: failingRun("releasing", minute).Breaker}, o: asks(time.Minute), began: 2 * minute, at: 3 * minute, save: true, state: "open", since: after(2 * minute), tell: webhook.NoticeFailing},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := rules.Failed(c.from, c.o, after(c.began), after(c.at))
			if got.Save != c.save || got.Confirm != c.confirm || got.Tell != c.tell || got.Next.Breaker.State != c.state || !got.Next.FailingSince.Equal(c.since) {
				t.Errorf("save %v, confirm %v, tell %v, state %q, since %v; want %v, %v, %v, %q, %v",
					got.Save, got.Confirm, got.Tell, got.Next.Breaker.State, got.Next.FailingSince, c.save, c.confirm, c.tell, c.state, c.since)
			}
			if got.Save != (got.Next != c.from) {
				t.Errorf("save %v, but the health changes from %+v to %+v", got.Save, c.from, got.Next)
			}
			if got.Waits() != (c.state == webhook.BreakerOpen) {
				t.Errorf("waits %v in state %q", got.Waits(), c.state)
			}
		})
	}
}

func TestSucceededInEachState(t *testing.T) {
	open := failingRun("open", time.Minute)
	told := open
	told.Notified = webhook.NoticeFailing
	asked := open
	asked.Breaker.NotBefore = after(time.Hour)
	spent := open
	spent.Breaker.Wrote, spent.Breaker.WroteBefore = after(2*time.Minute), after(90*time.Second)
	one := open
	one.Breaker.Wrote = after(2 * time.Minute)
	for _, c := range []struct {
		name  string
		from  webhook.Health
		test  bool
		save  bool
		state webhook.BreakerState
		tell  webhook.NoticeKind
	}{
		{name: "healthy"},
		{name: "ends a run", from: failingRun("", 0), save: true},
		{name: "a probe's success releases", from: open, save: true, state: "releasing"},
		{name: "sends Recovered if Failing was sent", from: told, save: true, state: "releasing", tell: webhook.NoticeRecovered},
		{name: "before a Retry-After is over changes nothing", from: asked, state: "open"},
		{name: "a test's success before a Retry-After is over releases", from: asked, test: true, save: true, state: "releasing"},
		{name: "leaves a write for the next opening", from: one, state: "open"},
		{name: "a test's success uses the last write", from: one, test: true, save: true, state: "releasing"},
		{name: "no write left", from: spent, test: true, state: "open"},
		{name: "while releasing", from: webhook.Health{Breaker: failingRun("releasing", time.Minute).Breaker}, state: "releasing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := rules.Succeeded(c.from, c.test, after(2*time.Minute+10*time.Second))
			if got.Save != c.save || got.Next.Breaker.State != c.state || got.Tell != c.tell {
				t.Errorf("save %v, state %q, tell %v; want %v, %q, %v", got.Save, got.Next.Breaker.State, got.Tell, c.save, c.state, c.tell)
			}
			if c.save && got.Next.Failing() {
				t.Error("still failing")
			}
		})
	}
}

func TestConfirmed(t *testing.T) {
	closed, releasing := failingRun("", 0), failingRun("releasing", time.Minute)
	for name, c := range map[string]struct {
		h    webhook.Health
		seen webhook.Evidence
		want bool
	}{
		"nothing is known":                       {closed, webhook.Evidence{}, true},
		"one succeeded before the run":           {closed, webhook.Evidence{Succeeded: start}, true},
		"one succeeded after it had begun":       {closed, webhook.Evidence{Succeeded: after(time.Second)}, false},
		"only this one failed since the release": {releasing, webhook.Evidence{Failed: after(59 * time.Second)}, false},
		"another failed since":                   {releasing, webhook.Evidence{Failed: after(2 * time.Minute)}, true},
		"another failed, and then one succeeded": {releasing, webhook.Evidence{Failed: after(2 * time.Minute), Succeeded: after(3 * time.Minute)}, false},
		"one succeeded, and then another failed": {releasing, webhook.Evidence{Failed: after(3 * time.Minute), Succeeded: after(2 * time.Minute)}, true},
	} {
		if got := c.h.Confirmed(c.seen); got != c.want {
			t.Errorf("%s: confirmed %v, want %v", name, got, c.want)
		}
	}
	d := webhook.Dispatch{Attempts: []webhook.Attempt{
		{StartedAt: start, Duration: time.Second, Code: webhook.CodeTimeout}, {StartedAt: after(time.Minute), Duration: time.Second},
	}}
	want := webhook.Evidence{Failed: after(time.Second), Succeeded: after(61 * time.Second)}
	if diff := cmp.Diff(want, webhook.Evidence{}.With(d)); diff != "" {
		t.Error(diff)
	}
}

func TestNextProbe(t *testing.T) {
	b := webhook.Breaker{State: webhook.BreakerOpen, Since: start}
	at := start
	for n, want := range []int{1, 3, 7, 15, 31, 63, 123, 183, 243, 303} {
		at = rules.NextProbe(b, at)
		if minutes := int(at.Sub(start) / time.Minute); minutes != want {
			t.Errorf("probe %d after %d minutes, want %d", n+1, minutes, want)
		}
		if got := rules.ProbeNumber(b, at); got != n+1 {
			t.Errorf("the probe after %d minutes is number %d, want %d", want, got, n+1)
		}
	}
	if got := rules.NextProbe(b, after(100*24*time.Hour)); got.Sub(after(100*24*time.Hour)) > time.Hour || !got.After(after(100*24*time.Hour)) {
		t.Errorf("after 100 days: %v", got)
	}
	for wait, want := range map[time.Duration]time.Duration{time.Second: time.Minute, 10 * time.Minute: 10 * time.Minute, 12 * time.Hour: 12 * time.Hour} {
		b.NotBefore = after(wait)
		if got := rules.NextProbe(b, start).Sub(start); got != want {
			t.Errorf("asked to wait %v: first probe after %v, want %v", wait, got, want)
		}
	}
	b.NotBefore = after(10 * time.Minute)
	if got := rules.NextProbe(b, after(10*time.Minute)).Sub(start); got != 15*time.Minute {
		t.Errorf("after the wait: %v, want 15m", got)
	}
}

func TestPace(t *testing.T) {
	b := webhook.Breaker{State: webhook.BreakerReleasing, Since: start}
	for minute, want := range []int{60, 240, 960, 3840, 15360, 60000, 60000} {
		if got := rules.Pace(b, 0, after(time.Duration(minute)*time.Minute)); got != want {
			t.Errorf("minute %d: %d, want %d", minute, got, want)
		}
		if got := rules.Pace(b, 100, after(time.Duration(minute)*time.Minute)); got != min(want, 100) {
			t.Errorf("minute %d with a rate of 100: %d", minute, got)
		}
	}
	quick := webhook.BreakerRules{Minute: time.Second}
	if a, b := quick.Pace(b, 600, start), quick.Pace(b, 6, start); a != 10 || b != 1 {
		t.Errorf("in a minute of a second: %d of 600 and %d of 6, want 10 and 1", a, b)
	}
	b.Rate = true
	if got := rules.Pace(b, 600, start); got != 600 {
		t.Errorf("after a rate was reached: %d, want 600", got)
	}
}

func TestRetryAfterIsBoundedAndNeverShortened(t *testing.T) {
	c := rules.Failed(webhook.Health{}, asks(1500*time.Millisecond), start, start)
	if got := c.Next.Breaker.NotBefore.Sub(start); got != 1500*time.Millisecond {
		t.Errorf("not before %v", got)
	}
	c = rules.Failed(webhook.Health{}, asks(100*time.Hour), start, start)
	if got := c.Next.Breaker.NotBefore.Sub(start); got != 12*time.Hour {
		t.Errorf("not before %v, want 12 h", got)
	}
	shorter := rules.Failed(c.Next, asks(time.Hour), start, after(time.Minute))
	if shorter.Next.Breaker.NotBefore != c.Next.Breaker.NotBefore {
		t.Errorf("a shorter one changes it to %v", shorter.Next.Breaker.NotBefore)
	}
}

// Whatever an endpoint does, its health is written at most twice a minute.
func TestTwoWritesAMinute(t *testing.T) {
	h := webhook.Health{}
	var writes []time.Time
	for i := range 100_000 {
		now := start.Add(time.Duration(i) * 11 * time.Millisecond)
		var c webhook.Change
		switch i % 5 {
		case 0, 3:
			c = rules.Failed(h, failed, now, now)
		case 1:
			c = rules.Succeeded(h, false, now)
		case 2:
			c = rules.Failed(h, asks(time.Millisecond), now, now)
		default:
			c = rules.Drained(h, now)
		}
		if c.Save {
			h = c.Next
			writes = append(writes, now)
		}
	}
	for i := 2; i < len(writes); i++ {
		if writes[i].Sub(writes[i-2]) < time.Minute {
			t.Fatalf("three writes within %v", writes[i].Sub(writes[i-2]))
		}
	}
	if len(writes) < 10 {
		t.Errorf("only %d writes in 18 minutes: the write limit does not recover", len(writes))
	}
}

func TestDrainedAndResumed(t *testing.T) {
	h := failingRun("releasing", 0)
	h.Breaker.ToldAt = start
	if c := rules.Drained(h, after(2*time.Minute)); !c.Save || c.Next.Breaker.State != webhook.BreakerClosed || !c.Next.Breaker.ToldAt.Equal(start) || !c.Next.Failing() {
		t.Errorf("drained: %+v", c)
	}
	if got := rules.Resumed(h, after(time.Hour)); got.Failing() || got.Breaker.State != webhook.BreakerReleasing || !got.Breaker.ToldAt.Equal(start) {
		t.Errorf("resumed: %+v", got)
	}
	if c := rules.Exceeded(webhook.Health{}, start); !c.Save || c.Next.Breaker.State != webhook.BreakerReleasing || !c.Next.Breaker.Rate {
		t.Errorf("exceeded: %+v", c)
	}
}

func TestWaits(t *testing.T) {
	waiting, fresh := webhook.Dispatch{Status: webhook.DispatchWaiting}, webhook.Dispatch{Status: webhook.DispatchPending}
	open := webhook.Breaker{State: webhook.BreakerOpen}
	asked := webhook.Breaker{State: webhook.BreakerOpen, NotBefore: after(time.Hour)}
	releasing := webhook.Breaker{State: webhook.BreakerReleasing}
	for _, c := range []struct {
		name  string
		b     webhook.Breaker
		d     webhook.Dispatch
		probe bool
		want  bool
	}{
		{"closed", webhook.Breaker{}, fresh, false, false},
		{"open", open, fresh, false, true},
		{"open, a waiting dispatch", open, waiting, false, true},
		{"open, the probe", open, waiting, true, false},
		{"open, a probe before the Retry-After is over", asked, waiting, true, true},
		{"releasing, a new dispatch", releasing, fresh, false, true},
		{"releasing, a waiting dispatch", releasing, waiting, false, false},
	} {
		if got := c.b.Waits(c.d, c.probe, start); got != c.want {
			t.Errorf("%s: waits %v, want %v", c.name, got, c.want)
		}
	}
}
