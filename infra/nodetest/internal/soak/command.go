// Package soak runs the local node under load with receivers that misbehave in every way
// of package hostile, kills it with SIGKILL, fills its disk and sets its clock, for a
// stated time. Then it stops the faults, waits until all is delivered or given up, and checks
// the books: every event that was accepted has exactly one dispatch for each integration
// that was active, every dispatch has an end, and every success was received.
package soak

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
)

const about = `Runs the local node under load with receivers that misbehave in every way, kills it, fills its
disk and sets its clock. Then it lets the node finish, and prints the books: every event that was accepted
has one dispatch for each integration, every dispatch has an end, and every success was received.`

// Run does what the command line says.
func Run(ctx context.Context, args []string) error {
	var c config
	cmd := cli.New("nodetest soak", about)
	cmd.Duration(&c.lasting, "for", 2*time.Minute, "how long the faults go on")
	cmd.Duration(&c.drain, "drain", 5*time.Minute, "how long the node may take to finish after the faults")
	cmd.Seed(&c.seed, "what the moments of the faults follow from; the run prints it")
	if err := cmd.Parse(args, os.Stdout); err != nil {
		return err
	}
	return soak(ctx, c)
}

// soak prints the books, and returns an error when they do not balance.
func soak(ctx context.Context, c config) error {
	b, err := run(ctx, c)
	if err != nil {
		return err
	}
	fmt.Print(b)
	if !b.sound() {
		return errors.New("the books do not balance")
	}
	return nil
}

type config struct {
	lasting time.Duration
	drain   time.Duration
	seed    uint64
}
