package sqsqueue

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/thordata/webhook-integration/infra/emulators"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// wire is the system's chain of queues on an emulator.
type wire struct {
	*testing.T
	client                    *sqs.Client
	deliveries, retries, dead string // URLs
	queue                     *Queue
}

func newWire(t *testing.T) *wire {
	w := &wire{T: t, client: sqs.New(sqs.Options{
		BaseEndpoint: aws.String(emulators.MotoForTest(t)),
		Region:       emulators.Region,
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	})}
	run := rand.Text()
	w.dead = w.create("dead-"+run, "")
	w.retries = w.create("retries-"+run, redrive("dead-"+run, 3))
	w.deliveries = w.create("deliveries-"+run, redrive("retries-"+run, 1))
	var err error
	if w.queue, err = New(w.client, w.deliveries, w.retries); err != nil {
		t.Fatal(err)
	}
	return w
}

func redrive(to string, receives int) string {
	return fmt.Sprintf(`{"deadLetterTargetArn": %q, "maxReceiveCount": %d}`, arn(to), receives)
}

func arn(name string) string {
	return "arn:aws:sqs:" + emulators.Region + ":" + emulators.Account + ":" + name
}

func (w *wire) create(name, redrive string) (url string) {
	w.Helper()
	attributes := map[string]string{"VisibilityTimeout": "360"}
	if redrive != "" {
		attributes["RedrivePolicy"] = redrive
	}
	out, err := w.client.CreateQueue(w.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		w.Fatal(err)
	}
	return *out.QueueUrl
}

// receive returns the visible messages, as the event source mapping would pass them.
func (w *wire) receive(url string) []events.SQSMessage {
	w.Helper()
	var all []events.SQSMessage
	for {
		out, err := w.client.ReceiveMessage(w.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: &url, MaxNumberOfMessages: 10,
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		if err != nil {
			w.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return all
		}
		for _, m := range out.Messages {
			all = append(all, events.SQSMessage{
				MessageId: *m.MessageId, ReceiptHandle: *m.ReceiptHandle, Body: *m.Body, Attributes: m.Attributes,
				EventSourceARN: arn(url[strings.LastIndex(url, "/")+1:]),
			})
		}
	}
}

func (w *wire) receiveOne(url string) events.SQSMessage {
	w.Helper()
	all := w.receive(url)
	if len(all) != 1 {
		w.Fatalf("received %d messages, want one", len(all))
	}
	return all[0]
}

func (w *wire) hide(m events.SQSMessage, d time.Duration) {
	w.Helper()
	if err := w.queue.Hide(w.Context(), m, d); err != nil {
		w.Fatal(err)
	}
}

func message(id string, event []byte) webhook.Message {
	return webhook.Message{
		Ref:     webhook.Ref{UserID: "3406", IntegrationID: "integration-of-" + id, DispatchID: id},
		EventID: "e", EventType: webhook.Succeeded, Trigger: webhook.TriggerEvent,
		CreatedAt: time.UnixMilli(1).UTC(), Accepted: time.UnixMilli(2).UTC(), Event: event,
	}
}

func TestMessagesArriveUnchanged(t *testing.T) {
	w := newWire(t)
	var sent []webhook.Message
	for i := range 25 {
		sent = append(sent, message(fmt.Sprintf("d%02d", i), []byte(`{"n": 1.50, "s": "数据 `+"\uFFFF"+`\u0001 <&>"}`)))
	}
	if err := w.queue.Send(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, raw := range w.receive(w.deliveries) {
		m, err := webhook.DecodeMessage([]byte(raw.Body))
		if err != nil {
			t.Fatal(err)
		}
		if want := `{"n": 1.50, "s": "数据 \uffff\u0001 <&>"}`; string(m.Event) != want {
			t.Errorf("event = %s, want %s", m.Event, want)
		}
		if group := raw.Attributes["MessageGroupId"]; group != m.IntegrationID {
			t.Errorf("group = %q, want the integration %q", group, m.IntegrationID)
		}
		got = append(got, m.DispatchID)
	}
	slices.Sort(got)
	for i, m := range sent {
		if i >= len(got) || got[i] != m.DispatchID {
			t.Fatalf("got %v", got)
		}
	}
}

func TestBatchesHaveAtMostOneMiB(t *testing.T) {
	w := newWire(t)
	var sent []webhook.Message
	for i := range 7 {
		sent = append(sent, message(fmt.Sprint(i), []byte(`{"x":"`+strings.Repeat("y", 400<<10)+`"}`)))
	}
	if err := w.queue.Send(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	if got := len(w.receive(w.deliveries)); got != len(sent) {
		t.Errorf("%d messages arrived, want %d", got, len(sent))
	}
}

// A failed message is received once from deliveries, then from retries until the receives are used
// up, and then moves to dead.
func TestRedriveOfAFailedMessage(t *testing.T) {
	w := newWire(t)
	if err := w.queue.Send(t.Context(), []webhook.Message{message("d", []byte(`{}`))}); err != nil {
		t.Fatal(err)
	}
	m := w.receiveOne(w.deliveries)
	w.hide(m, time.Hour)
	if got := w.receive(w.deliveries); len(got) != 0 {
		t.Fatalf("a hidden message is visible: %v", got)
	}
	w.hide(m, 0)
	if got := w.receive(w.deliveries); len(got) != 0 {
		t.Fatalf("deliveries delivered a message twice: %v", got)
	}
	for range 2 { // the receive in deliveries counts too
		again := w.receiveOne(w.retries)
		if again.Body != m.Body || again.MessageId != m.MessageId {
			t.Errorf("retries has %v, want %v", again, m)
		}
		w.hide(again, 0)
	}
	if got := w.receive(w.retries); len(got) != 0 {
		t.Fatalf("retries delivered a message too often: %v", got)
	}
	if got := w.receiveOne(w.dead); got.Body != m.Body {
		t.Errorf("dead has %v, want %v", got, m)
	}
}

func TestMissingQueueErrorSaysWhatToDo(t *testing.T) {
	w := newWire(t)
	q, err := New(w.client, w.deliveries+"-gone", "")
	if err != nil {
		t.Fatal(err)
	}
	err = q.Send(t.Context(), []webhook.Message{message("d", []byte(`{}`))})
	if err == nil || !strings.Contains(err.Error(), "-gone: set DELIVERIES_QUEUE_URL") {
		t.Errorf("error = %v, want one that names the queue and the setting", err)
	}
}
