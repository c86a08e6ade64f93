package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"log/slog"
	"net"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/thordata/webhook-integration/infra/webhooks/client"
	"github.com/thordata/webhook-integration/infra/webhooks/demo"
	"github.com/thordata/webhook-integration/infra/webhooks/node"
	"github.com/thordata/webhook-integration/shared/egress"
)

// gcPercent lets the small heap grow to five times its live size before a collection, which halves
// the cost of garbage collection under load. memoryLimit makes collections more frequent when the
// heap is large, which happens when large events wait for slow receivers.
const (
	gcPercent   = 400
	memoryLimit = 512 << 20 // bytes
)

// run serves until ctx ends or a fatal error occurs. The word is serve or demo.
func run(ctx context.Context, word string, args []string, stdout, stderr io.Writer) error {
	opt, err := parse(word, args, stdout)
	if err != nil {
		return err
	}
	listener, err := listen(opt.addr)
	if err != nil {
		return err
	}
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(memoryLimit)
	lines := &gatherer{w: stderr}
	defer lines.flush()
	stdlog.SetOutput(egress.Discreet(lines))
	log := slog.New(slog.NewTextHandler(lines, &slog.HandlerOptions{Level: opt.log}))
	n, err := node.Open(ctx, opt.Options, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	url := "http://" + listener.Addr().String()
	greet(stdout, url)
	var alongside func(context.Context) error
	if word == demoWord {
		alongside = (&demo.Demo{Node: &client.Client{URL: url}, Out: stdout, Within: 20 * time.Second}).Run
	}
	return errors.Join(n.Serve(ctx, listener, alongside), n.Close())
}

// listen opens the listener first, so that a second node on the same address fails immediately.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is already in use: stop the other program, or choose another address with -addr", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	return l, nil
}
