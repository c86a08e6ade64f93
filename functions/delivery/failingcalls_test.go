package delivery_test

import (
	"errors"
	"sync"
	"time"
)

var errFault = errors.New("a fault that the test made")

// failingCalls makes one call among all fail: the n-th, counted from 1, before or after
// it took effect.
type failingCalls struct {
	n     int
	after bool
	times int // how many calls in a row fail from the n-th on; 0 is one

	until time.Time // or all calls fail until then

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
