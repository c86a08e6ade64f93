package scale

import (
	"sync"
	"time"
)

const (
	// window is the time over which a limit that is scaled down to a few, or less than one, holds on
	// average.
	window = time.Minute

	// busyPeriod is over how long the concurrency of a report is averaged.
	busyPeriod = 10 * time.Minute

	few       = 2
	fewAtOnce = 4 // may run at once where the limit is less than a few
	lookAgain = 250 * time.Millisecond
)

// slots is a limit of concurrent invocations. In a model scaled down by S, one invocation stands for S
// that begin at different moments. So a limit that is scaled down to less than a few holds on average:
// what runs uses up a budget of slot-seconds, which fills at the limit's rate.
type slots struct {
	limit float64

	mu      sync.Mutex
	running meter
	budget  float64 // slot-seconds
}

func newSlots(limit float64) *slots {
	return &slots{limit: limit, budget: limit * window.Seconds(), running: newMeter(busyPeriod)}
}

// take waits for a slot. It reports false once the caller is done.
func (s *slots) take(done <-chan struct{}) bool {
	for !s.try() {
		select {
		case <-done:
			return false
		case <-time.After(lookAgain):
		}
	}
	return true
}

func (s *slots) try() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pass()
	free := s.running.level < int(s.limit)
	if s.limit < few {
		free = s.budget > 0 && s.running.level < fewAtOnce
	}
	if free {
		s.running.add(1)
	}
	return free
}

func (s *slots) free() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pass()
	s.running.add(-1)
}

func (s *slots) pass() {
	gained := (s.limit - float64(s.running.level)) * s.running.pass().Seconds()
	s.budget = min(s.budget+gained, s.limit*window.Seconds())
}

// busiest returns the average concurrency of the busiest period. It is at most the limit: a period may
// have an invocation that uses up more than its budget, in advance of the next one's.
func (s *slots) busiest() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return min(s.running.busiest(), s.limit)
}
