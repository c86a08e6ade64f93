// Package clock provides the system clock, and a clock for tests that changes only when told.
package clock

import (
	"slices"
	"sync"
	"time"
)

// Clock tells the time and calls functions later.
type Clock interface {
	Now() time.Time

	// AfterFunc calls f in its own goroutine after d. stop cancels the call and reports whether it
	// was in time.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// System returns the system clock.
func System() Clock { return system{} }

type system struct{}

func (system) Now() time.Time { return time.Now() }

func (system) AfterFunc(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }

// Held is a clock for tests that changes only in Advance. Use Hold to create one.
type Held struct {
	mu    sync.Mutex
	now   time.Time
	calls []*call
}

type call struct {
	at time.Time
	f  func()
}

// Hold returns a Held clock that shows now.
func Hold(now time.Time) *Held { return &Held{now: now} }

// Now returns the clock's time.
func (h *Held) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// AfterFunc calls f in Advance, or at once if d is not positive.
func (h *Held) AfterFunc(d time.Duration, f func()) func() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d <= 0 {
		go f()
		return func() bool { return false }
	}
	c := &call{at: h.now.Add(d), f: f}
	h.calls = append(h.calls, c)
	return func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		i := slices.Index(h.calls, c)
		if i < 0 {
			return false
		}
		h.calls = slices.Delete(h.calls, i, i+1)
		return true
	}
}

// Advance moves the clock forward by d and makes the calls that become due, each at its time. It
// returns after all of them have returned.
func (h *Held) Advance(d time.Duration) {
	h.mu.Lock()
	end := h.now.Add(d)
	for {
		next := h.next(end)
		if next == nil {
			break
		}
		h.now = next.at
		h.mu.Unlock()
		next.f()
		h.mu.Lock()
	}
	h.now = end
	h.mu.Unlock()
}

// next removes and returns the earliest call that is due by end.
func (h *Held) next(end time.Time) *call {
	first := -1
	for i, c := range h.calls {
		if !c.at.After(end) && (first < 0 || c.at.Before(h.calls[first].at)) {
			first = i
		}
	}
	if first < 0 {
		return nil
	}
	c := h.calls[first]
	h.calls = slices.Delete(h.calls, first, first+1)
	return c
}
