package soak

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/infra/nodetest/internal/load"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/nodeproc"
	"github.com/thordata/webhook-integration/infra/webhooks/client"
	"github.com/thordata/webhook-integration/shared/receivertest"
)

// tenant is a user with one integration, whose receiver has one fault, and the user's accepted
// events.
type tenant struct {
	node        *client.Client // as the user
	fault       string
	integration string
	receiver    *receivertest.Receiver

	mu       sync.Mutex
	accepted map[string]bool // event ids
}

// createTenants creates a tenant for every fault.
func createTenants(ctx context.Context, node *nodeproc.Node) (tenants []*tenant, err error) {
	for i, f := range append(receivertest.Plain(), receivertest.Answers()...) {
		receiver, err := f.Start()
		if err != nil {
			return tenants, err
		}
		t := &tenant{node: node.For(fmt.Sprintf("user-%d", i)), fault: f.Name, receiver: receiver, accepted: map[string]bool{}}
		tenants = append(tenants, t)
		if t.integration, err = load.CreateIntegration(ctx, t.node, f.Name, receiver.URL); err != nil {
			return tenants, fmt.Errorf("integration on %q: %w", f.Name, err)
		}
	}
	return tenants, nil
}

// healable reports whether the receiver works once it is healed. One that refuses connections has no
// listener any more: what is for it waits.
func (t *tenant) healable() bool { return t.fault != "refuse" }

// released waits until nothing waits for the tenant's endpoint.
func (t *tenant) released(ctx context.Context) error {
	for t.healable() {
		in, err := load.Integration(ctx, t.node, t.integration)
		if err != nil {
			return err
		}
		if in.Health.State == "closed" && in.Health.Waiting == 0 {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%w; the endpoint of %q is %s, and %d dispatches wait", context.Cause(ctx), t.fault, in.Health.State, in.Health.Waiting)
		}
	}
	return nil
}

// putEvents puts an event of the tenant at intervals until ctx ends, and retries each until it is
// accepted. It continues to retry events that were pending when ctx ended.
func (t *tenant) putEvents(ctx, all context.Context, first int, every time.Duration) error {
	p := &load.Putter{Node: t.node, Began: time.Now()}
	beat := time.NewTicker(every)
	defer beat.Stop()
	for n := first; ; n++ {
		select {
		case <-beat.C:
		case <-ctx.Done():
			return nil
		}
		for p.Put(all, n, n+1) != nil {
			select {
			case <-time.After(50 * time.Millisecond): // the node is down, or its disk is full
			case <-all.Done():
				return context.Cause(all)
			}
		}
		t.mu.Lock()
		t.accepted[load.EventID(n)] = true
		t.mu.Unlock()
	}
}
