package node

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
)

type probed struct {
	err    error
	checks int
	depth  sqlitestore.Depth
}

func (p *probed) CheckWritable(context.Context) error { p.checks++; return p.err }
func (p *probed) Depths() []sqlitestore.Depth {
	return []sqlitestore.Depth{p.depth, {Queue: sqlitestore.Dead, Visible: 9}}
}

func TestReady(t *testing.T) {
	now := time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC)
	p := &probed{}
	counters := &metrics.Counters{}
	r := &ready{store: p, queue: p, counters: counters, now: func() time.Time { return now }}
	want := func(when, reason string) {
		t.Helper()
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
		if ok := w.Code == 200; ok != (reason == "") || !strings.Contains(w.Body.String(), reason) {
			t.Errorf("%s: %d %s; want %q", when, w.Code, w.Body, reason)
		}
	}
	pass := func(d time.Duration) { now = now.Add(d) }
	want("at first", "")
	p.err = errors.New("disk full")
	want("within a second of the last check", "")
	if p.checks != 1 {
		t.Errorf("%d checks in a second", p.checks)
	}
	pass(time.Second)
	want("after a failed write", "cannot be written")
	p.err = nil
	pass(time.Second)
	want("after it works again", "")

	p.depth = sqlitestore.Depth{Queue: sqlitestore.Deliveries, Visible: 5}
	pass(time.Second)
	want("when messages have just arrived", "")
	pass(9 * time.Second)
	want("after 9 s without a batch", "")
	counters.Emit(t.Context(), metrics.Count(metrics.BatchFill))
	pass(time.Second)
	want("after a batch", "")
	pass(time.Second)
	want("after no batch again", "")
	pass(10 * time.Second)
	want("after 10 s without a batch", "none is received")
	p.depth.InFlight = 1
	pass(time.Second)
	want("when one is in flight", "")
	r.stopping.Store(true)
	want("at the end", "stopping")
}
