package load

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/infra/webhooks/client"
)

// Delays are the times from just before each event was sent until it arrived, in increasing order.
type Delays []time.Duration

// Percentile returns the p-th percentile, or 0 if there are no delays.
func (d Delays) Percentile(p int) time.Duration {
	if len(d) == 0 {
		return 0
	}
	return d[min(len(d)*p/100, len(d)-1)]
}

// Rate is a stream of events at a constant rate.
type Rate struct {
	PerSecond    int
	Lasting      time.Duration
	First        int // the number of the first event
	Integrations int // per event
	Send         func(ctx context.Context, n int) error
}

// Total returns the number of events in the stream.
func (r Rate) Total() int { return int(r.Lasting.Seconds() * float64(r.PerSecond)) }

// Measure resets the receiver, sends the stream, waits until everything has arrived, and returns
// the delays.
func (r Rate) Measure(ctx context.Context, receiver *Receiver) (Delays, error) {
	receiver.Reset()
	sent := make([]time.Time, r.Total())
	faults := make(chan error, len(sent))
	var calls sync.WaitGroup
	beat := time.NewTicker(time.Second / time.Duration(r.PerSecond))
	defer beat.Stop()
	for i := range sent {
		<-beat.C
		sent[i] = time.Now()
		calls.Go(func() { faults <- r.Send(ctx, r.First+i) })
	}
	calls.Wait()
	for range sent {
		if err := <-faults; err != nil {
			return nil, err
		}
	}
	if err := receiver.WaitFor(ctx, len(sent)*r.Integrations); err != nil {
		return nil, err
	}
	var d Delays
	for i := range sent {
		for _, at := range receiver.Arrivals(r.First + i) {
			d = append(d, at.Sub(sent[i]))
		}
	}
	slices.Sort(d)
	return d, nil
}

// PutOne returns a function that puts one event on a node's bus.
func PutOne(node *client.Client) func(context.Context, int) error {
	p := &Putter{Node: node, Began: time.Now()}
	return func(ctx context.Context, n int) error { return p.Put(ctx, n, n+1) }
}
