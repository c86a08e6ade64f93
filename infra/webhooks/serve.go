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

// gcPercent lets the heap, which is small, grow to five times what lives before it is
// collected: it halves what collecting costs under load. Where it is not small, because
// events of a megabyte wait for hanging receivers, memoryLimit has it collected sooner.
const (
	gcPercent   = 400
	memoryLimit = 512 << 20 // bytes
)

// run serves until ctx ends or something that it cannot do without fails. The word is serve or
// demo; a demo also shows a webhook on its way.
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

// listen takes the address, so that a second node notices at once.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program: end it, or choose another address with -addr", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	return l, nil
}
