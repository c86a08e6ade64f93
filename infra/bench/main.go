// Bench measures the local node beside a bare net/http loop that POSTs the same
// bodies to the same receiver: how many deliveries a second, at what processor
// time, and how late at a low rate. Both are measured in turn within one run, because
// machines are noisy and only their ratio says something.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	var c config
	var bare string
	flag.IntVar(&c.events, "events", 20_000, "deliveries in each round of the throughput")
	flag.IntVar(&c.rounds, "rounds", 3, "rounds of the throughput; the median counts")
	flag.IntVar(&c.concurrency, "concurrency", 128, "requests at one time, of the node and of the bare loop; 128 is what a node has for\none integration if not told otherwise")
	flag.IntVar(&c.rate, "rate", 50, "events a second while the latency is measured")
	flag.DurationVar(&c.lasting, "lasting", 10*time.Second, "time for which the latency is measured")
	flag.StringVar(&bare, "bare", "", "be the bare loop, against this `URL` (how the command calls itself)")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	run := measure
	if bare != "" {
		run = func(ctx context.Context, c config) error { return bareLoop(ctx, c, bare) }
	}
	if err := run(ctx, c); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type config struct {
	events      int
	rounds      int
	concurrency int
	rate        int
	lasting     time.Duration
}
