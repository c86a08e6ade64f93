package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/thordata/webhook-integration/infra/webhooks/client"
	"github.com/thordata/webhook-integration/infra/webhooks/demo"
	"github.com/thordata/webhook-integration/infra/webhooks/edge"
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
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(memoryLimit)
	lines := &gatherer{w: stderr}
	defer lines.flush()
	stdlog.SetOutput(egress.Discreet(lines))
	log := newLog(lines, opt)
	listener, err := openListener(opt.edgeOptions, log)
	if err != nil {
		return err
	}
	n, err := node.Open(ctx, opt.Options, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	url := opt.scheme() + "://" + listener.Addr().String()
	greet(stdout, url, opt.Auth != nil)
	alongside := func(ctx context.Context) error { return operate(ctx, opt.metricsAddr, n.Operation(), log) }
	if word == demoWord {
		alongside = (&demo.Demo{Node: &client.Client{URL: url}, Out: stdout, Within: 20 * time.Second}).Run
	}
	return errors.Join(n.Serve(ctx, listener, alongside), n.Close())
}

func newLog(w io.Writer, opt options) *slog.Logger {
	level := &slog.HandlerOptions{Level: opt.log}
	if opt.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, level))
	}
	return slog.New(slog.NewTextHandler(w, level))
}

// operate serves the operators' address until ctx ends. It returns at once if there is none.
func operate(ctx context.Context, addr string, h http.Handler, log *slog.Logger) error {
	if addr == "" {
		return nil
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("cannot listen on -metrics-addr %s: %w", addr, err)
	}
	web := &http.Server{
		Handler: h, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	stop := context.AfterFunc(ctx, func() { _ = web.Close() })
	defer stop()
	if err := web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// openListener opens the listener first, so that a second node on the same address fails immediately.
func openListener(opt edgeOptions, log *slog.Logger) (net.Listener, error) {
	l, err := net.Listen("tcp", opt.addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is already in use: stop the other program, or choose another address with -addr", opt.addr)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", opt.addr, err)
	}
	if opt.auth != "" { // otherwise all clients are on this machine
		l = edge.Limit(l, opt.maxConnections, opt.proxies)
	}
	if opt.cert == "" {
		return l, nil
	}
	certificate, err := edge.LoadCertificate(opt.cert, opt.key, time.Now, log)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return tls.NewListener(l, certificate.Config()), nil
}
