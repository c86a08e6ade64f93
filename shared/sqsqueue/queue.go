// Package sqsqueue is the message queue on SQS. It uses standard queues with fair queueing: each
// integration is a message group.
//
// Delivery is at least once and unordered. A received message stays hidden until it is deleted or
// its visibility timeout ends. Hide sets that time for the current receive.
package sqsqueue

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Client is the part of *sqs.Client that the queue uses.
type Client interface {
	SendMessageBatch(context.Context, *sqs.SendMessageBatchInput, ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error)
	ChangeMessageVisibility(context.Context, *sqs.ChangeMessageVisibilityInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error)
}

// Queue sends messages to one queue immediately and to another one with a delay, and hides messages
// in both. It is safe for concurrent use.
type Queue struct {
	client            Client
	sendTo, sendLater string
	urls              map[string]string // by account/name, which URLs and ARNs both contain
}

// New returns a queue that sends immediate messages to the queue with the URL sendTo, and delayed
// ones to sendLater, which may be "" if nothing is delayed. The URLs are those returned by SQS.
func New(client Client, sendTo, sendLater string) (*Queue, error) {
	q := &Queue{client: client, sendTo: sendTo, sendLater: sendLater, urls: map[string]string{}}
	for _, raw := range []string{sendTo, sendLater} {
		if raw == "" && raw != sendTo {
			continue
		}
		u, err := url.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("queue URL: %w", err)
		}
		account, name, ok := strings.Cut(strings.Trim(u.Path, "/"), "/")
		if !ok || u.Host == "" || account == "" || name == "" || strings.Contains(name, "/") {
			return nil, fmt.Errorf("queue URL %q must end in /<account>/<name>", raw)
		}
		q.urls[account+"/"+name] = raw
	}
	return q, nil
}

// maxHide is SQS's maximum of 12 hours since the receive, minus the time that a function may have
// held the message.
const maxHide = 12*time.Hour - 2*time.Minute

// Hide makes a received message invisible for d, rounded up to seconds and limited to 11 h 58 min.
// A message that is due later becomes visible early and must be hidden again.
func (q *Queue) Hide(ctx context.Context, m events.SQSMessage, d time.Duration) error {
	queue, err := q.urlOf(m.EventSourceARN)
	if err != nil {
		return err
	}
	d = min(max(d, 0), maxHide)
	_, err = q.client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &queue, ReceiptHandle: &m.ReceiptHandle,
		VisibilityTimeout: int32((d + time.Second - 1) / time.Second),
	})
	if err != nil {
		return fmt.Errorf("hide message %s: %w", m.MessageId, err)
	}
	return nil
}

// urlOf returns the URL of the queue with the given ARN: arn:aws:sqs:<region>:<account>:<name>.
func (q *Queue) urlOf(arn string) (string, error) {
	parts := strings.Split(arn, ":")
	if len(parts) == 6 {
		if queue, ok := q.urls[parts[4]+"/"+parts[5]]; ok {
			return queue, nil
		}
	}
	return "", fmt.Errorf("message of queue %q, which is none of the configured ones: add its URL to the environment", arn)
}
