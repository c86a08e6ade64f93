package webhook

import "time"

// Change is what an outcome, or a person, does to the health of an integration.
type Change struct {
	Next Health
	Save bool // Next differs, and there is a write left for it

	// Confirm says that Next may be saved only if the log shows no success since the run of failures
	// began: successes are not all written down. Otherwise Restart is what to save.
	Confirm bool

	// Tell is the notice that is due with the change. NoticePaused asks to pause the integration.
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
		return r.stage(Change{Next: h}, now)
	case !h.Failing() || h.Notified == NoticePaused: // after a pause that a person ended, the time starts again
		return r.restart(h, began, now)
	case endpoint && !began.Before(h.FailingSince) && now.Sub(h.FailingSince) >= r.patience(h, o):
		c := r.write(h, opened(h, o.Message, now), 0, now)
		c.Confirm = c.Save
		return r.stage(c, now)
	}
	return r.stage(Change{Next: h}, now)
}

// patience is how long a run of failures lasts before it opens the breaker: a tenth less than the
// rule says, so that a first retry, which may come that early, finds it open.
func (r BreakerRules) patience(h Health, o Outcome) time.Duration {
	switch {
	case h.Breaker.State == BreakerReleasing:
		return 0
	case o.Code == CodeTimeout:
		return r.OpenAfter * 9 / 20
	}
	return r.OpenAfter * 9 / 10
}

func opened(h Health, why string, now time.Time) Health {
	h.Breaker.State, h.Breaker.Since, h.Breaker.Rate = BreakerOpen, toMillis(now), false
	h.Breaker.Why = why
	return h
}

// askedToWait opens the breaker until a Retry-After is over. A breaker that is open already stays
// open for longer, if need be.
func (r BreakerRules) askedToWait(h Health, o Outcome, began, now time.Time) Change {
	until := toMillis(now.Add(min(o.RetryAfter, r.MaxWait)).Add(time.Millisecond - 1))
	next := h
	if !h.Failing() {
		next.FailingSince = toMillis(began)
	}
	if h.Breaker.State != BreakerOpen {
		next = opened(next, o.Message, now)
	}
	if !until.After(next.Breaker.NotBefore) || h.Breaker.State == BreakerOpen && !until.After(r.NextProbe(h.Breaker, now)) {
		return r.stage(Change{Next: h}, now)
	}
	next.Breaker.NotBefore = until
	return r.stage(r.write(h, next, 0, now), now)
}

// restart begins a run of failures.
func (r BreakerRules) restart(h Health, began, now time.Time) Change {
	next := h
	next.FailingSince, next.Notified = toMillis(began), NoticeNone
	return r.write(h, next, 1, now)
}

// Restart is what a failure does when others succeeded after the run of failures had begun.
func (r BreakerRules) Restart(h Health, began, now time.Time) Change {
	return r.withDefaults().restart(h, began, now)
}

// stage adds the notice that is due: Failing while the breaker is open and nothing has succeeded for
// OpenAfter, at most once a day; half-way to the pause; and the pause.
func (r BreakerRules) stage(c Change, now time.Time) Change {
	h := c.Next
	due := r.PauseAfter.Due(h, now)
	if due == NoticeFailing {
		tooEarly := now.Sub(h.FailingSince) < r.OpenAfter*9/20
		tooOften := !h.Breaker.ToldAt.IsZero() && now.Sub(h.Breaker.ToldAt) < noticeEvery
		if h.Breaker.State != BreakerOpen || tooEarly || tooOften {
			return c
		}
	}
	if due > h.Notified {
		c.Tell = due
	}
	return c
}

// noticeEvery is how often an integration can begin to fail and tell of it.
const noticeEvery = 24 * time.Hour

// Told returns the health once a notice of that stage is out. It is a part of the change that made
// the notice due, where that is saved, and costs a write of its own otherwise.
func (r BreakerRules) Told(h Health, stage NoticeKind, now time.Time) Health {
	h.Notified = stage
	if stage == NoticeFailing {
		h.Breaker.ToldAt = toMillis(now)
	}
	return h
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
