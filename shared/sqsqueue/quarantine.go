package sqsqueue

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// SendClient is the part of *sqs.Client that a quarantine uses.
type SendClient interface {
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

// Quarantine keeps malformed events in the queue to which Lambda sends events that failed three
// times, and in the same format, so that one tool reads both.
type Quarantine struct {
	client SendClient
	url    string
	now    func() time.Time
}

// NewQuarantine returns a quarantine in the queue at the URL.
func NewQuarantine(client SendClient, url string, now func() time.Time) *Quarantine {
	return &Quarantine{client: client, url: url, now: now}
}

// failure is the record that Lambda sends to an on-failure destination.
type failure struct {
	Version         string                  `json:"version"`
	Timestamp       time.Time               `json:"timestamp"`
	RequestContext  failureContext          `json:"requestContext"`
	RequestPayload  events.EventBridgeEvent `json:"requestPayload"`
	ResponsePayload failureReason           `json:"responsePayload"`
}

type failureContext struct {
	Condition string `json:"condition"`
}

type failureReason struct {
	ErrorType    string `json:"errorType"`
	ErrorMessage string `json:"errorMessage"`
}

// Keep sends the event with the reason. An event that is too large for SQS together with the reason
// is sent alone. Keeping an event twice is harmless: it is two messages.
func (q *Quarantine) Keep(ctx context.Context, ev events.EventBridgeEvent, reason error) error {
	body, err := json.Marshal(failure{
		Version: "1.0", Timestamp: q.now().UTC(), RequestPayload: ev,
		RequestContext:  failureContext{Condition: "MalformedEvent"},
		ResponsePayload: failureReason{ErrorType: "MalformedEvent", ErrorMessage: reason.Error()},
	})
	if err == nil && len(body) > maxBytes {
		body, err = json.Marshal(ev)
	}
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	text := strings.ToValidUTF8(string(body), "\ufffd")
	if _, err := q.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &text}); err != nil {
		return fmt.Errorf("send to %s: %w", q.url, err)
	}
	return nil
}
