// Package fairness measures whether anybody waits for a stranger: how late one user's
// webhooks are alone, and while another user's integration has thousands of dispatches
// to an endpoint that hangs.
package fairness

import (
	"context"
	"os"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
)

const about = `Measures how late one user's webhooks are alone, and while another user's integration has
thousands of dispatches to an endpoint that hangs.`

// Run does what the command line says.
func Run(ctx context.Context, args []string) error {
	var c config
	cmd := cli.New("nodetest fairness", about)
	cmd.Count(&c.backlog, "backlog", 5000, "dispatches to the endpoint that hangs")
	cmd.Duration(&c.hang, "hang", 30*time.Second, "how long it hangs on each")
	cmd.Count(&c.rate, "rate", 50, "events a second of the user who is measured")
	cmd.Duration(&c.lasting, "lasting", 20*time.Second, "time for which each is measured")
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
