package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/events"
)

// failing responds with the status before the until-th request, and with 200 from then on.
func failing(status, until int) func(*endpoint) {
	return func(e *endpoint) {
		e.answer = func(n int) int {
			if n < until {
				return status
			}
			return http.StatusOK
		}
	}
}

func TestFailedAttemptIsRetriedFromRetriesQueue(t *testing.T) {
	w := newHarness(t, settings{})
	id := w.create("/hook")
	w.receiver.at("/hook", failing(http.StatusServiceUnavailable, 3))
	ev := busEvent("succeeded", nil)
	w.put(ev)
	w.deliver("it succeeds", func() bool { return w.status(id, dispatchOf(t, ev, id)) == "SUCCEEDED" })

	var attempts []string
	for _, d := range w.receiver.got("/hook") {
		if d.Verified != nil {
			t.Errorf("attempt %s: %v", d.Header.Get("Webhook-Attempt"), d.Verified)
		}
		attempts = append(attempts, d.Header.Get("Webhook-Attempt"))
	}
	if !slices.Equal(attempts, []string{"1", "2", "3"}) {
		t.Errorf("attempts %q", attempts)
	}
	w.await("the queues are empty", func() bool { return w.inQueue("DeliveriesQueue")+w.inQueue("RetriesQueue") == 0 })
	if first, retries := w.mappings[0].messages, w.mappings[1].messages; first != 1 || retries < 2 {
		t.Errorf("%d messages of deliveries and %d of retries were processed, want 1 and at least 2", first, retries)
	}
	if n := w.inQueue("DeadQueue"); n != 0 {
		t.Errorf("%d dead letters", n)
	}
}

func TestFailedDispatchRaisesNoAlarm(t *testing.T) {
	w := newHarness(t, settings{parameters: map[string]string{"MaxAttempts": "2"}})
	id := w.create("/hook")
	w.receiver.at("/hook", failing(http.StatusInternalServerError, 99))
	ev := busEvent("succeeded", nil)
	w.put(ev)
	w.deliver("it fails", func() bool { return w.status(id, dispatchOf(t, ev, id)) == "FAILED" })
	w.await("the queues are empty", func() bool { return w.inQueue("DeliveriesQueue")+w.inQueue("RetriesQueue") == 0 })
	if n := w.inQueue("DeadQueue"); n != 0 {
		t.Errorf("%d dead letters", n)
	}
	lines := w.logged("delivery", `"message":"attempt"`)
	if len(lines) != 2 {
		t.Errorf("%d lines for 2 attempts: %q", len(lines), lines)
	}
}

// poison sends the messages of a sample batch to the deliveries queue, with the given integration
// instead of the sample's.
func (w *harness) poison(sample, integration string) {
	w.t.Helper()
	var batch lambdaevents.SQSEvent
	if err := json.Unmarshal(events.Sample("delivery-"+sample), &batch); err != nil {
		w.t.Fatal(err)
	}
	url := w.mustQueue("DeliveriesQueue").URL
	var entries []types.SendMessageBatchRequestEntry
	for i, m := range batch.Records {
		body := replaceIDs(m.Body, integration)
		entries = append(entries, types.SendMessageBatchRequestEntry{Id: new(string(rune('a' + i))), MessageBody: &body})
	}
	if _, err := w.queue.SendMessageBatch(w.t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: entries}); err != nil {
		w.t.Fatal(err)
	}
}

// An unreadable message goes through all queues to the dead-letter queue, and does not affect the
// rest of its batch.
func TestUnreadableMessageReachesDeadLetterQueue(t *testing.T) {
	for sample, says := range map[string]string{
		"not-json":      "message is not the JSON that was expected",
		"newer-version": "message of version 2, newest known is 1",
	} {
		t.Run(sample, func(t *testing.T) {
			w := newHarness(t, settings{})
			for _, id := range []string{"DeliveriesQueue", "RetriesQueue"} {
				w.set(w.mustQueue(id), "VisibilityTimeout", "0")
			}
			id := w.create("/hook")
			w.poison(sample, id)
			w.deliver("the message is dead", func() bool { return w.inQueue("DeadQueue") == 1 })
			if got := w.receiver.got("/hook"); len(got) != 1 || got[0].Verified != nil {
				t.Errorf("the other message was delivered %d times", len(got))
			}
			lines := w.logged("delivery", says)
			// The first receive, from deliveries, counts towards the limit of retries.
			if want := w.mustQueue("RetriesQueue").Redrive.MaxReceives; len(lines) != want {
				t.Errorf("logged %d lines, want one for each of the %d receives", len(lines), want)
			}
			w.logged("delivery", `"Poison":1`)
		})
	}
}

// A retry uses the current version of the integration.
func TestRetryUsesCurrentIntegration(t *testing.T) {
	w := newHarness(t, settings{})
	id := w.create("/old")
	w.receiver.at("/old", failing(http.StatusBadGateway, 99))
	ev := busEvent("succeeded", nil)
	w.put(ev)
	w.deliver("the first attempt fails", func() bool { return len(w.receiver.got("/old")) == 1 })
	w.must(http.StatusOK, "patch", to(id, ""), saying(map[string]any{"status": "active", "requestUrl": w.receiver.URL("/new")}))
	w.deliver("the second succeeds", func() bool { return w.status(id, dispatchOf(t, ev, id)) == "SUCCEEDED" })
	if n := len(w.receiver.got("/new")); n != 1 {
		t.Errorf("the new URL got %d requests", n)
	}
}

// A private address is not called, and its dispatch fails immediately.
func TestPrivateAddressIsNotCalled(t *testing.T) {
	w := newHarness(t, settings{})
	id := w.create("/hook")
	in, err := w.store.Integration(t.Context(), sampleUser, id)
	if err != nil {
		t.Fatal(err)
	}
	moved := in.Changed(time.Now())
	moved.RequestURL = "https://127.0.0.1:8443/hook" // bypasses the API's check, as a DNS name can
	if err := w.store.UpdateIntegration(t.Context(), moved); err != nil {
		t.Fatal(err)
	}
	ev := busEvent("succeeded", nil)
	w.put(ev)
	w.deliver("it fails at once", func() bool { return w.status(id, dispatchOf(t, ev, id)) == "FAILED" })
	w.logged("delivery", `"errorCode":"blocked_address"`)
}
