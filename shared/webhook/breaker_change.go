package webhook

import "time"

// Change is how an outcome, or a user's action, changes the health of an integration.
type Change struct {
	Next Health
	Save bool // Next must be stored: it differs, and the write limit allows it

	// Confirm means that Next applies only if Confirmed returns true for the log, because not every
	// success is recorded in the health. Otherwise Refuted returns the change.
	Confirm bool

	// Tell is the notice to send with the change, mostly NoticeNone. Next records that it was sent.
	// With NoticePaused, the integration must be paused.
	Tell NoticeKind
}

// Waits reports whether the breaker is open after the change. Then the failed dispatch waits, and
// its attempt is not counted.
func (c Change) Waits() bool { return c.Next.Breaker.State == BreakerOpen }

// writesPerMinute is the maximum number of health writes per minute. Most changes leave one of them
// for opening the breaker, which must not be delayed.
const writesPerMinute = 2

// left returns how many writes are left in the minute that ends now.
func (r BreakerRules) left(b Breaker, now time.Time) int {
	left := writesPerMinute
	for _, at := range [...]time.Time{b.Wrote, b.WroteBefore} {
		if age := now.Sub(at); age >= 0 && age < r.Minute {
			left--
		}
	}
	return left
}

// write returns the change to next if more than reserve writes are left, and otherwise no change.
func (r BreakerRules) write(from, next Health, reserve int, now time.Time) Change {
	if r.left(from.Breaker, now) <= reserve {
		return Change{Next: from}
	}
	next.Breaker.Wrote, next.Breaker.WroteBefore = toMillis(now), from.Breaker.Wrote
	return Change{Next: next, Save: true}
}

func toMillis(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Failed returns the change for a failed attempt that began at the given time and was not a test. A
// receiver that refuses one dispatch works.
func (r BreakerRules) Failed(h Health, o Outcome, began, now time.Time) Change {
	r = r.withDefaults()
	endpoint := !o.Code.final()
	switch {
	case o.Code == CodeInternal, o.Ask == AskAbort:
		return Change{Next: h}
	case endpoint && o.RetryAfter > 0:
		return r.askedToWait(h, o, began, now)
	case h.Breaker.State == BreakerOpen:
		return r.stage(h, Change{Next: h}, now)
	case endpoint && h.Breaker.State == BreakerReleasing && !began.Before(h.Breaker.Since):
		return r.reopen(h, o, began, now)
	case !h.Failing() || h.Notified == NoticePaused: // after a user has resumed the integration, the time starts again
		return r.restart(h, began, now)
	case endpoint && !began.Before(h.FailingSince) && now.Sub(h.FailingSince) >= r.patience(o):
		return r.open(h, opened(h, o.Message, now), now)
	}
	return r.stage(h, Change{Next: h}, now)
}

// patience is how long a run of failures must last to open the breaker. It is a tenth shorter than
// OpenAfter, so that the first retry, which jitter can make that early, opens the breaker. For
// timeouts it is half: an attempt that times out takes half a minute, and more of them should be
// avoided.
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

// open returns the change to an open breaker, if the log confirms it.
func (r BreakerRules) open(h, next Health, now time.Time) Change {
	c := r.write(h, next, 0, now)
	c.Confirm = c.Save
	return r.stage(h, c, now)
}

// reopen returns the change that ends a release, if the log confirms it.
func (r BreakerRules) reopen(h Health, o Outcome, began, now time.Time) Change {
	next := opened(h, o.Message, now)
	if !h.Failing() {
		next.FailingSince, next.Notified = toMillis(began), NoticeNone
	}
	return r.open(h, next, now)
}

// Evidence is what the log shows about other dispatches of the integration: when an attempt last
// succeeded, and when one last failed. The zero time means never.
type Evidence struct{ Succeeded, Failed time.Time }

// With adds the attempts of another dispatch.
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

// Confirmed reports whether the log confirms opening the breaker. A closed one opens if no attempt
// has succeeded since the run of failures began. A releasing one opens only if another dispatch has
// failed too, because a receiver may reject one dispatch forever.
func (h Health) Confirmed(e Evidence) bool {
	if h.Breaker.State == BreakerReleasing {
		return !e.Failed.Before(h.Breaker.Since) && e.Succeeded.Before(e.Failed)
	}
	return !e.Succeeded.After(h.FailingSince)
}

// Refuted returns the change for the failure if the log does not confirm it: a new run of failures
// begins.
func (r BreakerRules) Refuted(h Health, began, now time.Time) Change {
	return r.withDefaults().restart(h, began, now)
}

// restart begins a new run of failures.
func (r BreakerRules) restart(h Health, began, now time.Time) Change {
	next := h
	next.FailingSince, next.Notified = toMillis(began), NoticeNone
	return r.write(h, next, 1, now)
}

// askedToWait opens the breaker until a Retry-After ends, or extends an open breaker's time.
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

// noticeEvery is the minimum time between two Failing notices of an integration.
const noticeEvery = 24 * time.Hour

// stage adds the notice that is due: Failing, if the breaker is open and nothing has succeeded for
// some time, at most once a day; then half-way to the pause; then the pause. If no write is left to
// record the notice, it is sent with the next failure.
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

// Succeeded returns the change for a successful attempt. For a test, it may use the last write of
// the minute.
func (r BreakerRules) Succeeded(h Health, test bool, now time.Time) Change {
	r = r.withDefaults()
	reserve := 1
	if test {
		reserve = 0
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
		c := r.write(h, next, reserve, now)
		if c.Save && h.Notified >= NoticeFailing {
			c.Tell = NoticeRecovered
		}
		return c
	default:
		if !h.Failing() {
			return Change{Next: h}
		}
		return r.write(h, next, reserve, now)
	}
}

// Exceeded returns the change if maxPerMinute is exceeded: new dispatches wait and are released at
// that rate.
func (r BreakerRules) Exceeded(h Health, now time.Time) Change {
	r = r.withDefaults()
	if h.Breaker.State != BreakerClosed {
		return Change{Next: h}
	}
	next := h
	next.Breaker.State, next.Breaker.Since, next.Breaker.Rate = BreakerReleasing, toMillis(now), true
	return r.write(h, next, 0, now)
}

// Drained closes the breaker when nothing is waiting any more. If the breaker was open, the next
// dispatch acts as the probe, and the run of failures goes on.
func (r BreakerRules) Drained(h Health, now time.Time) Change {
	r = r.withDefaults()
	if h.Breaker.State == BreakerClosed || h.Breaker.NotBefore.After(now) {
		return Change{Next: h}
	}
	next := h
	next.Breaker = Breaker{ToldAt: h.Breaker.ToldAt}
	return r.write(h, next, 1, now)
}

// Resumed returns the health of an integration that a user has resumed: waiting dispatches are
// released, and the time until the next pause starts again.
func (r BreakerRules) Resumed(h Health, now time.Time) Health {
	next := Health{Breaker: Breaker{
		State: BreakerReleasing, Since: toMillis(now), ToldAt: h.Breaker.ToldAt,
		Wrote: toMillis(now), WroteBefore: h.Breaker.Wrote,
	}}
	return next
}
