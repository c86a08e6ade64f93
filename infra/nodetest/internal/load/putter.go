package load

import (
	"context"
	"time"

	"github.com/thordata/webhook-integration/infra/webhooks/client"
)

// PerCall is the maximum number of events in one PutEvents call.
const PerCall = 10

// Putter puts events of one user on a node's bus.
type Putter struct {
	Node  *client.Client
	Began time.Time // time of event 0; event n is n milliseconds later, even if it is put again
}

// Put puts the events from up to (excluding) to, at most PerCall, in one call. It returns nil if
// all were accepted. After an error some may have been; repeating the call is harmless, because the
// events keep their ids.
func (p *Putter) Put(ctx context.Context, from, to int) error {
	events := make([][]byte, 0, PerCall)
	for n := from; n < to; n++ {
		events = append(events, Event(p.Node.User, n, p.Began.Add(time.Duration(n)*time.Millisecond)))
	}
	return p.Node.Put(ctx, events...)
}
