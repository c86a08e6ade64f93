package e2e

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/thordata/webhook-integration/infra/e2e/internal/lambdaruntime"
	"github.com/thordata/webhook-integration/infra/emulators"
	"github.com/thordata/webhook-integration/infra/stack"
)

// pace is the wait after an empty receive.
const pace = 50 * time.Millisecond

// mapping emulates an event source mapping: it receives batches, invokes the function, and deletes
// the messages that the function did not report as failed. It leaves the others, and their
// visibility timeout, to the queue's redrive policy. It uses the credentials of the function's
// role, with the name "delivery-mapping" at the proxy.
type mapping struct {
	stack.Mapping
	function *lambdaruntime.Pool
	client   *sqs.Client
	url      string

	batches, messages int // that the function was invoked with
}

func (w *harness) newMapping(m stack.Mapping) *mapping {
	i := slices.IndexFunc(w.Queues, func(q stack.Queue) bool { return q.ARN == m.QueueARN })
	made := &mapping{
		Mapping: m, function: w.functions["delivery"], url: w.Queues[i].URL,
		client: sqs.NewFromConfig(w.aws("delivery-mapping")),
	}
	// Like AWS, check the queue's visibility timeout when the mapping is created.
	_, err := made.client.GetQueueAttributes(w.t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &made.url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameVisibilityTimeout},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return made
}

// deliver runs the mappings until holds returns true.
func (w *harness) deliver(what string, holds func() bool) {
	w.t.Helper()
	stop := make(chan struct{})
	var polling sync.WaitGroup
	for _, m := range w.mappings {
		polling.Go(func() {
			for {
				n, err := m.poll(w.t.Context())
				if err != nil {
					w.t.Errorf("mapping of %s: %v", m.QueueARN, err)
					return
				}
				if n > 0 && !closed(stop) {
					continue
				}
				select {
				case <-stop:
					return
				case <-time.After(pace):
				}
			}
		})
	}
	defer polling.Wait()
	defer close(stop)
	w.await(what, holds)
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// poll receives and processes one batch, and returns its number of messages. It returns errors of
// the queue; after an error of the function the messages stay in the queue.
func (m *mapping) poll(ctx context.Context) (int, error) {
	out, err := m.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &m.url, MaxNumberOfMessages: int32(m.BatchSize),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		MessageAttributeNames:       []string{"All"},
	})
	if err != nil || len(out.Messages) == 0 {
		return 0, err
	}
	m.batches, m.messages = m.batches+1, m.messages+len(out.Messages)
	batch, err := json.Marshal(m.event(out.Messages))
	if err != nil {
		return 0, err
	}
	answer, err := m.function.Invoke(ctx, batch)
	if err != nil {
		return len(out.Messages), nil
	}
	return len(out.Messages), m.delete(ctx, m.done(out.Messages, answer))
}

// event converts received messages to the function's event.
func (m *mapping) event(received []types.Message) events.SQSEvent {
	var ev events.SQSEvent
	for _, r := range received {
		ev.Records = append(ev.Records, events.SQSMessage{
			MessageId: *r.MessageId, ReceiptHandle: *r.ReceiptHandle, Body: *r.Body, Md5OfBody: aws.ToString(r.MD5OfBody),
			Attributes: r.Attributes, MessageAttributes: map[string]events.SQSMessageAttribute{},
			EventSource: "aws:sqs", EventSourceARN: m.QueueARN, AWSRegion: emulators.Region,
		})
	}
	return ev
}

// done returns the messages to delete. There are none if the response is invalid or names a message
// that is not in the batch.
func (m *mapping) done(received []types.Message, answer []byte) []types.Message {
	var resp events.SQSEventResponse
	if !m.PartialBatches {
		return received
	}
	if err := json.Unmarshal(answer, &resp); err != nil {
		return nil
	}
	left := slices.Clone(received)
	for _, f := range resp.BatchItemFailures {
		i := slices.IndexFunc(left, func(r types.Message) bool { return *r.MessageId == f.ItemIdentifier })
		if i < 0 {
			return nil
		}
		left = slices.Delete(left, i, i+1)
	}
	return left
}

func (m *mapping) delete(ctx context.Context, done []types.Message) error {
	if len(done) == 0 {
		return nil
	}
	var entries []types.DeleteMessageBatchRequestEntry
	for i, d := range done {
		entries = append(entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: d.ReceiptHandle})
	}
	_, err := m.client.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &m.url, Entries: entries})
	return err
}

// count returns the number of messages in a queue, including invisible ones.
func (w *harness) count(q stack.Queue) int {
	w.t.Helper()
	out, err := w.queue.GetQueueAttributes(w.t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &q.URL, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	sum := 0
	for _, name := range []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"} {
		n, err := strconv.Atoi(out.Attributes[name])
		if err != nil {
			w.t.Fatal(err)
		}
		sum += n
	}
	return sum
}
