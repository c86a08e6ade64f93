// Package fairness measures how much one user affects another: the latency of one user's webhooks
// alone, and while another user's integration has thousands of dispatches to an endpoint that
// hangs.
package fairness

import (
	"context"
	"os"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
)

const about = `Measures the latency of one user's webhooks alone, and while another user's integration has
thousands of dispatches to an endpoint that hangs.`

// Run runs the command.
func Run(ctx context.Context, args []string) error {
	var c config
	cmd := cli.New("nodetest fairness", about)
	cmd.Count(&c.backlog, "backlog", 5000, "number of dispatches to the endpoint that hangs")
	cmd.Duration(&c.hang, "hang", 30*time.Second, "duration for which it delays each response")
	cmd.Count(&c.rate, "rate", 50, "number of events per second of the measured user")
	cmd.Duration(&c.lasting, "lasting", 20*time.Second, "duration of each measurement")
	if err := cmd.Parse(args, os.Stdout); err != nil {
		return err
	}
	return measure(ctx, c)
}

type config struct {
	backlog int
	hang    time.Duration
	rate    int
	lasting time.Duration
}
