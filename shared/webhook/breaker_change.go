package webhook

import "time"

// Change is what an outcome, or a person, does to the health of an integration.
type Change struct {
	Next Health
	Save bool // Next differs from what is stored, and there is a write left for it

	// Confirm says that Next counts only if Confirmed says so of what the log shows: successes are
	// not all written down with the health. Otherwise the change is that of Refuted.
	Confirm bool

	// Tell is the notice that is due with the change, and NoticeNone most of the time. Next holds
	// that it was told. With NoticePaused the integration is to be paused.
	Tell NoticeKind
}

// Waits reports whether the change leaves the endpoint open, so that what has failed waits for it
// without having spent an attempt.
func (c Change) Waits() bool { return c.Next.Breaker.State == BreakerOpen }

// writesPerMinute bounds how often health is written. A change leaves one write for the opening of
// the breaker, which must not be held up.
const writesPerMinute = 2

// left returns how many writes the minute before now has left.
func (r BreakerRules) left(b Breaker, now time.Time) int {
	left := writesPerMinute
	for _, at := range [...]time.Time{b.Wrote, b.WroteBefore} {
		if age := now.Sub(at); age >= 0 && age < r.Minute {
			left--
		}
	}
	return left
}

// write returns the change to next if the budget has more writes than are to be spared.
func (r BreakerRules) write(from, next Health, spare int, now time.Time) Change {
	if r.left(from.Breaker, now) <= spare {
		return Change{Next: from}
	}
	next.Breaker.Wrote, next.Breaker.WroteBefore = toMillis(now), from.Breaker.Wrote
	return Change{Next: next, Save: true}
}

