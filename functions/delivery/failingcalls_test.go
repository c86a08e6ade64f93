package delivery_test

import (
	"errors"
	"sync"
	"time"
)

var errFault = errors.New("injected by the test")

// failingCalls makes the n-th call fail, counted from 1, before or after it took effect.
type failingCalls struct {
	n     int
	after bool
	times int // how many consecutive calls fail, starting with the n-th; 0 means 1

	until time.Time // if set, all calls fail until then instead

	mu    sync.Mutex
	calls int
	hit   string // the first call that failed
}

func (t *failingCalls) around(call string, do func() error) error {
	if t == nil {
		return do()
	}
	t.mu.Lock()
	t.calls++
	fails := t.n > 0 && t.calls >= t.n && t.calls < t.n+max(t.times, 1) || time.Now().Before(t.until)
	if fails && t.hit == "" {
		t.hit = call
	}
	t.mu.Unlock()
	if fails && !t.after {
		return errFault
	}
	if err := do(); err != nil {
		return err
	}
	if fails {
		return errFault
	}
	return nil
}
