package storetest

import (
	"errors"
	"sync"
)

// Moment is when, seen from a write, a fault comes.
type Moment int

// The moments of a fault, and none.
const (
	Never  Moment = iota
	Before        // the write does not take place
	After         // the write takes place, and nobody learns of it
)

func (m Moment) String() string { return [...]string{"never", "before", "after"}[m] }

// ErrFault is what a write that the suite made to fail ends with.
var ErrFault = errors.New("a fault that the test made")

// Fuse makes one write of a store fail. An adapter's test puts it as deep as it can:
// around the commit of a database, or, in an http.RoundTripper, around the
// exchange of each request that writes. A client that repeats by itself may go on
// doing so. It is safe for concurrent use.
type Fuse struct {
	mu    sync.Mutex
	armed Moment
	spare int // writes before the one that fails
	blown int
}

// Arm makes the next write fail, once. Never disarms it.
func (f *Fuse) Arm(m Moment) { f.ArmAfter(0, m) }

// ArmAfter makes a write fail, once, after a number of others.
func (f *Fuse) ArmAfter(writes int, m Moment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.spare = m, writes
}

// Blown counts the writes that were made to fail.
func (f *Fuse) Blown() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.blown
}

// Around does a write, unless the fuse is armed: then it returns ErrFault
// without having done it, or after having done it.
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
