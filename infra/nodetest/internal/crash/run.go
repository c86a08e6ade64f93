package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/thordata/webhook-integration/infra/nodetest/internal/load"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/nodeproc"
)

type config struct {
	events       int
	integrations int
	putters      int
	kills        int
	life         time.Duration
	seed         uint64
	within       time.Duration
}

// run runs the test and returns its result. An error means that the test could not finish.
func run(ctx context.Context, c config) (books, error) {
	dir, err := os.MkdirTemp("", "crashtest-")
	if err != nil {
		return books{}, err
	}
	defer os.RemoveAll(dir)
	receiver, err := load.NewReceiver()
	if err != nil {
		return books{}, err
	}
	defer receiver.Close()
	v, err := newVictim(ctx, dir)
	if err != nil {
		return books{}, err
	}
	defer v.kill()
	o, err := newOutage(ctx, v)
	if err != nil {
		return books{}, err
	}
	defer o.receiver.Close()
	for i := range c.integrations {
		if _, err := load.CreateIntegration(ctx, v.node.For(load.User), fmt.Sprint("crash ", i), receiver.URL); err != nil {
			return books{}, fmt.Errorf("create an integration: %w", err)
		}
	}
	fmt.Printf("%d events to %d integrations, seed %d\n", c.events, c.integrations+1, c.seed)
	kills, err := flood(ctx, c, v, o)
	if err != nil {
		return books{}, err
	}
	if err := o.end(ctx, v); err != nil {
		return books{}, err
	}
	if err := load.Drained(ctx, v.node.For(load.User)); err != nil {
		return books{}, err
	}
	return audit(receiver, o.receiver, c, kills), nil
}

// flood puts the events while the node is killed and restarted, and returns the number of kills.
func flood(ctx context.Context, c config, v *victim, o *outage) (kills int, err error) {
	putting, finished := context.WithCancel(ctx)
	defer finished()
	var next atomic.Int64
	var putters sync.WaitGroup
	for range c.putters {
		p := &load.Putter{Node: v.node.For(load.User), Began: time.Now()}
		putters.Go(func() { putAll(putting, c.events, &next, p) })
	}
	go func() {
		putters.Wait()
		finished()
	}()
	rng := rand.New(rand.NewPCG(c.seed, 0))
	for kills < c.kills || putting.Err() == nil {
		life := c.life/4 + time.Duration(rng.Int64N(int64(c.life)*3/2))
		select {
		case <-time.After(life):
		case <-ctx.Done():
			return kills, context.Cause(ctx)
		}
		v.kill()
		kills++
		o.receiver.SetDown(down(kills, c.kills))
		if err := v.rise(); err != nil {
			return kills, err
		}
	}
	return kills, nil
}

// putAll puts all events. It repeats each call until it is accepted.
func putAll(ctx context.Context, events int, next *atomic.Int64, p *load.Putter) {
	for {
		from := int(next.Add(load.PerCall)) - load.PerCall
		if from >= events {
			return
		}
		for p.Put(ctx, from, min(from+load.PerCall, events)) != nil {
			select {
			case <-time.After(5 * time.Millisecond): // the node is down
			case <-ctx.Done():
				return
			}
		}
	}
}

// victim is the node under test, which always has the same address and file.
type victim struct {
	bin, dir string
	node     *nodeproc.Node
}

func newVictim(ctx context.Context, dir string) (*victim, error) {
	bin, err := nodeproc.Build(ctx, dir)
	if err != nil {
		return nil, err
	}
	v := &victim{bin: bin, dir: dir}
	return v, v.start("127.0.0.1:0")
}

func (v *victim) start(addr string) (err error) {
	log, err := os.OpenFile(filepath.Join(v.dir, "node.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	v.node, err = nodeproc.Start(v.bin, log, "serve", "-addr", addr, "-data", filepath.Join(v.dir, "crash.db"), "-minute", "1s", "-log", "error")
	return err
}

func (v *victim) kill() { v.node.Kill() }

func (v *victim) rise() error { return v.start(v.node.Addr) }
