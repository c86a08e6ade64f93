package soak

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

	"github.com/thordata/webhook-integration/infra/webhooks/node"
	"github.com/thordata/webhook-integration/shared/clock"
)

const (
	minute         = 20 * time.Millisecond // of the retry schedule: twelve attempts within half a minute
	attemptTimeout = 2 * time.Second
)

// AsNode is the word with which the command calls itself to be the node.
const AsNode = "be-the-node"

// BeNode serves like the local node, on a clock that jumps when a line on
// standard input says by how much it is wrong from now on. It is called with the
// database's file, the address to listen on, and by how much the clock is wrong at first.
func BeNode(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("%s: want FILE ADDR OFFSET", AsNode)
	}
	data, addr := args[0], args[1]
	offset, err := time.ParseDuration(args[2])
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	wrong := &wrongClock{Clock: clock.System()}
	wrong.offset.Store(int64(offset))
	go wrong.obey(os.Stdin)
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	n, err := node.Open(ctx, node.Options{Data: data, Minute: minute, AttemptTimeout: attemptTimeout, Clock: wrong}, log)
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
