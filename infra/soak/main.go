// Soak runs the local node under load with receivers that misbehave in every way
// of package hostile, kills it with SIGKILL, fills its disk and sets its clock, for a
// stated time. Then it stops the faults, waits until all is delivered or given up, and checks
// the books: every event that was accepted has exactly one dispatch for each integration
// that was active, every dispatch has an end, and every success was received.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	var c config
	var child childConfig
	flag.DurationVar(&c.lasting, "for", 2*time.Minute, "how long the faults go on")
	flag.DurationVar(&c.drain, "drain", 5*time.Minute, "how long the node may take to finish after the faults")
	flag.Uint64Var(&c.seed, "seed", uint64(time.Now().UnixNano()), "of the moments of the faults")
	flag.StringVar(&child.data, "node", "", "be the node, on this database `file` (how the command calls itself)")
	flag.StringVar(&child.addr, "addr", "", "of the node")
	flag.DurationVar(&child.offset, "offset", 0, "of the node's clock")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if child.data != "" {
		exit(beNode(ctx, child))
	}
	b, err := run(ctx, c)
	if err != nil {
		exit(err)
	}
	fmt.Print(b)
	if !b.sound() {
		os.Exit(1)
	}
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

type config struct {
	lasting time.Duration
	drain   time.Duration
	seed    uint64
}
