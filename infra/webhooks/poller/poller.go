// Package poller is the node's counterpart of an SQS event source mapping on AWS: it passes
// messages to the delivery handler as SQS events and honors the partial batch response.
package poller

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/logkey"
)

// Queue is a queue of messages. It keeps a received message until the message is deleted or
// released, and delivers it again if neither happens.
type Queue interface {
	// Receive blocks until a message is due and may be processed.
	Receive(ctx context.Context) (events.SQSMessage, error)

	// Delete removes a received message.
	Delete(m events.SQSMessage)

	// Release returns a received message to the queue. It becomes visible after its visibility
	// timeout, or after the time for which it was hidden.
	Release(m events.SQSMessage)
}

// Handler is the delivery function's handler.
type Handler func(ctx context.Context, ev events.SQSEvent) (events.SQSEventResponse, error)

// pause is the wait after a receive error.
const pause = time.Second

// Poller passes messages from a queue to a handler.
type Poller struct {
	Queue   Queue
	Handler Handler
	Workers int // concurrent messages; the queue may allow fewer
	Log     *slog.Logger
}

// Run processes messages until polling is done, and returns after the messages in progress. These
// are processed under ctx, so that they can finish or be interrupted later than polling ends. After
// a receive error, Run tries again in a second.
//
// The worker goroutines are reused. New goroutines per message would have to grow their stacks each
// time, which costs more than some deliveries.
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
		p.Log.ErrorContext(ctx, "receive message failed", logkey.RetryIn, pause, logkey.Error, err)
	}
	select {
	case <-time.After(pause):
	case <-polling.Done():
	}
}

// work invokes the handler with one message. On a single machine invocations are free, so batches
// would only add waiting.
func (p *Poller) work(ctx context.Context, m events.SQSMessage) {
	defer func() {
		if v := recover(); v != nil {
			p.Log.ErrorContext(ctx, "deliver message panicked; it will be retried", logkey.MessageID, m.MessageId, logkey.Panic, v)
			p.Queue.Release(m)
		}
	}()
	resp, err := p.Handler(ctx, events.SQSEvent{Records: []events.SQSMessage{m}})
	if err != nil {
		p.Log.ErrorContext(ctx, "deliver message failed; it will be retried", logkey.MessageID, m.MessageId, logkey.Error, err)
	}
	if err != nil || len(resp.BatchItemFailures) > 0 {
		p.Queue.Release(m)
		return
	}
	p.Queue.Delete(m)
}
