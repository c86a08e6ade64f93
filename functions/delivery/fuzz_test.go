package delivery_test

import (
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// The handler never panics on a message, and drops it only if it can be decoded.
func FuzzMessage(f *testing.F) {
	m := webhook.Message{
		Ref:     webhook.Ref{UserID: user, IntegrationID: "I-1", DispatchID: "D-1"},
		EventID: "E-1", EventType: webhook.Succeeded, Trigger: webhook.TriggerEvent, Event: []byte(event),
	}
	for _, body := range []string{string(m.Encode()), "", "{}", `{"v":1}`, `{"v":2}`, `null`, `[]`, "\x00", `{"v":1,"event":"x"}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		w := newHarness(t)
		w.integration(func(in *webhook.Integration) { in.ID = "I-1" })
		resp, err := w.handler.Handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{{MessageId: "M-1", Body: body}}})
		if err != nil {
			t.Fatal(err)
		}
		_, fault := webhook.DecodeMessage([]byte(body))
		if stays := len(resp.BatchItemFailures) == 1; stays != (fault != nil) {
			t.Errorf("%q stays in the queue: %v, but decoding returns %v", body, stays, fault)
		}
	})
}
