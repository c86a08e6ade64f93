package scale

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

const (
	// gather is how long the mapping waits for more messages to come: ten come in that time at the full
	// rate, and the model has them come together.
	gather = 10 * time.Millisecond

	functionTimeout = time.Minute
)

// deliver is the delivery handler.
type deliver func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// mapping is a model of an event source mapping from a queue to the delivery function.
type mapping struct {
	queue  *queue
	slots  *slots
	handle deliver
	use    *use
	going  sync.WaitGroup
}

// run invokes the function until the context ends, and then waits for what runs.
func (m *mapping) run(ctx context.Context) {
	defer m.going.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.queue.wake:
		}
		time.Sleep(gather)
		m.drain(ctx)
	}
}

// drain invokes the function until there is nothing to receive.
func (m *mapping) drain(ctx context.Context) {
	for m.slots.take(ctx.Done()) {
		batch := m.queue.receive()
		if len(batch) == 0 {
			m.slots.free()
			return
		}
		m.use.requests(1)
		m.going.Go(func() {
			defer m.slots.free()
			m.invoke(batch)
		})
	}
}

// invoke handles a batch and deletes what need not stay in the queue.
func (m *mapping) invoke(batch []*message) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), functionTimeout)
	defer cancel()
	event := events.SQSEvent{Records: make([]events.SQSMessage, len(batch))}
	for i, msg := range batch {
		event.Records[i] = events.SQSMessage{
			MessageId: msg.id, ReceiptHandle: msg.id, Body: msg.body, EventSource: "aws:sqs", EventSourceARN: m.queue.name,
			Attributes: map[string]string{"ApproximateReceiveCount": strconv.Itoa(msg.receives)},
		}
	}
	resp, err := m.handle(ctx, event)
	m.use.invocation(time.Since(began), cpuMessage*time.Duration(len(batch)))
	if err != nil {
		return
	}
	stays := map[string]bool{}
	for _, f := range resp.BatchItemFailures {
		stays[f.ItemIdentifier] = true
	}
	for _, msg := range batch {
		if !stays[msg.id] {
			m.queue.delete(msg)
		}
	}
	if len(stays) < len(batch) {
		m.use.requests(1)
	}
}
