package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/thordata/webhook-integration/infra/local/demo"
)

const (
	finishWithin = 4 * time.Second // for the attempts in hand, once the node is asked to end
	purgeEvery   = 10 * time.Minute
	purgeAtOnce  = 500 // records in one transaction
)

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

// server runs a node on a listener.
type server struct {
	node     *node
	listener net.Listener
	log      *slog.Logger

	// whenServing is run beside the server; its error ends it.
	whenServing func(context.Context) error
}

func (s *server) url() string { return "http://" + s.listener.Addr().String() }

// greet says where everything is.
func (s *server) greet(out io.Writer) {
	fmt.Fprintf(out, `
  console  %[1]s/console
  API      %[1]s/v1/integrations
  docs     %[1]s/docs
  inbox    %[1]s/inbox/%[2]s
  bus      aws events put-events --endpoint-url %[1]s --entries ...

`, s.url(), demo.Inbox)
}

// serve works until ctx ends, then finishes what is in hand: it stops taking
// requests and messages, lets the attempts run on for up to 4 s, and cuts off
// those that still wait. What was cut off is attempted again at the next start.
func (s *server) serve(ctx context.Context) error {
	serving, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()
	web := &http.Server{
		Handler: s.node.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 3)
	start := func(f func() error) {
		go func() {
			err := f()
			stop(err)
			ended <- err
		}()
	}
	start(func() error { return web.Serve(s.listener) })
	start(func() error { s.node.poller.Run(work, serving); return nil })
	start(func() error { s.node.purge(serving); return nil })
	if s.whenServing != nil {
		go func() {
			if err := s.whenServing(serving); err != nil && serving.Err() == nil {
				stop(err)
			}
		}()
	}
	<-serving.Done()
	late := time.AfterFunc(finishWithin, cutOff)
	defer late.Stop()
	closing, cancel := context.WithTimeout(work, finishWithin)
	defer cancel()
	if web.Shutdown(closing) != nil {
		_ = web.Close()
	}
	for range cap(ended) {
		<-ended
	}
	return failure(ctx, context.Cause(serving))
}

// failure is why serving ended, nil if it was asked to.
func failure(asked context.Context, cause error) error {
	if asked.Err() != nil || errors.Is(cause, http.ErrServerClosed) {
		return nil
	}
	return cause
}

// purge removes what has expired, little by little.
func (n *node) purge(ctx context.Context) {
	tick := time.NewTicker(purgeEvery)
	defer tick.Stop()
	for {
		if err := n.purgeAll(ctx); err != nil && ctx.Err() == nil {
			n.log.ErrorContext(ctx, "expired dispatches were not removed; it is tried again", "in", purgeEvery, "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (n *node) purgeAll(ctx context.Context) error {
	for {
		gone, err := n.store.Purge(ctx, purgeAtOnce)
		if err != nil || gone == 0 {
			return err
		}
	}
}

func (s *server) demo(ctx context.Context, out io.Writer) error {
	d := &demo.Demo{URL: s.url(), Client: &http.Client{}, Out: out, Within: 20 * time.Second}
	if err := d.Run(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nThe node stays up; Ctrl-C ends it.")
	return nil
}
