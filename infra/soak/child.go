package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/thordata/webhook-integration/infra/local/node"
	"github.com/thordata/webhook-integration/shared/clock"
)

const (
	minute         = 20 * time.Millisecond // of the retry schedule: twelve attempts within half a minute
	attemptTimeout = 2 * time.Second
)

type childConfig struct {
	data   string
	addr   string
	offset time.Duration
}

// beNode serves like the local node, on a clock that jumps when a line on
// standard input says by how much it is wrong from now on.
func beNode(ctx context.Context, c childConfig) error {
	l, err := net.Listen("tcp", c.addr)
	if err != nil {
		return err
	}
	wrong := &wrongClock{Clock: clock.System()}
	wrong.offset.Store(int64(c.offset))
	go wrong.obey(os.Stdin)
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	n, err := node.Open(ctx, node.Options{Data: c.data, Minute: minute, AttemptTimeout: attemptTimeout, Clock: wrong}, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	fmt.Printf("http://%s\n", l.Addr())
	return errors.Join(n.Serve(ctx, l, nil), n.Close())
}

// wrongClock is off by some offset; what waits, waits as long as it should.
type wrongClock struct {
	clock.Clock
	offset atomic.Int64
}

func (w *wrongClock) Now() time.Time { return w.Clock.Now().Add(time.Duration(w.offset.Load())) }

func (w *wrongClock) obey(in *os.File) {
	for lines := bufio.NewScanner(in); lines.Scan(); {
		if d, err := time.ParseDuration(lines.Text()); err == nil {
			w.offset.Store(int64(d))
		}
	}
}
