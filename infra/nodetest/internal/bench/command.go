// Package bench compares the node with a bare net/http loop that POSTs the same bodies to the same
// receiver: deliveries per second, CPU time, and latency at a low rate. Both are measured
// alternately in one run: on a noisy machine only their ratio is meaningful.
package bench

import (
	"context"
	"os"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
)

const about = `Compares the node with a bare net/http loop that POSTs the same bodies to the same
receiver: deliveries per second, CPU time, and latency at a low rate.`

// Run runs the command.
func Run(ctx context.Context, args []string) error {
	var c config
	cmd := cli.New("nodetest bench", about)
	cmd.Count(&c.events, "events", 20_000, "number of deliveries per round of the throughput")
	cmd.Count(&c.rounds, "rounds", 3, "number of rounds of the throughput; the result is the median")
	cmd.Count(&c.concurrency, "concurrency", 128, "number of concurrent requests of the node and of the bare loop; 128 is the node's\ndefault for one integration")
	cmd.Count(&c.rate, "rate", 50, "number of events per second while latency is measured")
	cmd.Duration(&c.lasting, "lasting", 10*time.Second, "duration of the latency measurement")
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
