// Package crash floods the node with events, and repeatedly kills it with SIGKILL and restarts it
// with the same file. One endpoint goes down and comes back, twice. Every accepted event must arrive,
// and every repeat must have its dispatch's id. It prints the result, and exits with status 1 if
// something was lost.
package crash

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
)

const about = `Floods the node with events while it repeatedly kills it with SIGKILL, and one endpoint goes down and
comes back. Every accepted event must arrive, and every repeat must have its dispatch's id.`

// Run runs the command.
func Run(ctx context.Context, args []string) error {
	var c config
	cmd := cli.New("nodetest crash", about)
	cmd.Count(&c.events, "events", 20_000, "number of events to put on the bus")
	cmd.Count(&c.integrations, "integrations", 2, "number of integrations per event, in addition to that of the endpoint that goes down")
	cmd.Count(&c.putters, "putters", 8, "number of concurrent PutEvents calls")
	cmd.Duration(&c.life, "life", 400*time.Millisecond, "average time from a start of the node to its kill")
	cmd.Count(&c.kills, "kills", 25, "minimum number of kills; they continue while events are put")
	cmd.Seed(&c.seed, "the seed of the random choices; the run prints it")
	cmd.Duration(&c.within, "within", 5*time.Minute, "timeout of the whole test")
	if err := cmd.Parse(args, os.Stdout); err != nil {
		return err
	}
	return crash(ctx, c)
}

// crash prints the result, and returns an error if something was lost.
func crash(ctx context.Context, c config) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.within, fmt.Errorf("not finished within %v", c.within))
	defer cancel()
	books, err := run(ctx, c)
	if err != nil {
		return err
	}
	fmt.Print(books)
	if !books.sound() {
		return errors.New("the result does not match what was sent")
	}
	return nil
}
