package node

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/shared/logkey"
)

const (
	purgeEvery   = 10 * time.Minute
	purgeAtOnce  = 500 // records per transaction
	shrinkAtOnce = 256 // pages per transaction
)

// Serve serves the listener until ctx ends. Then it stops accepting requests and messages, waits a
// while for attempts in progress, and interrupts the rest. Interrupted attempts are repeated at the
// next start.
//
// alongside, if not nil, runs while the node serves. Its error stops the node.
func (n *Node) Serve(ctx context.Context, l net.Listener, alongside func(context.Context) error) error {
	serving, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()
	web := n.web()
	var parts sync.WaitGroup
	part := func(f func() error) {
		parts.Go(func() { stop(f()) })
	}
	part(func() error { return web.Serve(l) })
	part(func() error { n.poller.Run(work, serving); return nil })
	part(func() error { n.purge(serving); return nil })
	part(func() error { n.tick(serving); return nil })
	if alongside != nil {
		parts.Go(func() {
			if err := alongside(serving); err != nil {
				stop(err)
			}
		})
	}
	<-serving.Done()
	n.ready.stopping.Store(true)
	late := time.AfterFunc(n.finish, cutOff)
	defer late.Stop()
	n.answer(work, web)
	parts.Wait()
	return failure(ctx, context.Cause(serving))
}

// web returns the node's HTTP server. It disconnects clients that send or read too slowly, so that
// they cannot hold connections forever. The slowest operation, activating an integration with held
// dispatches, takes at most 20 s.
func (n *Node) web() *http.Server {
	return &http.Server{
		Handler: n.handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(n.log.Handler(), slog.LevelDebug),
	}
}

// answer waits for the requests in progress.
func (n *Node) answer(ctx context.Context, web *http.Server) {
	ctx, cancel := context.WithTimeout(ctx, n.finish)
	defer cancel()
	if web.Shutdown(ctx) != nil {
		_ = web.Close()
	}
}

// failure returns why serving ended, or nil if it was asked to stop.
func failure(asked context.Context, cause error) error {
	if asked.Err() != nil || errors.Is(cause, http.ErrServerClosed) {
		return nil
	}
	return cause
}

// tick queues, minute by minute, what has become due.
func (n *Node) tick(ctx context.Context) {
	minute := time.NewTicker(n.ticker.Minute)
	defer minute.Stop()
	for {
		if err := n.ticker.Tick(ctx); err != nil && ctx.Err() == nil {
			n.log.ErrorContext(ctx, "queue what is due failed", logkey.RetryIn, n.ticker.Minute, logkey.Error, err)
		}
		select {
		case <-minute.C:
		case <-ctx.Done():
			return
		}
	}
}

// purge removes what has expired, little by little.
func (n *Node) purge(ctx context.Context) {
	tick := time.NewTicker(purgeEvery)
	defer tick.Stop()
	for {
		if err := n.purgeAll(ctx); err != nil && ctx.Err() == nil {
			n.log.ErrorContext(ctx, "purge expired dispatches failed", logkey.RetryIn, purgeEvery, logkey.Error, err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (n *Node) purgeAll(ctx context.Context) error {
	for {
		gone, err := n.store.Purge(ctx, purgeAtOnce)
		if err != nil {
			return err
		}
		if gone == 0 {
			return n.shrink(ctx)
		}
	}
}

// shrink gives the disk space of deleted records back, little by little.
func (n *Node) shrink(ctx context.Context) error {
	for {
		freed, err := n.store.Shrink(ctx, shrinkAtOnce)
		if err != nil || freed == 0 {
			return err
		}
	}
}
