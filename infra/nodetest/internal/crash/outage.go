package crash

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/thordata/webhook-integration/infra/nodetest/internal/load"
	"github.com/thordata/webhook-integration/infra/webhooks/client"
)

// outage is an integration whose endpoint goes down and comes back.
type outage struct {
	receiver    *load.Receiver
	integration string
}

func newOutage(ctx context.Context, v *victim) (*outage, error) {
	receiver, err := load.NewReceiver()
	if err != nil {
		return nil, err
	}
	o := &outage{receiver: receiver}
	if o.integration, err = load.CreateIntegration(ctx, v.node.For(load.User), "crash outage", receiver.URL); err != nil {
		receiver.Close()
		return nil, fmt.Errorf("create an integration: %w", err)
	}
	return o, nil
}

// down reports whether the endpoint is down after a number of kills: in the second quarter of the
// planned ones, and from the last quarter on.
func down(kills, planned int) bool {
	quarter := max(1, planned/4)
	return kills >= quarter && kills < 2*quarter || kills >= 3*quarter
}

// end has the endpoint work again, and waits until everything that waited for it was delivered.
func (o *outage) end(ctx context.Context, v *victim) error {
	o.receiver.SetDown(false)
	node := v.node.For(load.User)
	for {
		in, err := load.Integration(ctx, node, o.integration)
		if err != nil {
			return err
		}
		if in.Health.State == "closed" && in.Health.Waiting == 0 {
			return nil
		}
		if in.Health.State == "open" { // "Try now", as a person would
			err := node.Do(ctx, http.MethodPost, "/v1/integrations/"+o.integration+"/probe", nil, nil)
			if answered, ok := errors.AsType[*client.StatusError](err); err != nil && (!ok || answered.Status != http.StatusConflict) {
				return err
			}
		}
		select {
		case <-time.After(250 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%w; the endpoint is %s, and %d dispatches wait", context.Cause(ctx), in.Health.State, in.Health.Waiting)
		}
	}
}