func toMillis(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Failed returns what a failed attempt, begun at a time and no test, does.
func (r BreakerRules) Failed(h Health, o Outcome, began, now time.Time) Change {
	r = r.withDefaults()
	endpoint := !o.Code.final()
	switch {
	case o.Code == CodeInternal:
		return Change{Next: h}
	case endpoint && o.RetryAfter > 0:
		return r.askedToWait(h, o, began, now)
	case h.Breaker.State == BreakerOpen:
		return r.stage(h, Change{Next: h}, now)
	case endpoint && h.Breaker.State == BreakerReleasing && !began.Before(h.Breaker.Since):
		return r.reopen(h, o, began, now)
	case !h.Failing() || h.Notified == NoticePaused: // after a pause that a person ended, the time starts again
		return r.restart(h, began, now)
	case endpoint && !began.Before(h.FailingSince) && now.Sub(h.FailingSince) >= r.patience(o):
		return r.open(h, opened(h, o.Message, now), now)
	}
	return r.stage(h, Change{Next: h}, now)
}

// patience is how long a run of failures lasts before it opens the breaker: a tenth less than the
// rule says, so that a first retry, which may come that early, finds it open. A time-out has lasted
// for half a minute itself, and another one like it is to be avoided.
func (r BreakerRules) patience(o Outcome) time.Duration {
	if o.Code == CodeTimeout {
		return r.OpenAfter * 9 / 20
	}
	return r.OpenAfter * 9 / 10
}

func opened(h Health, why string, now time.Time) Health {
	h.Breaker.State, h.Breaker.Since, h.Breaker.Rate = BreakerOpen, toMillis(now), false
	h.Breaker.Why = why
	return h
}

// open is the change to an open breaker, if the log confirms it.
func (r BreakerRules) open(h, next Health, now time.Time) Change {
	c := r.write(h, next, 0, now)
	c.Confirm = c.Save
	return r.stage(h, c, now)
}

// reopen ends a release, if the log confirms it.
func (r BreakerRules) reopen(h Health, o Outcome, began, now time.Time) Change {
	next := opened(h, o.Message, now)
	if !h.Failing() {
		next.FailingSince, next.Notified = toMillis(began), NoticeNone
	}
	return r.open(h, next, now)
}

// Evidence is what the log shows of other dispatches of the integration: when the last one of
// some succeeded, and when the last attempt of one failed. Zero is never.
type Evidence struct{ Succeeded, Failed time.Time }

// With adds what another dispatch shows.
func (e Evidence) With(d Dispatch) Evidence {
	for _, a := range d.Attempts {
		ended := a.StartedAt.Add(a.Duration)
		switch {
		case a.Code == "" && ended.After(e.Succeeded):
			e.Succeeded = ended
		case a.Code != "" && ended.After(e.Failed):
			e.Failed = ended
		}
	}
	return e
}

// Confirmed reports whether a breaker is to open, as none has succeeded since the run of failures
// began; one that releases, only if the endpoint has failed another dispatch since: the first in
// line may be one that its receiver will never take.
func (h Health) Confirmed(e Evidence) bool {
	if h.Breaker.State == BreakerReleasing {
		return !e.Failed.Before(h.Breaker.Since) && e.Succeeded.Before(e.Failed)
	}
	return !e.Succeeded.After(h.FailingSince)
}

// Refuted is what the failure does if the breaker stays as it is: the run of failures is a new one.
func (r BreakerRules) Refuted(h Health, began, now time.Time) Change {
	return r.withDefaults().restart(h, began, now)
}

// restart begins a run of failures.
func (r BreakerRules) restart(h Health, began, now time.Time) Change {
	next := h
	next.FailingSince, next.Notified = toMillis(began), NoticeNone
	return r.write(h, next, 1, now)
}

// askedToWait opens the breaker until a Retry-After is over. A breaker that is open already stays
// open for longer, if need be.
func (r BreakerRules) askedToWait(h Health, o Outcome, began, now time.Time) Change {
	until := toMillis(now.Add(min(o.RetryAfter, r.MaxWait)).Add(time.Millisecond - 1))
	next := h
	if !h.Failing() {
		next.FailingSince = toMillis(began)
	}
	if h.Breaker.State == BreakerOpen {
		if !until.After(r.NextProbe(h.Breaker, now)) {
			return r.stage(h, Change{Next: h}, now)
		}
	} else {
		next = opened(next, o.Message, now)
	}
	next.Breaker.NotBefore = until
	return r.stage(h, r.write(h, next, 0, now), now)
}

// noticeEvery is how often an integration can begin to fail and tell of it.
const noticeEvery = 24 * time.Hour

// stage adds the notice that is due: Failing while the breaker is open and nothing has succeeded for
// some time, at most once a day; half-way to the pause; and the pause. It comes with the next
// failure if there is no write left to remember it.
func (r BreakerRules) stage(from Health, c Change, now time.Time) Change {
	next := c.Next
	due := r.PauseAfter.Due(next, now)
	if due <= next.Notified || due == NoticeFailing && !r.tellsFailing(next, now) {
		return c
	}
	next.Notified = due
	if due == NoticeFailing {
		next.Breaker.ToldAt = toMillis(now)
	}
	if c.Save {
		c.Next, c.Tell = next, due
		return c
	}
	if c = r.write(from, next, 0, now); c.Save {
		c.Tell = due
	}
	return c
}

func (r BreakerRules) tellsFailing(h Health, now time.Time) bool {
	lasted := now.Sub(h.FailingSince) >= r.OpenAfter*9/20
	told := !h.Breaker.ToldAt.IsZero() && now.Sub(h.Breaker.ToldAt) < noticeEvery
	return h.Breaker.State == BreakerOpen && lasted && !told
}

// Succeeded returns what a successful attempt does. A test closes the breaker even if that takes
// the last write of the minute.
func (r BreakerRules) Succeeded(h Health, test bool, now time.Time) Change {
	r = r.withDefaults()
	spare := 1
	if test {
		spare = 0
	}
	next := h
	next.FailingSince, next.Notified = time.Time{}, NoticeNone
	switch h.Breaker.State {
	case BreakerOpen:
		if h.Breaker.NotBefore.Sub(now) > time.Second && !test {
			return Change{Next: h}
		}
		next.Breaker.State, next.Breaker.Since = BreakerReleasing, toMillis(now)
		next.Breaker.NotBefore, next.Breaker.Why = time.Time{}, ""
		c := r.write(h, next, spare, now)
		if c.Save && h.Notified >= NoticeFailing {
			c.Tell = NoticeRecovered
		}
		return c
	default:
		if !h.Failing() {
			return Change{Next: h}
		}
		return r.write(h, next, spare, now)
	}
}

// Exceeded is what happens when more is to be sent than maxPerMinute allows: what comes waits, and
// is released at that rate.
func (r BreakerRules) Exceeded(h Health, now time.Time) Change {
	r = r.withDefaults()
	if h.Breaker.State != BreakerClosed {
		return Change{Next: h}
	}
	next := h
	next.Breaker.State, next.Breaker.Since, next.Breaker.Rate = BreakerReleasing, toMillis(now), true
	return r.write(h, next, 0, now)
}

// Drained closes the breaker when nothing waits for the endpoint any more. With a breaker that is
// open, the next dispatch is the probe: the run of failures goes on.
func (r BreakerRules) Drained(h Health, now time.Time) Change {
	r = r.withDefaults()
	if h.Breaker.State == BreakerClosed || h.Breaker.NotBefore.After(now) {
		return Change{Next: h}
	}
	next := h
	next.Breaker = Breaker{ToldAt: h.Breaker.ToldAt}
	return r.write(h, next, 1, now)
}

// Resumed is the health of an integration that a person has made active again: what waits is
// released, and the time until the next pause starts again.
func (r BreakerRules) Resumed(h Health, now time.Time) Health {
	next := Health{Breaker: Breaker{
		State: BreakerReleasing, Since: toMillis(now), ToldAt: h.Breaker.ToldAt,
		Wrote: toMillis(now), WroteBefore: h.Breaker.Wrote,
	}}
	return next
}
