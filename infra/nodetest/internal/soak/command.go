// Package soak runs the node under load with receivers that have every fault of package
// receivertest, kills it with SIGKILL, fills its disk and sets its clock, for a given time. Then it
// stops the faults, waits until every dispatch has ended, and checks that every accepted event has
// exactly one dispatch for each active integration, that every dispatch has ended, and that every
// successful dispatch was received.
package soak

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
)

const about = `Runs the node under load with faulty receivers, kills it, fills its disk and sets its clock. Then it
lets the node finish and checks that every accepted event has one dispatch for each integration, that
every dispatch has ended, and that every successful dispatch was received.`

// Run runs the command.
func Run(ctx context.Context, args []string) error {
	var c config
	cmd := cli.New("nodetest soak", about)
	cmd.Duration(&c.lasting, "for", 2*time.Minute, "duration of the faults")
	cmd.Duration(&c.drain, "drain", 5*time.Minute, "time in which the node must finish after the faults")
	cmd.Seed(&c.seed, "the seed of the random choices; the run prints it")
	if err := cmd.Parse(args, os.Stdout); err != nil {
		return err
	}
	return soak(ctx, c)
}

// soak prints the result, and returns an error if something was lost.
func soak(ctx context.Context, c config) error {
	b, err := run(ctx, c)
	if err != nil {
		return err
	}
	fmt.Print(b)
	if !b.sound() {
		return errors.New("the result does not match what was sent")
	}
	return nil
}

type config struct {
	lasting time.Duration
	drain   time.Duration
	seed    uint64
}
