package replay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"
)

const (
	event1   = `{"id":"e-1","source":"thordata.scraper","detail":{"userId":3406}}`
	event2   = `{"id":"e-2","source":"thordata.scraper","detail":{"userId":3407}}`
	reported = `{"requestContext":{"condition":"RetriesExhausted"},"requestPayload":` + event2 + `,"responsePayload":{"errorMessage":"table is unavailable"}}`
)

// fakeQueue is a queue that hides received messages.
type fakeQueue struct {
	bodies  []string
	next    int
	deleted []string // receipt handles: the indices of the bodies
}

func (q *fakeQueue) ReceiveMessage(_ context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	var out sqs.ReceiveMessageOutput
	for ; q.next < len(q.bodies) && len(out.Messages) < int(in.MaxNumberOfMessages); q.next++ {
		place := fmt.Sprint(q.next)
		out.Messages = append(out.Messages, types.Message{
			Body: &q.bodies[q.next], ReceiptHandle: &place, MessageId: aws.String("m-" + place),
		})
	}
	return &out, nil
}

func (q *fakeQueue) DeleteMessage(_ context.Context, in *sqs.DeleteMessageInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageOutput, error) {
	q.deleted = append(q.deleted, *in.ReceiptHandle)
	return &sqs.DeleteMessageOutput{}, nil
}

type fakeFunctions struct {
	invoked []string
	err     error
}

func (f *fakeFunctions) Invoke(_ context.Context, in *lambda.InvokeInput, _ ...func(*lambda.Options)) (*lambda.InvokeOutput, error) {
	if f.err == nil {
		f.invoked = append(f.invoked, fmt.Sprintf("%s:%s %s %s", *in.FunctionName, *in.Qualifier, in.InvocationType, in.Payload))
	}
	return &lambda.InvokeOutput{}, f.err
}

func replayFrom(q *fakeQueue, f *fakeFunctions, out *bytes.Buffer) replayer {
	return replayer{queue: q, url: "u", functions: f, function: "webhooks-fanout", out: out}
}

func TestReplaySendsTheEvent(t *testing.T) {
	q, f, out := &fakeQueue{bodies: []string{event1, reported}}, &fakeFunctions{}, &bytes.Buffer{}
	n, err := replayFrom(q, f, out).replay(t.Context(), 100)
	if n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	want := []string{"webhooks-fanout:live Event " + event1, "webhooks-fanout:live Event " + event2}
	if diff := cmp.Diff(want, f.invoked); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(out.String(), "RetriesExhausted table is unavailable") || strings.Contains(out.String(), "3407") {
		t.Errorf("want the cause without the payload: %s", out)
	}
}

func TestMessageStaysWhen(t *testing.T) {
	for name, c := range map[string]struct {
		body    string
		err     error
		wantErr bool
	}{
		"body is not JSON":  {body: "hello"},
		"body has no event": {body: `{"requestPayload":{"x":1}}`},
		"Lambda fails":      {body: event1, err: errors.New("away"), wantErr: true},
	} {
		t.Run(name, func(t *testing.T) {
			q := &fakeQueue{bodies: []string{c.body}}
			n, err := replayFrom(q, &fakeFunctions{err: c.err}, &bytes.Buffer{}).replay(t.Context(), 100)
			if n != 0 || (err != nil) != c.wantErr || len(q.deleted) != 0 {
				t.Errorf("%d sent, %v, deleted %v", n, err, q.deleted)
			}
		})
	}
}

func TestReplayStopsAtTheLimit(t *testing.T) {
	q, f := &fakeQueue{bodies: slices.Repeat([]string{event1}, 15)}, &fakeFunctions{}
	if n, err := replayFrom(q, f, &bytes.Buffer{}).replay(t.Context(), 12); n != 12 || err != nil || len(q.deleted) != 12 || q.next != 12 {
		t.Errorf("%d sent, %v; received %d, deleted %d", n, err, q.next, len(q.deleted))
	}
}
