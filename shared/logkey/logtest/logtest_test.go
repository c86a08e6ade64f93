package logtest_test

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/logkey/logtest"
)

// recorded is a test whose cleanups run on demand and whose errors are recorded.
type recorded struct {
	testing.TB
	cleanups []func()
	errors   []any
}

func (r *recorded) Cleanup(f func())  { r.cleanups = append(r.cleanups, f) }
func (r *recorded) Error(args ...any) { r.errors = append(r.errors, args...) }

func (r *recorded) end() {
	for _, f := range r.cleanups {
		f()
	}
}

func TestUnknownKeysFailTheTest(t *testing.T) {
	for name, logger := range map[string]func(testing.TB) *slog.Logger{
		"New": logtest.New,
		"Writer": func(t testing.TB) *slog.Logger {
			return slog.New(slog.NewTextHandler(logtest.Writer(t, io.Discard), nil))
		},
	} {
		for key, want := range map[string]int{logkey.Error: 0, "doing": 1} {
			r := &recorded{TB: t}
			logger(r).Info("read dispatch failed", key, "disk full")
			if r.end(); len(r.errors) != want {
				t.Errorf("%s with key %q: errors %v, want %d", name, key, r.errors, want)
			}
		}
	}
}

func TestWriterPassesLinesOn(t *testing.T) {
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(logtest.Writer(t, &out), nil)).Info("delivered")
	if !strings.Contains(out.String(), "delivered") {
		t.Errorf("wrote %q", &out)
	}
}
