package sqsqueue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	deliveriesURL = "https://sqs.us-east-1.amazonaws.com/123456789012/webhooks-deliveries"
	retriesURL    = "https://sqs.us-east-1.amazonaws.com/123456789012/webhooks-retries"
)

// fake is an SQS that can fail: fail decides the n-th try of a message.
type fake struct {
	mu      sync.Mutex
	fail    func(body string, try int) *types.BatchResultErrorEntry
	err     error // of whole requests
	tries   map[string]int
	kept    []string
	batches [][]types.SendMessageBatchRequestEntry
	hidden  []*sqs.ChangeMessageVisibilityInput
	busy    int
	busiest int
}

func (f *fake) SendMessageBatch(ctx context.Context, in *sqs.SendMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	f.mu.Lock()
	f.busy++
	f.busiest = max(f.busiest, f.busy)
	f.mu.Unlock()
	time.Sleep(10 * time.Millisecond) // fake time: long enough for other sends to start
	f.mu.Lock()
	defer f.mu.Unlock()
	f.busy--
	if f.err != nil {
		return nil, f.err
	}
	f.batches = append(f.batches, in.Entries)
	out := &sqs.SendMessageBatchOutput{}
	for _, e := range in.Entries {
		if f.tries == nil {
			f.tries = map[string]int{}
		}
		f.tries[*e.MessageBody]++
		if f.fail != nil {
			if failed := f.fail(*e.MessageBody, f.tries[*e.MessageBody]); failed != nil {
				failed.Id = e.Id
				out.Failed = append(out.Failed, *failed)
				continue
			}
		}
		f.kept = append(f.kept, *e.MessageBody)
	}
	return out, nil
}

func (f *fake) ChangeMessageVisibility(_ context.Context, in *sqs.ChangeMessageVisibilityInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error) {
	f.hidden = append(f.hidden, in)
	return &sqs.ChangeMessageVisibilityOutput{}, f.err
}

func newQueue(t *testing.T, f *fake) *Queue {
	t.Helper()
	q, err := New(f, deliveriesURL, retriesURL)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func messages(n int) []webhook.Message {
	var all []webhook.Message
	for i := range n {
		all = append(all, message(fmt.Sprintf("d%03d", i), []byte(`{}`)))
	}
	return all
}

func failed(code string, sender bool) *types.BatchResultErrorEntry {
	return &types.BatchResultErrorEntry{Code: &code, Message: aws.String("because"), SenderFault: sender}
}

func TestSendSendsBatchesConcurrently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		if err := newQueue(t, f).Send(t.Context(), messages(205)); err != nil {
			t.Fatal(err)
		}
		if len(f.batches) != 21 || len(f.kept) != 205 {
			t.Errorf("%d batches with %d messages, want 21 with 205", len(f.batches), len(f.kept))
		}
		if f.busiest != inFlight {
			t.Errorf("at most %d batches were in flight, want %d", f.busiest, inFlight)
		}
	})
}

func TestSendNothing(t *testing.T) {
	f := &fake{}
	if err := newQueue(t, f).Send(t.Context(), nil); err != nil || len(f.batches) != 0 {
		t.Errorf("Send(nil) = %v in %d batches", err, len(f.batches))
	}
}

func TestSendRetriesRejectedEntries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{fail: func(body string, try int) *types.BatchResultErrorEntry {
			if try < sendTries && strings.Contains(body, "d00") {
				return failed("InternalError", false)
			}
			return nil
		}}
		if err := newQueue(t, f).Send(t.Context(), messages(12)); err != nil {
			t.Fatal(err)
		}
		if len(f.kept) != 12 {
			t.Errorf("%d messages are kept, want 12, each once", len(f.kept))
		}
	})
}

