// Package sqsqueue is the queue on SQS: standard queues that are fair to the
// integrations, each of which is a message group.
//
// Delivery is at least once and in no order. A message that was received stays hidden until it is
// deleted or its visibility ends; Hide sets that end, for the current receive.
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

// Queue sends to one queue at once and to another one later, and hides messages in both. It is safe
// for concurrent use.
type Queue struct {
	client            Client
	sendTo, sendLater string
	urls              map[string]string // by account/name, as URLs and ARNs both tell it
}

// New returns a queue that sends to the queue at the URL sendTo, and with a delay to the one at
// sendLater, which may be "" where nothing is delayed. The URLs are those that SQS gave to the queues.
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

// maxHide is 12 hours from the receive, beyond which SQS refuses to hide a message, less
// the time for which a function may have had it.
const maxHide = 12*time.Hour - 2*time.Minute

// Hide keeps a received message out of sight for d, rounded up to seconds, and
// at most 11 h 58 min: what is due later comes into sight early, to be hidden again.
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

// urlOf returns the URL of the queue with an ARN: arn:aws:sqs:<region>:<account>:<name>.
func (q *Queue) urlOf(arn string) (string, error) {
	parts := strings.Split(arn, ":")
	if len(parts) == 6 {
		if queue, ok := q.urls[parts[4]+"/"+parts[5]]; ok {
			return queue, nil
		}
	}
	return "", fmt.Errorf("message of queue %q, which is none of the configured ones: add its URL to the environment", arn)
}
