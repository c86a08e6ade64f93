// Local runs the whole system in one process on one machine: a real server,
// durable in one SQLite file, that a developer can try and a small company can
// run. It feeds the same handlers that run on AWS with the same event shapes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// gcPercent lets the heap, which is small, grow to five times what lives before it is
// collected: it halves what collecting costs under load.
const gcPercent = 400

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends or something that it cannot do without fails.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	opt, err := parse(args, stderr)
	if err != nil {
		return err
	}
	listener, err := listen(opt.addr)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: opt.log}))
	debug.SetGCPercent(gcPercent)
	n, err := open(ctx, opt, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s := &server{node: n, listener: listener, log: log}
	s.greet(stdout)
	if opt.demo {
		s.whenServing = func(ctx context.Context) error { return s.demo(ctx, stdout) }
	}
	return errors.Join(s.serve(ctx), n.close())
}
