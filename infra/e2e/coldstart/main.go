// Coldstart measures the time from starting a deployed function to its first request for an
// invocation, compared with a function that does nothing. All are built and started alternately in
// one run: on a noisy machine only the ratios are meaningful.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/e2e/internal/lambdaruntime"
	"github.com/thordata/webhook-integration/infra/stack"
)

const (
	module = "github.com/thordata/webhook-integration/"
	empty  = "empty"
)

const about = `Measures the time from starting a deployed function to its first request for an
invocation, compared with a function that does nothing.`

func main() {
	var runs int
	var most float64
	cmd := cli.New("coldstart", about)
	cmd.Count(&runs, "runs", 21, "starts of each function; the result is the median")
	cmd.Factor(&most, "most", "fail if a function takes more than this many times as long as the empty one; no limit by default")
	cmd.Main(func(ctx context.Context) error { return run(ctx, runs, most) })
}

func run(ctx context.Context, runs int, most float64) error {
	dir, err := os.MkdirTemp("", "coldstart-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	functions, err := build(ctx, dir)
	if err != nil {
		return err
	}
	took := map[string][]time.Duration{}
	for range runs {
		for _, f := range functions {
			d, err := start(ctx, f)
			if err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
			took[f.Name] = append(took[f.Name], d)
		}
	}
	return report(functions, took, most)
}

// build builds the functions into dir, the empty one first, with the environments that the template
// gives them.
func build(ctx context.Context, dir string) (all []lambdaruntime.Function, err error) {
	deployed, err := stack.Load("template.yaml", stack.Place{}, nil)
	if err != nil {
		return nil, fmt.Errorf("run it at the module's root: %w", err)
	}
	for _, name := range []string{empty, "fanout", "delivery", "api"} {
		main := module + "functions/" + name + "/lambda"
		if name == empty {
			main = module + "infra/e2e/coldstart/empty"
		}
		bin, err := lambdaruntime.Build(ctx, dir, name, main)
		if err != nil {
			return nil, err
		}
		all = append(all, lambdaruntime.Function{Bootstrap: bin, Name: name, Environ: deployed.Functions[name].Environ()})
	}
	return all, nil
}

// start starts a function and returns the time until it was ready.
func start(ctx context.Context, f lambdaruntime.Function) (time.Duration, error) {
	e, err := lambdaruntime.Start(f, &lambdaruntime.Logs{})
	if err != nil {
		return 0, err
	}
	defer e.Stop()
	return e.Ready(ctx)
}

func report(all []lambdaruntime.Function, took map[string][]time.Duration, most float64) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "function\tsize\tfrom start to first request\tcompared with empty\t")
	var slow []string
	base := median(took[empty])
	for _, f := range all {
		size, err := os.Stat(f.Bootstrap)
		if err != nil {
			return err
		}
		m := median(took[f.Name])
		ratio := float64(m) / float64(base)
		fmt.Fprintf(w, "%s\t%.1f MB\t%.1f ms\t%.1f times\t\n", f.Name, float64(size.Size())/1e6, float64(m.Microseconds())/1000, ratio)
		if most > 0 && ratio > most {
			slow = append(slow, f.Name)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(slow) > 0 {
		return fmt.Errorf("%v: more than %.1f times as long as the empty function", slow, most)
	}
	return nil
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