func TestSendReportsUnsentMessages(t *testing.T) {
	for name, tc := range map[string]struct {
		code   string
		sender bool
		tries  int
	}{
		"permanent error of SQS":              {"InternalError", false, sendTries},
		"error of the message is not retried": {"InvalidMessageContents", true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{}
				f.fail = func(body string, _ int) *types.BatchResultErrorEntry {
					if strings.Contains(body, "d003") || strings.Contains(body, "d011") {
						return failed(tc.code, tc.sender)
					}
					return nil
				}
				err := newQueue(t, f).Send(t.Context(), messages(12))
				got, ok := errors.AsType[*SendError](err)
				if !ok || got.Total != 12 || len(got.Faults) != 2 || got.Faults[0].Sender != tc.sender {
					t.Fatalf("error = %#v", err)
				}
				for _, part := range []string{"2 of 12 messages", "dispatch d003", "dispatch d011", tc.code + ": because"} {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("error %q does not say %q", err, part)
					}
				}
				if len(f.kept) != 10 {
					t.Errorf("%d messages are kept, want the other 10", len(f.kept))
				}
				for body, n := range f.tries {
					if strings.Contains(body, "d003") && n != tc.tries {
						t.Errorf("tried %d times, want %d", n, tc.tries)
					}
				}
			})
		})
	}
}

func TestSendRejectsOnlyMessagesThatAreTooLarge(t *testing.T) {
	f := &fake{}
	large := message("large", []byte(`{"x":"`+strings.Repeat("y", maxBytes)+`"}`))
	err := newQueue(t, f).Send(t.Context(), []webhook.Message{messages(1)[0], large})
	if err == nil || !strings.Contains(err.Error(), "1 of 2 messages were not sent; dispatch large: message of 1048") || len(f.kept) != 1 {
		t.Errorf("error = %v, %d kept", err, len(f.kept))
	}
}

func TestSendReportsFailedRequests(t *testing.T) {
	f := &fake{err: errors.New("no route")}
	err := newQueue(t, f).Send(t.Context(), messages(15))
	if !errors.Is(err, f.err) || !strings.HasPrefix(err.Error(), "15 of 15 messages") {
		t.Errorf("error = %v", err)
	}
}

func TestHide(t *testing.T) {
	arn := "arn:aws:sqs:us-east-1:123456789012:webhooks-retries"
	for name, tc := range map[string]struct {
		d    time.Duration
		want int32
	}{
		"whole seconds":          {time.Minute, 60},
		"part of a second":       {time.Minute + 1, 61},
		"nothing":                {0, 0},
		"negative":               {-time.Hour, 0},
		"as long as SQS allows":  {12 * time.Hour, 12*3600 - 120},
		"longer than SQS allows": {30 * time.Hour, 12*3600 - 120},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{}
			err := newQueue(t, f).Hide(t.Context(), events.SQSMessage{ReceiptHandle: "r", EventSourceARN: arn}, tc.d)
			if err != nil {
				t.Fatal(err)
			}
			if in := f.hidden[0]; in.VisibilityTimeout != tc.want || *in.QueueUrl != retriesURL || *in.ReceiptHandle != "r" {
				t.Errorf("hid %s in %s for %d s, want %d", *in.ReceiptHandle, *in.QueueUrl, in.VisibilityTimeout, tc.want)
			}
		})
	}
}

func TestHideInAnUnknownQueue(t *testing.T) {
	for _, arn := range []string{"", "nonsense", "arn:aws:sqs:us-east-1:123456789012:other"} {
		err := newQueue(t, &fake{}).Hide(t.Context(), events.SQSMessage{EventSourceARN: arn}, time.Minute)
		if err == nil || !strings.Contains(err.Error(), "none of the configured ones") {
			t.Errorf("ARN %q: error = %v", arn, err)
		}
	}
}

func TestQueueURLsAreChecked(t *testing.T) {
	for _, raw := range []string{"", "deliveries", "https://sqs.us-east-1.amazonaws.com/deliveries", "https://host/1/2/3", "::"} {
		if _, err := New(&fake{}, raw, ""); err == nil {
			t.Errorf("New accepted the URL %q", raw)
		}
	}
}
