// Package scale simulates the system at 100 million deliveries a day over two days: the real fan-out,
// tick and delivery handlers, in virtual time, with a model of AWS around them that is scaled down.
package scale

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/stack"
)

const about = `Simulates 100 million deliveries a day over two days, with endpoints that are dead or hang for 44
hours, on the real handlers with a model of AWS. Prints what healthy integrations see and what it
costs, and exits with status 1 if a target is missed.`

// Run runs the command.
func Run(ctx context.Context, args []string) error {
	cmd := cli.New("nodetest scale", about)
	scale := cmd.Int("scale", 800, "simulate one in so many deliveries, integrations and invocations")
	file := cmd.String("template", "template.yaml", "file with the prices")
	if err := cmd.Parse(args, os.Stdout); err != nil {
		return err
	}
	if *scale < 1 {
		return &cli.UsageError{Err: fmt.Errorf("-scale %d: want at least 1", *scale)}
	}
	template, err := stack.Load(*file, stack.Place{}, nil)
	if err != nil {
		return err
	}
	began := time.Now()
	results, err := runAll(ctx, *scale)
	if err != nil {
		return err
	}
	fmt.Printf("%s\nSimulated in %v.\n\n", table(results, template.Prices), time.Since(began).Round(time.Second))
	return judge(os.Stdout, results, template.Prices)
}

// runAll runs each scenario in a process of its own.
func runAll(ctx context.Context, scale int) ([]Result, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(scenarios(float64(scale))))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU())
	for n := range results {
		group.Go(func() error {
			var errs bytes.Buffer
			cmd := exec.CommandContext(ctx, self, AsModel, strconv.Itoa(scale), strconv.Itoa(n))
			cmd.Stderr = &errs
			out, err := cmd.Output()
			if err == nil {
				err = json.Unmarshal(out, &results[n])
			}
			if err != nil {
				return fmt.Errorf("scenario %d: %w: %.2000s", n, err, errs.String())
			}
			return nil
		})
	}
	return results, group.Wait()
}
