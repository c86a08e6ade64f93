package load

import (
	"context"
	"time"

	"github.com/thordata/webhook-integration/infra/webhooks/client"
)

// PerCall is the most events that one call of PutEvents takes.
const PerCall = 10

// Putter puts its user's events on a node's bus.
type Putter struct {
	Node  *client.Client
	Began time.Time // of the stream: event n is n milliseconds younger, however often it is put
}

// Put sends the events from up to (excluding) to, at most PerCall, in one call. It returns nil
// when every one was accepted; after an error some may have been, and sending
// them all again is harmless, for they bear their own event ids.
func (p *Putter) Put(ctx context.Context, from, to int) error {
	events := make([][]byte, 0, PerCall)
	for n := from; n < to; n++ {
		events = append(events, Event(p.Node.User, n, p.Began.Add(time.Duration(n)*time.Millisecond)))
	}
	return p.Node.Put(ctx, events...)
}
