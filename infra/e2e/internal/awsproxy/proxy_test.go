package awsproxy

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// service replaces an emulator. It gives every call the same response.
type service struct{ calls atomic.Int64 }

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	var members map[string]any
	body, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(body, &members)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	switch {
	case members["ReturnConsumedCapacity"] != "TOTAL":
		_, _ = io.WriteString(w, `{}`)
	case members["TransactItems"] != nil:
		_, _ = io.WriteString(w, `{"ConsumedCapacity":[{"TableName":"t","CapacityUnits":2},{"TableName":"u","CapacityUnits":0.5}]}`)
	default:
		_, _ = io.WriteString(w, `{"ConsumedCapacity":{"TableName":"t","CapacityUnits":2.5}}`)
	}
}

func start(t *testing.T) (*Proxy, *service, aws.Config) {
	t.Helper()
	s := &service{}
	upstream := httptest.NewServer(s)
	t.Cleanup(upstream.Close)
	p, err := Start(upstream.URL, upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p, s, aws.Config{
		Region: "us-east-1", BaseEndpoint: &p.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("delivery", "secret", ""),
	}
}

func TestCallsAreRecordedWithPermissions(t *testing.T) {
	const table = "arn:aws:dynamodb:us-east-1:123456789012:table/t"
	key := map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "a"}}
	for name, c := range map[string]struct {
		do   func(context.Context, aws.Config) error
		want Call
	}{
		"one item": {
			func(ctx context.Context, cfg aws.Config) error {
				_, err := dynamodb.NewFromConfig(cfg).GetItem(ctx, &dynamodb.GetItemInput{TableName: new("t"), Key: key})
				return err
			},
			Call{Service: "dynamodb", Operation: "GetItem", Entries: 1, ReadUnits: 2.5,
				Access: []Access{{Action: "dynamodb:GetItem", Resource: table}}},
		},
		"a transaction, by what it is made of": {
			func(ctx context.Context, cfg aws.Config) error {
				_, err := dynamodb.NewFromConfig(cfg).TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
					{Put: &types.Put{TableName: new("t"), Item: key}}, {Put: &types.Put{TableName: new("t"), Item: key}},
					{ConditionCheck: &types.ConditionCheck{TableName: new("t"), Key: key, ConditionExpression: new("x")}},
				}})
				return err
			},
			Call{Service: "dynamodb", Operation: "TransactWriteItems", Entries: 3, WriteUnits: 2.5,
				Access: []Access{{Action: "dynamodb:PutItem", Resource: table}, {Action: "dynamodb:ConditionCheckItem", Resource: table}}},
		},
		"a batch of messages, by the single form": {
			func(ctx context.Context, cfg aws.Config) error {
				_, err := sqs.NewFromConfig(cfg).DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{
					QueueUrl: new(*cfg.BaseEndpoint + "/123456789012/deliveries"),
					Entries:  []sqstypes.DeleteMessageBatchRequestEntry{{Id: new("0"), ReceiptHandle: new("r")}, {Id: new("1"), ReceiptHandle: new("s")}},
				})
				return err
			},
			Call{Service: "sqs", Operation: "DeleteMessageBatch", Entries: 2,
				Access: []Access{{Action: "sqs:DeleteMessage", Resource: "arn:aws:sqs:us-east-1:123456789012:deliveries"}}},
		},
		"an event, with what conditions ask for": {
			func(ctx context.Context, cfg aws.Config) error {
				_, err := eventbridge.NewFromConfig(cfg).PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []eventtypes.PutEventsRequestEntry{
					{EventBusName: new("bus"), Source: new("us"), DetailType: new("News"), Detail: new("{}")},
				}})
				return err
			},
			Call{Service: "events", Operation: "PutEvents", Entries: 1, Access: []Access{{
				Action: "events:PutEvents", Resource: "arn:aws:events:us-east-1:123456789012:event-bus/bus",
				Context: map[string]string{"events:source": "us", "events:detail-type": "News"},
			}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, _, cfg := start(t)
			if err := c.do(t.Context(), cfg); err != nil {
				t.Fatal(err)
			}
			c.want.Caller, c.want.Status = "delivery", 200
			if diff := cmp.Diff([]Call{c.want}, p.Calls(), cmpopts.IgnoreFields(Call{}, "Bytes")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	put := func(ctx context.Context, cfg aws.Config) error {
		_, err := dynamodb.NewFromConfig(cfg).PutItem(ctx, &dynamodb.PutItemInput{
			TableName: new("t"), Item: map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "a"}},
		})
		return err
	}
	t.Run("before the call takes effect, for a number of calls", func(t *testing.T) {
		p, s, cfg := start(t)
		fault := Throttling()
		fault.Times = 1
		p.Break(fault)
		if _, ok := errors.AsType[*types.ThrottlingException](put(t.Context(), cfg)); !ok || s.calls.Load() != 0 {
			t.Errorf("throttled = %v, after %d calls", ok, s.calls.Load())
		}
		if err := put(t.Context(), cfg); err != nil || s.calls.Load() != 1 {
			t.Errorf("the next: %v, after %d calls", err, s.calls.Load())
		}
	})
	t.Run("after the call took effect, until mend is called", func(t *testing.T) {
		p, s, cfg := start(t)
		fault := Failing()
		fault.After = true
		mend := p.Break(fault)
		if _, ok := errors.AsType[*types.InternalServerError](put(t.Context(), cfg)); !ok || s.calls.Load() != 1 {
			t.Errorf("failed = %v, after %d calls", ok, s.calls.Load())
		}
		mend()
		if err := put(t.Context(), cfg); err != nil {
			t.Error(err)
		}
		if calls := p.Calls(); len(calls) != 2 || calls[0].Error != "InternalServerError" || calls[0].WriteUnits != 2.5 || calls[1].Error != "" {
			t.Errorf("recorded: %+v", calls)
		}
	})
	t.Run("only calls that match", func(t *testing.T) {
		p, _, cfg := start(t)
		fault := Failing()
		fault.Match = func(c Call) bool { return c.Caller == "api" }
		p.Break(fault)
		if err := put(t.Context(), cfg); err != nil {
			t.Error(err)
		}
	})
}
