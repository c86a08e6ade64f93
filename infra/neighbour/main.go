// Neighbour measures whether anybody waits for a stranger: how late one user's
// webhooks are alone, and while another user's integration has thousands of dispatches
// to an endpoint that hangs.
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
	flag.IntVar(&c.backlog, "backlog", 5000, "dispatches to the endpoint that hangs")
	flag.DurationVar(&c.hang, "hang", 30*time.Second, "how long it hangs on each")
	flag.IntVar(&c.rate, "rate", 50, "events a second of the user who is measured")
	flag.DurationVar(&c.lasting, "lasting", 20*time.Second, "time for which each is measured")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := measure(ctx, c); err != nil {
		fmt.Fprintln(os.Stderr, "neighbour:", err)
		os.Exit(1)
	}
}

type config struct {
	backlog int
	hang    time.Duration
	rate    int
	lasting time.Duration
}
