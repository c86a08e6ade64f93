package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/thordata/webhook-integration/infra/nodetest/internal/load"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/nodeproc"
	"github.com/thordata/webhook-integration/infra/webhooks/client"
)

// putters is the number of concurrent PutEvents callers with ten events each. It is high enough
// that the node always has events to deliver, even while responses wait for the disk.
const putters = 16

// figure is the result of one round.
type figure struct {
	rate float64       // deliveries a second
	cpu  time.Duration // of the sender, per 1,000 deliveries
}

func newFigure(deliveries int, took, cpu time.Duration) figure {
	return figure{
		rate: float64(deliveries) / took.Seconds(),
		cpu:  cpu * 1000 / time.Duration(deliveries),
	}
}

// nodeRound puts events on the bus and waits until all have arrived.
func nodeRound(ctx context.Context, c config, node *nodeproc.Node, r *load.Receiver, first int) (figure, error) {
	r.Reset()
	before, err := node.CPU()
	if err != nil {
		return figure{}, err
	}
	start := time.Now()
	if err := putAll(ctx, node.For(load.User), first, first+c.events); err != nil {
		return figure{}, err
	}
	if err := r.WaitFor(ctx, c.events); err != nil {
		return figure{}, err
	}
	took := time.Since(start)
	after, err := node.CPU()
	return newFigure(c.events, took, after-before), err
}

func putAll(ctx context.Context, node *client.Client, from, to int) error {
	p := &load.Putter{Node: node, Began: time.Now()}
	var next atomic.Int64
	next.Store(int64(from))
	faults := make(chan error, putters)
	var all sync.WaitGroup
	for range putters {
		all.Go(func() {
			for {
				at := int(next.Add(load.PerCall)) - load.PerCall
				if at >= to {
					return
				}
				if err := p.Put(ctx, at, min(at+load.PerCall, to)); err != nil {
					faults <- err
					return
				}
			}
		})
	}
	all.Wait()
	select {
	case err := <-faults:
		return err
	default:
		return nil
	}
}

// bareRound runs this command as the bare loop, which is a separate process like the node.
func bareRound(ctx context.Context, c config, r *load.Receiver) (figure, error) {
	self, err := os.Executable()
	if err != nil {
		return figure{}, err
	}
	r.Reset()
	cmd := exec.CommandContext(ctx, self, AsBareLoop, r.URL, strconv.Itoa(c.events), strconv.Itoa(c.concurrency))
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return figure{}, fmt.Errorf("bare loop: %w\n%s", err, out)
	}
	took := time.Since(start)
	return newFigure(c.events, took, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()), nil
}
