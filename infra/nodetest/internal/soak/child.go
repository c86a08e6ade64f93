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
	minute         = 20 * time.Millisecond // of the retry schedule: twelve attempts take half a minute
	attemptTimeout = 2 * time.Second
)

// AsNode is the argument with which the command starts itself as the node.
const AsNode = "be-the-node"

// BeNode serves like the node, with a clock that is off by a given offset. Each line on standard
// input sets a new offset. The arguments are the database file, the address to listen on, and the
// first offset.
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

// wrongClock is off by an offset. Waits have the right duration.
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
