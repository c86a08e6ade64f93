package sqsqueue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithytime "github.com/aws/smithy-go/time"
	"golang.org/x/sync/errgroup"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	maxEntries = 10      // of a batch
	maxBytes   = 1 << 20 // of a batch, and of a message
	inFlight   = 8       // batches; also bounds how many bodies are in memory
	sendTries  = 4       // of an entry that SQS rejects, in addition to the SDK's retries of requests
	sendWait   = 50 * time.Millisecond
)

// A SendError reports messages that SQS did not accept, or may not have accepted.
type SendError struct {
	Total  int // messages that were to be sent
	Faults []Fault
}

// Fault says why a message was not sent.
type Fault struct {
	DispatchID string
	Sender     bool // the error is in the message: sending it again is useless
	Err        error
}

func (e *SendError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d messages were not sent", len(e.Faults), e.Total)
	for i, f := range e.Faults {
		if i == 3 {
			b.WriteString("; and so on")
			break
		}
		fmt.Fprintf(&b, "; dispatch %s: %v", f.DispatchID, f.Err)
	}
	return b.String()
}

// Unwrap returns the causes.
func (e *SendError) Unwrap() []error {
	errs := make([]error, len(e.Faults))
	for i, f := range e.Faults {
		errs[i] = f.Err
	}
	return errs
}

// entry is a message to send.
type entry struct {
	id, group, body string
	delay           int32 // seconds
}

// maxDelay is SQS's maximum delay of a message.
const maxDelay = 15 * time.Minute

// Send returns nil if SQS accepted all messages. Otherwise it returns a *SendError with those that
// it did not accept. Sending a message twice is harmless.
func (q *Queue) Send(ctx context.Context, msgs []webhook.Message) error {
	return q.sendAll(ctx, q.sendTo, len(msgs), func(i int) (webhook.Message, time.Duration) { return msgs[i], 0 })
}

// SendLater sends messages to the other queue, where each becomes visible after its delay, rounded
// to seconds and limited to 15 minutes. Delayed messages do not count as in flight.
func (q *Queue) SendLater(ctx context.Context, msgs []webhook.Delayed) error {
	return q.sendAll(ctx, q.sendLater, len(msgs), func(i int) (webhook.Message, time.Duration) { return msgs[i].Message, msgs[i].After })
}

func (q *Queue) sendAll(ctx context.Context, to string, n int, message func(int) (webhook.Message, time.Duration)) error {
	var mu sync.Mutex
	failed := &SendError{Total: n}
	fail := func(faults ...Fault) {
		mu.Lock()
		defer mu.Unlock()
		failed.Faults = append(failed.Faults, faults...)
	}
	var sending errgroup.Group
	sending.SetLimit(inFlight)
	dispatch := func(batch []entry) {
		if len(batch) > 0 {
			sending.Go(func() error { fail(q.sendBatch(ctx, to, batch)...); return nil })
		}
	}
	var batch []entry
	size := 0
	for i := range n { // encode bodies only when they are sent: many copies of a large event would not fit in memory
		m, after := message(i)
		delay := min(max(after, 0), maxDelay).Round(time.Second) / time.Second
		e := entry{m.DispatchID, m.Group(), string(m.Encode()), int32(delay)}
		if len(e.body) > maxBytes {
			fail(Fault{e.id, true, fmt.Errorf("message of %d bytes, SQS takes at most %d", len(e.body), maxBytes)})
			continue
		}
		if len(batch) == maxEntries || size+len(e.body) > maxBytes {
			dispatch(batch)
			batch, size = nil, 0
		}
		batch, size = append(batch, e), size+len(e.body)
	}
	dispatch(batch)
	_ = sending.Wait() // the functions return nil
	if len(failed.Faults) > 0 {
		return failed
	}
	return nil
}

// sendBatch sends at most 10 entries, retries rejected ones, and returns those that were not sent.
func (q *Queue) sendBatch(ctx context.Context, to string, batch []entry) (faults []Fault) {
	wait := sendWait
	for try := 1; ; try++ {
		final, passing := q.try(ctx, to, batch)
		faults = append(faults, final...)
		if len(passing) == 0 || try == sendTries {
			return append(faults, passing...)
		}
		jittered := wait/2 + time.Duration(rand.Int64N(int64(wait)))
		if err := smithytime.SleepWithContext(ctx, jittered); err != nil {
			return append(faults, passing...)
		}
		batch, wait = only(batch, passing), 2*wait
	}
}

// try sends the entries once. It returns the entries with permanent errors and those with transient
// errors.
func (q *Queue) try(ctx context.Context, to string, batch []entry) (final, passing []Fault) {
	in := &sqs.SendMessageBatchInput{QueueUrl: &to}
	for i, e := range batch {
		in.Entries = append(in.Entries, types.SendMessageBatchRequestEntry{
			Id: aws.String(strconv.Itoa(i)), MessageBody: &e.body, MessageGroupId: &e.group, DelaySeconds: e.delay,
		})
	}
	out, err := q.client.SendMessageBatch(ctx, in)
	if err != nil { // after the SDK's retries
		err = explain(err, to)
		for _, e := range batch {
			final = append(final, Fault{e.id, false, err})
		}
		return final, nil
	}
	for _, f := range out.Failed {
		i, err := strconv.Atoi(aws.ToString(f.Id))
		if err != nil || i < 0 || i >= len(batch) {
			continue
		}
		fault := Fault{batch[i].id, f.SenderFault, fmt.Errorf("%s: %s", aws.ToString(f.Code), aws.ToString(f.Message))}
		if f.SenderFault {
			final = append(final, fault)
		} else {
			passing = append(passing, fault)
		}
	}
	return final, passing
}

func explain(err error, to string) error {
	if _, ok := errors.AsType[*types.QueueDoesNotExist](err); ok {
		return fmt.Errorf("there is no queue %s: set DELIVERIES_QUEUE_URL and RETRIES_QUEUE_URL to the queues of the deployed stack: %w", to, err)
	}
	return err
}

// only returns the entries for which there is a fault.
func only(batch []entry, faults []Fault) []entry {
	var rest []entry
	for _, e := range batch {
		for _, f := range faults {
			if e.id == f.DispatchID {
				rest = append(rest, e)
				break
			}
		}
	}
	return rest
}
