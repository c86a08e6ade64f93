// Package logtest provides loggers for tests.
package logtest

import (
	"bytes"
	"io"
	"log/slog"
	"sync"
	"testing"

	"github.com/thordata/webhook-integration/shared/logkey"
)

// New returns a logger that discards its lines, of all levels, and fails the test if a line has a
// key that is not listed in shared/logkey.
func New(t testing.TB) *slog.Logger {
	return slog.New(slog.NewJSONHandler(Writer(t, io.Discard), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Writer returns a writer for log lines that passes them on to w, and fails the test if a line has
// a key that is not listed in shared/logkey. It is safe for concurrent use if w is.
func Writer(t testing.TB, w io.Writer) io.Writer {
	c := &checker{}
	t.Cleanup(func() {
		if err := logkey.Check(c.String()); err != nil {
			t.Error(err)
		}
	})
	return io.MultiWriter(c, w)
}

type checker struct {
	mu  sync.Mutex
	log bytes.Buffer
}

func (c *checker) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.Write(p)
}

func (c *checker) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.String()
}
