package sqsqueue

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"
)

const failuresURL = "https://sqs.us-east-1.amazonaws.com/123456789012/webhooks-fanout-failures"

// sender keeps the bodies of messages, and rejects those that SQS would reject.
type sender struct {
	bodies []string
	err    error
}

func (s *sender) SendMessage(_ context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	if *in.QueueUrl != failuresURL || len(*in.MessageBody) > maxBytes {
		return nil, errors.New("rejected")
	}
	s.bodies = append(s.bodies, *in.MessageBody)
	return &sqs.SendMessageOutput{}, s.err
}

func malformed(detail string) events.EventBridgeEvent {
	at := time.Date(2025, 6, 7, 6, 33, 20, 0, time.UTC)
	return events.EventBridgeEvent{
		Version: "0", ID: "bus-1", Source: "thordata.scraper", DetailType: "Web Scraper Task Status Change",
		AccountID: "123456789012", Region: "us-east-1", Resources: []string{}, Time: at, Detail: json.RawMessage(detail),
	}
}

func TestQuarantineKeepsEventInFormatOfLambda(t *testing.T) {
	s := &sender{}
	q := NewQuarantine(s, failuresURL, func() time.Time { return time.Date(2025, 6, 7, 6, 33, 21, 0, time.UTC) })
	if err := q.Keep(t.Context(), malformed(`{"userId":null,"n":1.0}`), errors.New("userId: is missing")); err != nil {
		t.Fatal(err)
	}
	const want = `{"version":"1.0","timestamp":"2025-06-07T06:33:21Z","requestContext":{"condition":"MalformedEvent"},"requestPayload":` +
		`{"version":"0","id":"bus-1","detail-type":"Web Scraper Task Status Change","source":"thordata.scraper","account":"123456789012",` +
		`"time":"2025-06-07T06:33:20Z","region":"us-east-1","resources":[],"detail":{"userId":null,"n":1.0}},` +
		`"responsePayload":{"errorType":"MalformedEvent","errorMessage":"userId: is missing"}}`
	if diff := cmp.Diff([]string{want}, s.bodies); diff != "" {
		t.Error(diff)
	}
}

func TestQuarantineKeepsLargeEventWithoutReason(t *testing.T) {
	s := &sender{}
	ev := malformed(`"` + strings.Repeat("x", maxBytes-300) + `"`)
	if err := NewQuarantine(s, failuresURL, time.Now).Keep(t.Context(), ev, errors.New("detail: is not a JSON object")); err != nil {
		t.Fatal(err)
	}
	var kept events.EventBridgeEvent
	if err := json.Unmarshal([]byte(s.bodies[0]), &kept); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ev, kept); diff != "" {
		t.Error(diff[:200])
	}
}

func TestQuarantineReportsWhatIsNotKept(t *testing.T) {
	boom := errors.New("boom")
	q := NewQuarantine(&sender{err: boom}, failuresURL, time.Now)
	if err := q.Keep(t.Context(), malformed(`"text"`), errors.New("malformed")); !errors.Is(err, boom) {
		t.Errorf("error = %v, want boom", err)
	}
	large := malformed(`"` + strings.Repeat("x", maxBytes) + `"`)
	if err := q.Keep(t.Context(), large, errors.New("malformed")); err == nil {
		t.Error("an event that SQS rejects counts as kept")
	}
}
