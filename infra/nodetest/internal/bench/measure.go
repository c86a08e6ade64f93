package bench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/thordata/webhook-integration/infra/nodetest/internal/load"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/nodeproc"
)

// bench is one run, with a receiver and nodes with empty databases.
type bench struct {
	config
	dir, bin string
	receiver *load.Receiver
	next     int // the first unused event number
}

// measure measures and prints all figures.
func measure(ctx context.Context, c config) error {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{config: c, dir: dir}
	if b.bin, err = nodeproc.Build(ctx, dir); err != nil {
		return err
	}
	if b.receiver, err = load.NewReceiver(); err != nil {
		return err
	}
	defer b.receiver.Close()
	fmt.Printf("%s, %d cores, concurrency %d, %d deliveries a round, median of %d rounds\n\n",
		runtime.Version(), runtime.NumCPU(), c.concurrency, c.events, c.rounds)
	if err := b.throughput(ctx); err != nil {
		return err
	}
	return b.latency(ctx)
}

// node starts a node with an empty database and the given number of integrations for the receiver.
func (b *bench) node(ctx context.Context, integrations int) (*nodeproc.Node, error) {
	file := filepath.Join(b.dir, fmt.Sprintf("%d.db", b.next))
	n, err := nodeproc.Start(b.bin, io.Discard, "serve", "-addr", "127.0.0.1:0", "-data", file,
		"-concurrency", strconv.Itoa(2*b.concurrency)) // one integration gets at most half
	if err != nil {
		return nil, err
	}
	for i := range integrations {
		if _, err := load.CreateIntegration(ctx, n.For(load.User), fmt.Sprint("bench ", i), b.receiver.URL); err != nil {
			n.Kill()
			return nil, err
		}
	}
	return n, nil
}

// numbers reserves n event numbers and returns the first.
func (b *bench) numbers(n int) int {
	first := b.next
	b.next += n
	return first
}

func (b *bench) throughput(ctx context.Context) error {
	node, err := b.node(ctx, 1)
	if err != nil {
		return err
	}
	defer node.Kill()
	var ours, bare []figure
	for range b.rounds {
		f, err := bareRound(ctx, b.config, b.receiver)
		if err != nil {
			return err
		}
		bare = append(bare, f)
		if f, err = nodeRound(ctx, b.config, node, b.receiver, b.numbers(b.events)); err != nil {
			return err
		}
		ours = append(ours, f)
	}
	rate := func(f figure) float64 { return f.rate }
	cpu := func(f figure) float64 { return float64(f.cpu) / 1e6 }
	fmt.Printf("%-38s %12s %12s %8s\n", "from put to arrival", "node", "bare loop", "ratio")
	row("deliveries per second", median(ours, rate), median(bare, rate))
	row("CPU ms per 1,000 deliveries", median(ours, cpu), median(bare, cpu))
	return nil
}

func (b *bench) latency(ctx context.Context) error {
	poster, err := newPoster(b.receiver.URL, b.concurrency)
	if err != nil {
		return err
	}
	fmt.Printf("\n%-38s %12s %12s %8s\n", fmt.Sprintf("delay at %d events per second", b.rate), "node", "bare loop", "more")
	for _, integrations := range []int{1, 10} {
		bare, err := b.stream(1, poster.post).Measure(ctx, b.receiver)
		if err != nil {
			return err
		}
		node, err := b.node(ctx, integrations)
		if err != nil {
			return err
		}
		ours, err := b.stream(integrations, load.PutOne(node.For(load.User))).Measure(ctx, b.receiver)
		node.Kill()
		if err != nil {
			return err
		}
		for _, p := range []int{50, 99} {
			n, m := ours.Percentile(p), bare.Percentile(p)
			fmt.Printf("%-38s %9.2f ms %9.2f ms %5.2f ms\n", fmt.Sprintf("p%d, %d integrations", p, integrations), ms(n), ms(m), ms(n-m))
		}
	}
	return nil
}

// stream returns a low-rate stream of events that have not been sent before.
func (b *bench) stream(integrations int, send func(context.Context, int) error) load.Rate {
	r := load.Rate{PerSecond: b.rate, Lasting: b.lasting, Integrations: integrations, Send: send}
	r.First = b.numbers(r.Total())
	return r
}

func row(what string, node, bare float64) {
	fmt.Printf("%-38s %12.0f %12.0f %8.2f\n", what, node, bare, node/bare)
}

func median[T any, N cmp.Ordered](of []T, by func(T) N) N {
	values := make([]N, len(of))
	for i, v := range of {
		values[i] = by(v)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
