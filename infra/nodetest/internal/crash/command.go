// Package crash floods the local node with events while it kills it with SIGKILL
// again and again and restarts it on the same file. Every event that was accepted must
// arrive, and every repeat must bear its dispatch's id. It prints the books, and exits
// with 1 when something was lost.
package crash

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
)

const about = `Kills the local node with SIGKILL again and again while it is flooded with events, and prints
the books: every event that was accepted must arrive, and every repeat must bear its dispatch's id.`

// Run does what the command line says.
func Run(ctx context.Context, args []string) error {
	var c config
	cmd := cli.New("nodetest crash", about)
	cmd.Count(&c.events, "events", 20_000, "events to put on the bus")
	cmd.Count(&c.integrations, "integrations", 2, "integrations that each event goes to")
	cmd.Count(&c.putters, "putters", 8, "callers of PutEvents at one time")
	cmd.Duration(&c.life, "life", 400*time.Millisecond, "average life of the node from its start to its death")
	cmd.Count(&c.kills, "kills", 25, "kills at least; they go on for as long as events are put")
	cmd.Seed(&c.seed, "the seed of the random choices; the run prints it")
	cmd.Duration(&c.within, "within", 5*time.Minute, "time for all of it")
	if err := cmd.Parse(args, os.Stdout); err != nil {
		return err
	}
	return crash(ctx, c)
}

// crash prints the books, and returns an error when something was lost.
func crash(ctx context.Context, c config) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.within, fmt.Errorf("not finished within %v", c.within))
	defer cancel()
	books, err := run(ctx, c)
	if err != nil {
		return err
	}
	fmt.Print(books)
	if !books.sound() {
		return errors.New("the books do not balance")
	}
	return nil
}
