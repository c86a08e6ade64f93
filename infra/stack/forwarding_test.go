package stack_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/thordata/webhook-integration/infra/emulators"
	"github.com/thordata/webhook-integration/infra/stack"
	"github.com/thordata/webhook-integration/shared/notices"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// buses are the bus of a stack and that of a platform to which it forwards notices. What reaches the
// fan-out's rule and the platform's bus is in a queue each.
type buses struct {
	events             *eventbridge.Client
	queues             *sqs.Client
	bus                string // of the stack
	tasks, atPlatform  string // URLs of the queues
	source, taskDetail string
}

func newBuses(t *testing.T) buses {
	t.Helper()
	moto := emulators.MotoForTest(t)
	keys := credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")
	b := buses{
		events: eventbridge.New(eventbridge.Options{Region: emulators.Region, Credentials: keys, BaseEndpoint: &moto}),
		queues: sqs.New(sqs.Options{Region: emulators.Region, Credentials: keys, BaseEndpoint: &moto}),
	}
	platform := "arn:aws:events:" + emulators.Region + ":" + emulators.Account + ":event-bus/platform"
	place := stack.Place{Account: emulators.Account, Region: emulators.Region, Name: "forwarding", QueueURL: moto}
	s, err := stack.Load("../../template.yaml", place, map[string]string{"NoticesBusArn": platform})
	if err != nil {
		t.Fatal(err)
	}
	b.bus, b.source, b.taskDetail = s.Bus.Name, s.Bus.Source, s.Bus.DetailType
	for _, name := range []string{b.bus, "platform"} {
		if _, err := b.events.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: &name}); err != nil {
			t.Fatal(err)
		}
	}
	events := s.Resources["FanoutFunction"].Properties["Events"].(map[string]any)
	fanout := events["TaskEvents"].(map[string]any)["Properties"].(map[string]any)
	forward := s.Resources["NoticesRule"].Properties
	b.rule(t, b.bus, fanout["Pattern"], b.queue(t, "tasks", &b.tasks))
	b.rule(t, b.bus, forward["EventPattern"], forward["Targets"].([]any)[0].(map[string]any)["Arn"].(string))
	b.rule(t, "platform", map[string]any{"source": []any{map[string]any{"prefix": ""}}}, b.queue(t, "at-platform", &b.atPlatform))
	return b
}

// queue creates a queue, sets its URL and returns its ARN.
func (b buses) queue(t *testing.T, name string, url *string) string {
	t.Helper()
	out, err := b.queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("forwarding-" + name)})
	if err != nil {
		t.Fatal(err)
	}
	*url = *out.QueueUrl
	return "arn:aws:sqs:" + emulators.Region + ":" + emulators.Account + ":forwarding-" + name
}

func (b buses) rule(t *testing.T, bus string, pattern any, target string) {
	t.Helper()
	text, err := json.Marshal(pattern)
	if err != nil {
		t.Fatal(err)
	}
	name := aws.String("to-" + target[len(target)-5:])
	if _, err := b.events.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: name, EventBusName: &bus, EventPattern: aws.String(string(text))}); err != nil {
		t.Fatal(err)
	}
	to := []ebtypes.Target{{Id: aws.String("1"), Arn: &target}}
	if _, err := b.events.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: name, EventBusName: &bus, Targets: to}); err != nil {
		t.Fatal(err)
	}
}

// received returns the events in a queue, and empties it.
func (b buses) received(t *testing.T, url string) (all []receivedEvent) {
	t.Helper()
	for {
		out, err := b.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return all
		}
		for _, m := range out.Messages {
			var ev receivedEvent
			if err := json.Unmarshal([]byte(*m.Body), &ev); err != nil {
				t.Fatal(err)
			}
			all = append(all, ev)
		}
	}
}

type receivedEvent struct {
	Source     string          `json:"source"`
	DetailType string          `json:"detail-type"`
	Detail     json.RawMessage `json:"detail"`
}

func (b buses) put(t *testing.T, ev receivedEvent) {
	t.Helper()
	out, err := b.events.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []ebtypes.PutEventsRequestEntry{{
		EventBusName: &b.bus, Source: &ev.Source, DetailType: &ev.DetailType, Detail: aws.String(string(ev.Detail)),
	}}})
	if err != nil || out.FailedEntryCount > 0 {
		t.Fatalf("put: %v, %v", err, out)
	}
}

// The platform hears every kind of notice, and nothing else. Put back on the stack's bus, a notice does not
// reach the fan-out.
func TestPlatformReceivesNoticesOnly(t *testing.T) {
	b := newBuses(t)
	b.put(t, receivedEvent{Source: b.source, DetailType: b.taskDetail, Detail: json.RawMessage(`{"userId": 1}`)})
	sender := notices.Bus{Client: b.events, Name: b.bus, Source: b.source}
	kinds := []webhook.NoticeKind{webhook.NoticeFailing, webhook.NoticeHalfway, webhook.NoticePaused, webhook.NoticeRecovered}
	for _, kind := range kinds {
		if err := sender.Notify(t.Context(), webhook.Notice{Kind: kind, IntegrationID: "int_1"}); err != nil {
			t.Fatal(err)
		}
	}
	heard := b.received(t, b.atPlatform)
	if len(heard) != len(kinds) {
		t.Errorf("the platform received %+v, want a notice of each kind", heard)
	}
	if tasks := b.received(t, b.tasks); len(tasks) != 1 {
		t.Errorf("the fan-out received %+v, want the task event", tasks)
	}

	for _, notice := range heard {
		b.put(t, notice)
	}
	if tasks := b.received(t, b.tasks); len(tasks) != 0 {
		t.Errorf("the fan-out received notices: %+v", tasks)
	}
}
