package main

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/infra/load"
)

// delays are the times from the moment before a call to the arrival at the
// receiver.
type delays []time.Duration

func (d delays) percentile(p int) time.Duration {
	if len(d) == 0 {
		return 0
	}
	return d[min(len(d)*p/100, len(d)-1)]
}

// atRate calls send for event after event at the configured rate, waits until the
// arrivals are complete, and returns their delays, shortest first.
func atRate(ctx context.Context, c config, r *load.Receiver, first, integrations int, send func(context.Context, int) error) (delays, error) {
	r.Reset()
	total := int(c.lasting.Seconds() * float64(c.rate))
	sent := make([]time.Time, total)
	faults := make(chan error, total)
	var calls sync.WaitGroup
	beat := time.NewTicker(time.Second / time.Duration(c.rate))
	defer beat.Stop()
	for i := range total {
		<-beat.C
		sent[i] = time.Now()
		calls.Go(func() { faults <- send(ctx, first+i) })
	}
	calls.Wait()
	for range total {
		if err := <-faults; err != nil {
			return nil, err
		}
	}
	if err := r.WaitFor(ctx, total*integrations); err != nil {
		return nil, err
	}
	var d delays
	for i := range total {
		for _, at := range r.Arrivals(first + i) {
			d = append(d, at.Sub(sent[i]))
		}
	}
	slices.Sort(d)
	return d, nil
}

// putOne returns a send that puts one event on the node's bus.
func putOne(url string) func(context.Context, int) error {
	p := &load.Putter{URL: url, Client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}, Now: time.Now}
	return func(ctx context.Context, n int) error { return p.Put(ctx, n, n+1) }
}
