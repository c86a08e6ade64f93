package storetest

import (
	"errors"
	"sync"
)

// Moment says when an injected failure happens.
type Moment int

// The moments.
const (
	Never  Moment = iota
	Before        // the write does not happen
	After         // the write happens, but its response is lost
)

func (m Moment) String() string { return [...]string{"never", "before", "after"}[m] }

// ErrFault is the error of an injected failure.
var ErrFault = errors.New("injected failure")

// Fuse injects a failure into one write of a store. An adapter's test installs it at the lowest
// layer: around a database's commit, or in an http.RoundTripper around each request that writes.
// The client may retry by itself. A Fuse is safe for concurrent use.
type Fuse struct {
	mu    sync.Mutex
	armed Moment
	spare int // writes to let through before the one that fails
	blown int
}

// Arm makes the next write fail once. Never disarms the fuse.
func (f *Fuse) Arm(m Moment) { f.ArmAfter(0, m) }

// ArmAfter lets a number of writes through and makes the next one fail once.
func (f *Fuse) ArmAfter(writes int, m Moment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.spare = m, writes
}

// Blown returns how many writes have failed.
func (f *Fuse) Blown() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.blown
}

// Around calls write, unless the fuse is armed: then it returns ErrFault, either without calling
// write or after it.
func (f *Fuse) Around(write func() error) error {
	switch f.take() {
	case Before:
		return ErrFault
	case After:
		if err := write(); err != nil {
			return err
		}
		return ErrFault
	}
	return write()
}

func (f *Fuse) take() Moment {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.armed
	switch {
	case m == Never:
	case f.spare > 0:
		f.spare--
		return Never
	default:
		f.armed, f.blown = Never, f.blown+1
	}
	return m
}
