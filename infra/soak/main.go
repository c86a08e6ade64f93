// Soak runs the local node under load with receivers that misbehave in every way
// of package hostile, kills it with SIGKILL, fills its disk and sets its clock, for a
// stated time. Then it stops the faults, waits until all is delivered or given up, and checks
// the books: every event that was accepted has exactly one dispatch for each integration
// that was active, every dispatch has an end, and every success was received.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/thordata/webhook-integration/infra/command"
)

const about = `Runs the local node under load with receivers that misbehave in every way, kills it, fills its
disk and sets its clock. Then it lets the node finish, and prints the books: every event that was accepted
has one dispatch for each integration, every dispatch has an end, and every success was received.`

func main() {
	var c config
	cmd := command.New("soak", about)
	cmd.Duration(&c.lasting, "for", 2*time.Minute, "how long the faults go on")
	cmd.Duration(&c.drain, "drain", 5*time.Minute, "how long the node may take to finish after the faults")
	cmd.Seed(&c.seed, "what the moments of the faults follow from; the run prints it")
	cmd.Role(asNode, beNode)
	cmd.Main(func(ctx context.Context) error { return soak(ctx, c) })
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
