// Package bench measures the local node compared with a bare net/http loop that POSTs the same
// bodies to the same receiver: how many deliveries a second, at what processor
// time, and how late at a low rate. Both are measured in turn within one run, because
// machines are noisy and only their ratio says something.
package bench

import (
	"context"
	"os"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
)

const about = `Measures the local node compared with a bare net/http loop that POSTs the same bodies to the same
receiver: deliveries a second, processor time, and how late they are at a low rate.`

// Run does what the command line says.
func Run(ctx context.Context, args []string) error {
	var c config
	cmd := cli.New("nodetest bench", about)
	cmd.Count(&c.events, "events", 20_000, "deliveries in each round of the throughput")
	cmd.Count(&c.rounds, "rounds", 3, "rounds of the throughput; the median counts")
	cmd.Count(&c.concurrency, "concurrency", 128, "requests at one time, of the node and of the bare loop; 128 is what a node has for\none integration if not told otherwise")
	cmd.Count(&c.rate, "rate", 50, "events a second while the latency is measured")
	cmd.Duration(&c.lasting, "lasting", 10*time.Second, "time for which the latency is measured")
	if err := cmd.Parse(args, os.Stdout); err != nil {
		return err
	}
	return measure(ctx, c)
}

type config struct {
	events      int
	rounds      int
	concurrency int
	rate        int
	lasting     time.Duration
}
