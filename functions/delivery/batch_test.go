package delivery_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func clockBehind(by *time.Duration) func(*delivery.Config) {
	return func(c *delivery.Config) { c.Now = func() time.Time { return time.Now().Add(-*by) } }
}

// hang blocks until the request's deadline, like a receiver that never answers.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestBadMessagesDoNotAffectTheirBatch(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		slow := w.integration(func(in *webhook.Integration) { in.RequestURL = "https://slow.example.com/" })
		broken := w.integration(func(in *webhook.Integration) { in.RequestURL = "https://panic.example.com/" })
		w.receiver.answer = func(r *http.Request) (*http.Response, error) {
			switch r.URL.Host {
			case "slow.example.com":
				return hang(r)
			case "panic.example.com":
				panic("marked by the test")
			}
			return reply(200), nil
		}
		hanging, panicking := w.send(slow), w.send(broken)
		w.queue.add([]byte("no JSON"))
		w.queue.add([]byte(`{"v":99}`))
		var good []webhook.Message
		for range 6 {
			good = append(good, w.send(in))
		}
		start := time.Now()
		resp := w.step()
		if took := time.Since(start); took != 30*time.Second {
			t.Errorf("batch took %v, want the 30 s of the one that hangs", took)
		}
		if n := len(resp.BatchItemFailures); n != 4 {
			t.Errorf("%d messages stay, want 4: %v", n, resp.BatchItemFailures)
		}
		for _, m := range good {
			if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || !d.FinishedAt.Equal(start) {
				t.Errorf("good message is %s at %v", d.Status, d.FinishedAt.Sub(start))
			}
		}
		if d := w.dispatch(hanging); d.Attempts[0].Code != webhook.CodeTimeout || d.Status != webhook.DispatchRetrying {
			t.Errorf("hanging message is %s: %+v", d.Status, d.Attempts)
		}
		if _, recorded := w.store.dispatches[panicking.DispatchID]; recorded {
			t.Error("a panic was recorded as an attempt")
		}
		if n := w.counters.Count(metrics.Poison, ""); n != 2 {
			t.Errorf("Poison = %d, want 2", n)
		}
		if strings.Contains(w.log.String(), "marked by the test") {
			t.Error("the panic value is in the log")
		}
	})
}

func TestUnreadableMessageReachesDeadLetterQueue(t *testing.T) {
	run(t, func(w *harness) {
		w.queue.add([]byte(`{"v":99}`))
		w.drain()
		if len(w.queue.dead) != 1 {
			t.Errorf("%d dead messages, want 1", len(w.queue.dead))
		}
	})
}

func TestAttemptEndsWithTimeLeftToRecordIt(t *testing.T) {
	run(t, func(w *harness) {
		w.receiver.answer = hang
		m := w.send(w.integration())
		ctx, cancel := context.WithTimeout(w.Context(), 35*time.Second)
		defer cancel()
		if _, err := w.handler.Handle(ctx, events.SQSEvent{Records: w.queue.receive()}); err != nil {
			t.Fatal(err)
		}
		if got := w.dispatch(m).Attempts[0].Duration; got != 20*time.Second {
			t.Errorf("attempt took %v of an invocation of 35 s, want 20 s", got)
		}
	})
}

func TestSlowStoreIsNotRecordedAsTimeout(t *testing.T) {
	run(t, func(w *harness) {
		w.receiver.answer = hang
		m := w.send(w.integration())
		w.store.between = func(call string) {
			if call == "load" {
				time.Sleep(50 * time.Second)
			}
		}
		ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
		defer cancel()
		resp, _ := w.handler.Handle(ctx, events.SQSEvent{Records: w.queue.receive()})
		if _, recorded := w.store.dispatches[m.DispatchID]; recorded || len(resp.BatchItemFailures) != 1 || len(w.receiver.got) != 0 {
			t.Errorf("recorded %v, %d messages stay, %d requests", recorded, len(resp.BatchItemFailures), len(w.receiver.got))
		}
	})
}

func TestShutdownDoesNotRecordInterruptedAttempts(t *testing.T) {
	run(t, func(w *harness) {
		ctx, stop := context.WithCancel(w.Context())
		w.receiver.answer = func(r *http.Request) (*http.Response, error) {
			stop()
			return hang(r)
		}
		m := w.send(w.integration())
		resp, _ := w.handler.Handle(ctx, events.SQSEvent{Records: w.queue.receive()})
		if _, recorded := w.store.dispatches[m.DispatchID]; recorded || len(resp.BatchItemFailures) != 1 {
			t.Errorf("recorded %v, %d messages stay; want none and 1", recorded, len(resp.BatchItemFailures))
		}
		w.receiver.answer = nil
		w.drain()
		if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded {
			t.Errorf("dispatch is %s after the restart", d.Status)
		}
	})
}

func TestShutdownRecordsSuccess(t *testing.T) {
	run(t, func(w *harness) {
		ctx, stop := context.WithCancel(w.Context())
		w.receiver.answer = func(*http.Request) (*http.Response, error) {
			stop()
			return reply(200), nil
		}
		m := w.send(w.integration())
		resp, _ := w.handler.Handle(ctx, events.SQSEvent{Records: w.queue.receive()})
		if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || len(resp.BatchItemFailures) != 0 {
			t.Errorf("dispatch is %s, %d messages stay", d.Status, len(resp.BatchItemFailures))
		}
	})
}

func TestEmptyBatch(t *testing.T) {
	run(t, func(w *harness) {
		if resp := w.step(); len(resp.BatchItemFailures) != 0 {
			t.Errorf("failures of an empty batch: %v", resp)
		}
	})
}
