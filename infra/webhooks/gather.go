package main

import (
	"io"
	"sync"
	"time"
)

const (
	gatherFor  = 5 * time.Millisecond
	gatherMost = 64 << 10 // bytes
)

// gatherer passes on what is written to it, and gathers what follows closely. A log that is
// quiet appears at once; a busy one, of thousands of lines a second, goes out in pieces of up to 5 ms:
// a system call for each line, and its reader's, was a twentieth of what a delivery costs. What it holds
// is lost when the process is killed. It is safe for concurrent use.
type gatherer struct {
	w io.Writer

	mu   sync.Mutex
	held []byte
	last time.Time // when something was passed on
}

// Write takes whole lines. It never fails: nobody could be told.
func (g *gatherer) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.held) == 0 && time.Since(g.last) < gatherFor {
		time.AfterFunc(gatherFor, g.flush)
	}
	g.held = append(g.held, p...)
	if time.Since(g.last) >= gatherFor || len(g.held) >= gatherMost {
		g.pass()
	}
	return len(p), nil
}

// flush passes on what is held.
func (g *gatherer) flush() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pass()
}

func (g *gatherer) pass() {
	if len(g.held) > 0 {
		_, _ = g.w.Write(g.held)
		g.held = g.held[:0]
	}
	g.last = time.Now()
}
