package delivery_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	user  = "3406"
	event = `{"userId":3406,"eventType":"ACTOR.RUN.SUCCEEDED","createdAt":"2025-06-07T06:33:14Z","resource":{"taskId":"T-1"}}`
)

// harness is a handler with fakes of its dependencies, on the clock of a synctest bubble.
type harness struct {
	testing.TB
	store    *fakeStore
	queue    *fakeQueue
	receiver *receiver
	notices  *fakeNotices
	counters *metrics.Counters
	log      *bytes.Buffer
	handler  *delivery.Handler
	seed     func(webhook.Integration) // called with every version that the test stores; may be nil
}

// run runs a test in a synctest bubble, where sleeping takes no time.
func run(t *testing.T, test func(w *harness), change ...func(*delivery.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(newHarness(t, change...)) })
}

func newHarness(t testing.TB, change ...func(*delivery.Config)) *harness {
	w := &harness{
		TB: t, store: newFakeStore(), queue: &fakeQueue{}, receiver: &receiver{}, notices: &fakeNotices{},
		counters: &metrics.Counters{}, log: &bytes.Buffer{},
	}
	cfg := delivery.Config{
		Dispatches:   w.store,
		Integrations: w.store,
		Queue:        w.queue,
		Requests:     request.NewBuilder(request.Config{Secrets: seal.NewBox(nil)}),
		Client:       w.receiver,
		Notices:      w.notices,
		Metrics:      w.counters,
		Log:          slog.New(slog.NewJSONHandler(&lockedWriter{w: w.log}, nil)),
		Jitter:       func() float64 { return 0.5 }, // the schedule as it is written
		OpenAfter:    never,                         // tests of the breaker set it to the default, 0
	}
	for _, c := range change {
		c(&cfg)
	}
	w.handler = delivery.New(cfg)
	if t, ok := t.(*testing.T); ok {
		t.Cleanup(func() {
			if err := logkey.Check(w.log.String()); err != nil {
				t.Error(err)
			}
		})
	}
	return w
}

// integration stores an active integration with the given changes.
func (w *harness) integration(change ...func(*webhook.Integration)) webhook.Integration {
	now := time.Now().UTC()
	secret, err := seal.NewBox(nil).Seal(w.Context(), []byte(signing.NewSecret()), "")
	if err != nil {
		w.Fatal(err)
	}
	in := webhook.Integration{
		ID: ids.New(now), UserID: user, Name: "Results", EventTypes: []webhook.EventType{webhook.Succeeded},
		RequestURL: "https://hooks.example.com/thordata?token=marked", Status: webhook.Active, Version: 1,
		CreatedAt: now, ModifiedAt: now, Secrets: webhook.Secrets{Current: secret},
	}
	for _, c := range change {
		c(&in)
	}
	w.put(in)
	return in
}

// edit stores the next version of the integration.
func (w *harness) edit(in webhook.Integration, change func(*webhook.Integration)) webhook.Integration {
	next := w.store.integrations[in.ID].Changed(time.Now())
	change(&next)
	w.put(next)
	return next
}

func (w *harness) put(in webhook.Integration) {
	w.store.integrations[in.ID] = in
	if w.seed != nil {
		w.seed(in)
	}
}

func status(s webhook.IntegrationStatus) func(*webhook.Integration) {
	return func(in *webhook.Integration) { in.Status = s }
}

var eventCount atomic.Int64

// message returns a message with a new event for the integration.
func message(in webhook.Integration) webhook.Message {
	now := time.Now().UTC().Truncate(time.Millisecond)
	eventID := "event-" + strconv.FormatInt(eventCount.Add(1), 10)
	return webhook.Message{
		Ref:     webhook.Ref{UserID: in.UserID, IntegrationID: in.ID, DispatchID: ids.Dispatch(now, eventID, in.ID)},
		EventID: eventID, EventType: webhook.Succeeded, Trigger: webhook.TriggerEvent,
		CreatedAt: now, Accepted: now, Event: []byte(event),
	}
}

// send queues a message with a new event and returns it.
func (w *harness) send(in webhook.Integration) webhook.Message {
	m := message(in)
	w.queue.add(m.Encode())
	return m
}

// drain handles messages until the queue is empty, including all waits.
func (w *harness) drain() {
	w.Helper()
	for range 10_000 {
		at, some := w.queue.next()
		if !some {
			if w.tick() {
				continue
			}
			return
		}
		time.Sleep(time.Until(at))
		w.step()
	}
	w.Fatalf("the queue is not empty after 10,000 batches: %d messages", len(w.queue.messages))
}

// step handles one batch of the visible messages, like the event source mapping.
func (w *harness) step() events.SQSEventResponse {
	w.Helper()
	batch := w.queue.receive()
	resp, err := w.handler.Handle(w.Context(), events.SQSEvent{Records: batch})
	if err != nil {
		w.Errorf("Handle = %v", err)
	}
	w.queue.settle(batch, resp)
	return resp
}

// dispatch returns the record of the message's dispatch.
func (w *harness) dispatch(m webhook.Message) webhook.Dispatch {
	d := w.store.dispatches[m.DispatchID]
	if d.Revision == 0 {
		w.Helper()
		w.Errorf("dispatch %s has no record", m.DispatchID)
	}
	return d
}

// receiver is a fake client. It answers with answer, or 200 if that is nil.
type receiver struct {
	answer func(*http.Request) (*http.Response, error)

	mu  sync.Mutex
	got []received
}

type received struct {
	at     time.Time
	header http.Header
	body   string
	url    string
}

func (r *receiver) Do(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.got = append(r.got, received{time.Now(), req.Header.Clone(), string(body), req.URL.String()})
	r.mu.Unlock()
	if r.answer == nil {
		return reply(http.StatusOK), nil
	}
	return r.answer(req)
}

// reply returns a response with headers given as "Name: value".
func reply(status int, headers ...string) *http.Response {
	h := http.Header{}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		h.Set(name, value)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader("as you say"))}
}

func answers(status int, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return reply(status, headers...), nil }
}

// fakeNotices stores the notices that were sent.
type fakeNotices struct {
	err error // returned for the next notices

	mu  sync.Mutex
	got []webhook.Notice
}

func (b *fakeNotices) Notify(_ context.Context, n webhook.Notice) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return b.err
	}
	b.got = append(b.got, n)
	return nil
}

// stages returns the stages of the notices, in order.
func (b *fakeNotices) stages() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []string
	for _, n := range b.got {
		all = append(all, n.Stage)
	}
	return fmt.Sprint(all)
}

// lockedWriter is safe for concurrent use.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// never is longer than any test: the breaker opens for no want of success.
const never = 10 * 365 * 24 * time.Hour

// breaking has the breaker open as it does by default.
func breaking(c *delivery.Config) { c.OpenAfter = 0 }
