package events

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Every sample has the structure that AWS sends: aws-lambda-go knows every field and decodes it
// without loss.
func TestSamplesHaveTheStructureOfTheirType(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			var into any
			switch kind, _, _ := strings.Cut(name, "-"); kind {
			case "api":
				into = new(lambdaevents.APIGatewayV2HTTPRequest)
			case "delivery":
				into = new(lambdaevents.SQSEvent)
			case "fanout":
				into = new(lambdaevents.EventBridgeEvent)
			}
			sameShape(t, Sample(name), into)
		})
	}
}

func sameShape(t *testing.T, sample []byte, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(sample))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatal(err)
	}
	back, err := json.Marshal(into)
	if err != nil {
		t.Fatal(err)
	}
	var was, is map[string]any
	if err := errors.Join(json.Unmarshal(sample, &was), json.Unmarshal(back, &is)); err != nil {
		t.Fatal(err)
	}
	for key := range was {
		if _, ok := is[key]; !ok {
			t.Errorf("%s is lost", key)
		}
	}
}

func records(t *testing.T, name string) []lambdaevents.SQSMessage {
	t.Helper()
	var batch lambdaevents.SQSEvent
	if err := json.Unmarshal(Sample(name), &batch); err != nil {
		t.Fatal(err)
	}
	return batch.Records
}

func TestMessagesHaveSQSAttributes(t *testing.T) {
	for _, name := range []string{"delivery-deliveries", "delivery-retries", "delivery-redelivery", "delivery-not-json", "delivery-newer-version"} {
		for _, m := range records(t, name) {
			if sum := md5.Sum([]byte(m.Body)); m.Md5OfBody != hex.EncodeToString(sum[:]) {
				t.Errorf("%s: md5OfBody of %s is not that of its body", name, m.MessageId)
			}
		}
	}
}

// The messages are byte for byte those of a fan-out of the sample event.
func TestMessagesMatchFanout(t *testing.T) {
	var ev lambdaevents.EventBridgeEvent
	if err := json.Unmarshal(Sample("fanout-succeeded"), &ev); err != nil {
		t.Fatal(err)
	}
	task, err := webhook.ParseEvent(webhook.EventTypes{}, ev.Detail, ev.ID, ev.Time)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range records(t, "delivery-deliveries") {
		msg, err := webhook.DecodeMessage([]byte(m.Body))
		if err != nil {
			t.Fatal(err)
		}
		if want := ids.Dispatch(task.CreatedAt, task.ID, msg.IntegrationID); msg.DispatchID != want || msg.EventID != task.ID {
			t.Errorf("dispatch %s of event %s, want %s of %s", msg.DispatchID, msg.EventID, want, task.ID)
		}
		if m.Attributes["MessageGroupId"] != msg.Group() {
			t.Errorf("group %s, want %s", m.Attributes["MessageGroupId"], msg.Group())
		}
		if diff := cmp.Diff(m.Body, string(msg.Encode())); diff != "" {
			t.Error(diff)
		}
	}
}

func TestInvalidSamplesHaveTheNamedError(t *testing.T) {
	parse := func(name string) error {
		var ev lambdaevents.EventBridgeEvent
		if err := json.Unmarshal(Sample(name), &ev); err != nil {
			t.Fatal(err)
		}
		_, err := webhook.ParseEvent(webhook.EventTypes{}, ev.Detail, ev.ID, ev.Time)
		return err
	}
	if err := parse("fanout-unknown-type"); !errors.Is(err, webhook.ErrUnknownEventType) {
		t.Errorf("unknown type: %v", err)
	}
	if fault, ok := errors.AsType[*webhook.FieldError](parse("fanout-malformed")); !ok || fault.Field != "userId" {
		t.Errorf("malformed: %v", fault)
	}
	for _, name := range []string{"fanout-running", "fanout-succeeded", "fanout-failed"} {
		if err := parse(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := webhook.DecodeMessage([]byte(records(t, "delivery-newer-version")[1].Body)); !errors.Is(err, webhook.ErrNewerFormat) {
		t.Errorf("newer version: %v", err)
	}
}
