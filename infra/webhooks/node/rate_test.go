package node

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/shared/clock"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// system is the node's store with two delivery handlers and the ticker, on a clock that the test moves
// and a queue in memory.
type system struct {
	*testing.T
	store    *sqlitestore.Store
	clock    *clock.Held
	handlers [2]*delivery.Handler
	ticker   *fanout.Ticker

	mu       sync.Mutex // the handlers call concurrently
	messages []*inMemory
	made     int
	requests []time.Time
}

type inMemory struct {
	id, body string
	due      time.Time
	receives int
}

func newSystem(t *testing.T) *system {
	s := &system{T: t, clock: clock.Hold(time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC))}
	log := slog.New(slog.DiscardHandler)
	var err error
	if s.store, err = sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"), sqlitestore.Options{Now: s.clock.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	})
	for i := range s.handlers {
		s.handlers[i] = delivery.New(delivery.Config{
			Dispatches: s.store, Integrations: s.store, Queue: s, Requests: request.NewBuilder(request.Config{Secrets: seal.NewBox(nil)}),
			Client: s, Notices: notices{log}, Metrics: &metrics.Counters{}, Log: log, Now: s.clock.Now, Jitter: func() float64 { return 0.5 },
		})
	}
	s.ticker = &fanout.Ticker{Index: s.store, Lines: s.store, Records: s.store, Later: s, Metrics: &metrics.Counters{}, Log: log, Now: s.clock.Now}
	return s
}

// Do answers every request.
func (s *system) Do(*http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, s.clock.Now())
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(""))}, nil
}

func (s *system) add(m webhook.Message, due time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	s.messages = append(s.messages, &inMemory{id: strconv.Itoa(s.made), body: string(m.Encode()), due: due})
}

// SendLater keeps messages until they are due.
func (s *system) SendLater(_ context.Context, msgs []webhook.Delayed) error {
	for _, m := range msgs {
		s.add(m.Message, s.clock.Now().Add(m.After))
	}
	return nil
}

// Hide puts a message off.
func (s *system) Hide(_ context.Context, raw events.SQSMessage, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.id == raw.MessageId {
			m.due = s.clock.Now().Add(d)
		}
	}
	return nil
}

// deliver has one of the handlers handle what is visible, in batches of ten.
func (s *system) deliver(h *delivery.Handler) {
	for {
		var batch events.SQSEvent
		for _, m := range s.messages {
			if len(batch.Records) < 10 && !m.due.After(s.clock.Now()) {
				m.receives++
				m.due = s.clock.Now().Add(6 * time.Minute)
				batch.Records = append(batch.Records, events.SQSMessage{
					MessageId: m.id, Body: m.body, Attributes: map[string]string{"ApproximateReceiveCount": strconv.Itoa(m.receives)},
				})
			}
		}
		if len(batch.Records) == 0 {
			return
		}
		resp, err := h.Handle(s.Context(), batch)
		if err != nil {
			s.Fatal(err)
		}
		s.messages = slices.DeleteFunc(s.messages, func(m *inMemory) bool {
			received := slices.ContainsFunc(batch.Records, func(r events.SQSMessage) bool { return r.MessageId == m.id })
			return received && !slices.Contains(resp.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.id})
		})
	}
}

// 600 events at once, at most 60 a minute: all arrive with one attempt each, no minute has more than 60 and
// the burst of ten, and what waits for its turn is received twice: when it comes, and when its turn has.
func TestARateIsKeptByTwoThatDeliver(t *testing.T) {
	const events, perMinute, burst = 600, 60, 10
	s := newSystem(t)
	now := s.clock.Now()
	secret, err := seal.NewBox(nil).Seal(t.Context(), []byte(signing.NewSecret()), "")
	if err != nil {
		t.Fatal(err)
	}
	in := webhook.Integration{
		ID: ids.New(now), UserID: "3406", Name: "n", EventTypes: []webhook.EventType{webhook.Failed}, RequestURL: "http://localhost/",
		Status: webhook.Active, MaxPerMinute: perMinute, Version: 1, CreatedAt: now, ModifiedAt: now, Secrets: webhook.Secrets{Current: secret},
	}
	if _, err := s.store.CreateIntegration(t.Context(), in, webhook.CreateOptions{Quota: 1}); err != nil {
		t.Fatal(err)
	}
	var all []string
	for i := range events {
		event := fmt.Sprint("e-", i)
		m := webhook.Message{
			Ref:     webhook.Ref{UserID: in.UserID, IntegrationID: in.ID, DispatchID: ids.Dispatch(now, event, in.ID)},
			EventID: event, EventType: webhook.Failed, Trigger: webhook.TriggerEvent, CreatedAt: now, Accepted: now.Add(time.Duration(i)),
			Event: []byte(`{"userId":3406}`),
		}
		all = append(all, m.DispatchID)
		s.add(m, now)
	}
	for second := 0; len(s.requests) < events && second < 20*60; second++ {
		s.deliver(s.handlers[second%2])
		if second%60 == 0 {
			if err := s.ticker.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		s.clock.Advance(time.Second)
	}
	for _, id := range all {
		d, err := s.store.Dispatch(t.Context(), in.ID, id)
		if err != nil || d.Status != webhook.DispatchSucceeded || len(d.Attempts) != 1 {
			t.Fatalf("dispatch %s is %s after %d attempts, %v", id, d.Status, len(d.Attempts), err)
		}
	}
	for i, at := range s.requests {
		if n := i + perMinute + burst; n < len(s.requests) && s.requests[n].Sub(at) < time.Minute {
			t.Fatalf("%d requests within %v", perMinute+burst+1, s.requests[n].Sub(at))
		}
	}
	if took := s.requests[len(s.requests)-1].Sub(now); took > 12*time.Minute {
		t.Errorf("the last was sent after %v", took)
	}
	if s.made > 2*events {
		t.Errorf("%d messages for %d events", s.made, events)
	}
}
