package lambdaruntime

import (
	"bytes"
	"slices"
	"strings"
	"sync"
)

// Logs stores the output of functions line by line. It is safe for concurrent use.
type Logs struct {
	mu    sync.Mutex
	lines []string
}

// Lines returns the lines so far.
func (l *Logs) Lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
}

// Matching returns the lines that contain all parts.
func (l *Logs) Matching(parts ...string) []string {
	return slices.DeleteFunc(l.Lines(), func(line string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(line, part) })
	})
}

// Forget discards the lines so far.
func (l *Logs) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = nil
}

func (l *Logs) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

// writer returns a writer for one process. It is not safe for concurrent use.
func (l *Logs) writer() *lineWriter { return &lineWriter{to: l} }

type lineWriter struct {
	to   *Logs
	part []byte // an incomplete line
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.part = append(w.part, p...)
	for {
		line, rest, whole := bytes.Cut(w.part, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		w.to.add(string(line))
		w.part = rest
	}
}

// flush adds an incomplete last line.
func (w *lineWriter) flush() {
	if len(w.part) > 0 {
		w.to.add(string(w.part))
		w.part = nil
	}
}

// String returns the lines as one text.
func (l *Logs) String() string { return strings.Join(l.Lines(), "\n") }
