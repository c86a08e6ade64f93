// Package poller does on one machine what an event source mapping of SQS does on
// AWS: it hands messages to the delivery handler as SQS events, and obeys the
// partial batch response.
package poller

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/logkey"
)

// Queue gives messages out. What it gave out it keeps until it is told what
// became of it, and gives it out again when it never hears.
type Queue interface {
	// Receive waits until a message is due and may be worked on.
	Receive(ctx context.Context) (events.SQSMessage, error)

	// Delete forgets a message that was received.
	Delete(m events.SQSMessage)

	// Release ends the work on a message that stays: it comes again when its
	// visibility timeout, or the time that it was hidden for, has passed.
	Release(m events.SQSMessage)
}

// Handler is the delivery function's.
type Handler func(ctx context.Context, ev events.SQSEvent) (events.SQSEventResponse, error)

// pause is how long a queue that cannot be read is left alone.
const pause = time.Second

// Poller carries messages from a queue to a handler.
type Poller struct {
	Queue   Queue
	Handler Handler
	Workers int // messages at one time; the queue may allow fewer
	Log     *slog.Logger
}

// Run works until polling is done, and returns once the work in hand has ended. The work
// itself runs under ctx, so that it can be let finish for a while and then be cut
// short. A queue that fails is asked again after a second.
//
// The workers live as long as Run: a goroutine for each message would have to
// grow its stack again each time, which costs more than some deliveries.
func (p *Poller) Run(ctx, polling context.Context) {
	var workers sync.WaitGroup
	for range p.Workers {
		workers.Go(func() {
			for polling.Err() == nil {
				p.next(ctx, polling)
			}
		})
	}
	workers.Wait()
}

func (p *Poller) next(ctx, polling context.Context) {
	m, err := p.Queue.Receive(polling)
	if err == nil {
		p.work(ctx, m)
		return
	}
	if polling.Err() == nil {
		p.Log.ErrorContext(ctx, "receive failed", logkey.RetryIn, pause, logkey.Error, err)
	}
	select {
	case <-time.After(pause):
	case <-polling.Done():
	}
}

// work is one invocation with a batch of one: on one machine there is no price
// on invocations, and no neighbour to wait for.
func (p *Poller) work(ctx context.Context, m events.SQSMessage) {
	defer func() {
		if v := recover(); v != nil {
			p.Log.ErrorContext(ctx, "delivery panicked; the message comes again", logkey.MessageID, m.MessageId, logkey.Panic, v)
			p.Queue.Release(m)
		}
	}()
	resp, err := p.Handler(ctx, events.SQSEvent{Records: []events.SQSMessage{m}})
	if err != nil {
		p.Log.ErrorContext(ctx, "delivery failed; the message comes again", logkey.MessageID, m.MessageId, logkey.Error, err)
	}
	if err != nil || len(resp.BatchItemFailures) > 0 {
		p.Queue.Release(m)
		return
	}
	p.Queue.Delete(m)
}
