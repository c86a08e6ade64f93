package fanout_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/logkey/logtest"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

var (
	busTime  = time.Date(2025, 6, 7, 6, 33, 20, 0, time.UTC)
	taskTime = time.Date(2025, 6, 7, 6, 33, 14, 0, time.UTC)
)

// book is a store and a queue in memory that fail on demand.
type book struct {
	users     map[string][]webhook.Subscription
	listFails error // returned after the first subscription
	sendFails error
	sent      []webhook.Message
	calls     []int // number of messages in each Send
}

func (b *book) Subscriptions(_ context.Context, user string) iter.Seq2[webhook.Subscription, error] {
	return func(yield func(webhook.Subscription, error) bool) {
		for i, s := range b.users[user] {
			if i == 1 && b.listFails != nil {
				yield(webhook.Subscription{}, b.listFails)
				return
			}
			if !yield(s, nil) {
				return
			}
		}
	}
}

func (b *book) Send(_ context.Context, msgs []webhook.Message) error {
	if b.sendFails != nil {
		return b.sendFails
	}
	b.calls = append(b.calls, len(msgs))
	b.sent = append(b.sent, msgs...)
	return nil
}

func newHandler(t *testing.T, b *book) (*fanout.Handler, *metrics.Counters, *bytes.Buffer) {
	var log bytes.Buffer
	counters := &metrics.Counters{}
	return &fanout.Handler{
		Source: fanout.DefaultSource(), Subscriptions: b, Sender: b,
		Metrics: counters, Log: slog.New(slog.NewTextHandler(logtest.Writer(t, &log), nil)),
	}, counters, &log
}

func event(detail string) events.EventBridgeEvent {
	return events.EventBridgeEvent{
		ID: "bus-1", Source: "thordata.scraper", DetailType: "Web Scraper Task Status Change",
		Time: busTime, Detail: json.RawMessage(detail),
	}
}

func sub(id string, s webhook.IntegrationStatus, types ...webhook.EventType) webhook.Subscription {
	return webhook.Subscription{ID: id, Status: s, EventTypes: types}
}

const success = `{"userId":3406,"eventType":"ACTOR.RUN.SUCCEEDED","createdAt":"2025-06-07T06:33:14Z","n":1.0}`

func TestEventReachesSubscribedIntegrationsOnly(t *testing.T) {
	b := &book{users: map[string][]webhook.Subscription{
		"3406": {
			sub("active", webhook.Active, webhook.Succeeded, webhook.Failed),
			sub("paused", webhook.Paused, webhook.Succeeded),
			sub("disabled", webhook.Disabled, webhook.Succeeded),
			sub("other-type", webhook.Active, webhook.Running),
		},
		"3407": {sub("another user's", webhook.Active, webhook.Succeeded)},
	}}
	h, counters, _ := newHandler(t, b)
	if err := h.Handle(t.Context(), event(success)); err != nil {
		t.Fatal(err)
	}
	var want []webhook.Message
	for _, id := range []string{"active", "paused"} {
		want = append(want, webhook.Message{
			Ref:     webhook.Ref{UserID: "3406", IntegrationID: id, DispatchID: ids.Dispatch(taskTime, "bus-1", id)},
			EventID: "bus-1", EventType: webhook.Succeeded, Trigger: webhook.TriggerEvent,
			CreatedAt: taskTime, Accepted: busTime, Event: []byte(success),
		})
	}
	if diff := cmp.Diff(want, b.sent); diff != "" {
		t.Error(diff)
	}
	if n := counters.Count(metrics.Dispatched, ""); n != 2 {
		t.Errorf("%d counted as dispatched; want 2", n)
	}
}

func TestRepeatedEventHasSameDispatchIDs(t *testing.T) {
	withID := strings.Replace(success, "{", `{"eventId":"e-1",`, 1)
	b := &book{users: map[string][]webhook.Subscription{"3406": {sub("a", webhook.Active, webhook.Succeeded)}}}
	h, _, _ := newHandler(t, b)
	for i := range 2 {
		ev := event(withID)
		ev.ID = fmt.Sprint("bus-", i) // the producer sent it twice
		if err := h.Handle(t.Context(), ev); err != nil {
			t.Fatal(err)
		}
	}
	if b.sent[0].DispatchID != b.sent[1].DispatchID {
		t.Errorf("dispatches %s and %s; want one", b.sent[0].DispatchID, b.sent[1].DispatchID)
	}
}

func TestMessagesAreSentInBatches(t *testing.T) {
	b := &book{users: map[string][]webhook.Subscription{}}
	for i := range 2500 {
		b.users["3406"] = append(b.users["3406"], sub(fmt.Sprint(i), webhook.Active, webhook.Succeeded))
	}
	h, _, _ := newHandler(t, b)
	if err := h.Handle(t.Context(), event(success)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1000, 1000, 500}, b.calls); diff != "" {
		t.Error(diff)
	}
	seen := map[string]bool{}
	for _, m := range b.sent {
		seen[m.IntegrationID] = true
	}
	if len(seen) != 2500 {
		t.Errorf("%d integrations got a message; want 2500", len(seen))
	}
}

func TestFailedEventsAreRetriedOrDropped(t *testing.T) {
	boom := errors.New("boom")
	active := []webhook.Subscription{sub("a", webhook.Active, webhook.Succeeded), sub("b", webhook.Active, webhook.Succeeded)}
	for _, c := range []struct {
		name    string
		ev      events.EventBridgeEvent
		book    book
		want    string // part of the error; "" for no error
		dropped string // the counted cause
	}{
		{name: "another source", ev: events.EventBridgeEvent{Source: "aws.s3", DetailType: "Object Created"}, want: `not a task event: source "aws.s3"`},
		{name: "known source with another detail-type", ev: events.EventBridgeEvent{Source: "thordata.scraper", DetailType: "Other", Detail: json.RawMessage(success)}, want: `with detail-type "Other"`},
		{name: "an empty event", ev: events.EventBridgeEvent{}, want: "not a task event"},
		{name: "no user", ev: event(`{"eventType":"ACTOR.RUN.FAILED"}`), want: "userId: is missing", dropped: "malformed"},
		{name: "no object", ev: event(`"text"`), want: "detail: is not a JSON object", dropped: "malformed"},
		{name: "unknown type", ev: event(`{"userId":1,"eventType":"ACTOR.RUN.EXPLODED"}`), dropped: "unknown_type"},
		{name: "store fails", ev: event(success), book: book{listFails: boom}, want: "list the integrations of user 3406: boom"},
		{name: "queue fails", ev: event(success), book: book{sendFails: boom}, want: "queue the dispatches of event bus-1: boom"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.book.users = map[string][]webhook.Subscription{"3406": active}
			h, counters, log := newHandler(t, &c.book)
			err := h.Handle(t.Context(), c.ev)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v; want %q", err, c.want)
			}
			if c.dropped != "" && counters.Count(metrics.EventsDropped, c.dropped) != 1 {
				t.Errorf("no drop counted with cause %s", c.dropped)
			}
			if log.Len() == 0 {
				t.Error("nothing logged")
			}
			if len(c.book.sent) != 0 {
				t.Errorf("%d messages sent", len(c.book.sent))
			}
		})
	}
}

// quarantine is a fanout.Quarantine in memory.
type quarantine struct {
	kept []string // ids and reasons
	err  error    // returned after keeping the event
}

func (q *quarantine) Keep(_ context.Context, ev events.EventBridgeEvent, reason error) error {
	q.kept = append(q.kept, ev.ID+": "+reason.Error())
	return q.err
}

// A retry could not mend a malformed event, and an error of the function would roll back a canary.
func TestMalformedEventIsKeptWithoutError(t *testing.T) {
	for detail, reason := range map[string]string{
		`{"eventType":"ACTOR.RUN.FAILED"}`:             "userId: is missing",
		`{"userId":{},"eventType":"ACTOR.RUN.FAILED"}`: "userId: ",
		`{"userId":1}`:               "eventType: is missing",
		`{"userId":1,"eventType":7}`: "eventType: must be a string",
		`{"userId":1,"eventType":"ACTOR.RUN.FAILED","eventId":[1]}`: "eventId: must be a string",
		`"text"`: "detail: is not a JSON object",
		`{"userId":1,"eventType":"ACTOR.RUN.FAILED"`: "detail: is not valid JSON",
	} {
		t.Run(detail, func(t *testing.T) {
			b, q := &book{}, &quarantine{}
			h, counters, log := newHandler(t, b)
			h.Quarantine = q
			if err := h.Handle(t.Context(), event(detail)); err != nil {
				t.Errorf("error = %v, want none", err)
			}
			if len(q.kept) != 1 || !strings.HasPrefix(q.kept[0], `bus-1: event "bus-1": `+reason) {
				t.Errorf("kept %q, want one with the reason %s", q.kept, reason)
			}
			if n := counters.Count(metrics.EventsDropped, "malformed"); n != 1 {
				t.Errorf("%d counted as malformed, want 1", n)
			}
			if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), reason) || len(b.sent) != 0 {
				t.Errorf("sent %d messages, log: %s", len(b.sent), log)
			}
		})
	}
}

func TestMalformedEventThatCannotBeKeptIsAnError(t *testing.T) {
	q := &quarantine{err: errors.New("boom")}
	h, _, _ := newHandler(t, &book{})
	h.Quarantine = q
	err := h.Handle(t.Context(), event(`{"userId":1}`))
	if !errors.Is(err, q.err) || !strings.Contains(err.Error(), "eventType: is missing") {
		t.Errorf("error = %v, want boom and the reason", err)
	}
}

// Errors that a retry or a fix of the code can mend are never kept without an error.
func TestOnlyMalformedEventsAreKept(t *testing.T) {
	for name, ev := range map[string]events.EventBridgeEvent{
		"another source": {Source: "aws.s3", DetailType: "Object Created"},
		"store fails":    event(success),
		"unknown type":   event(`{"userId":1,"eventType":"ACTOR.RUN.EXPLODED"}`),
	} {
		q := &quarantine{}
		active := []webhook.Subscription{sub("a", webhook.Active, webhook.Succeeded), sub("b", webhook.Active, webhook.Succeeded)}
		h, _, _ := newHandler(t, &book{users: map[string][]webhook.Subscription{"3406": active}, listFails: errors.New("boom")})
		h.Quarantine = q
		if err := h.Handle(t.Context(), ev); (err == nil) != (name == "unknown type") || len(q.kept) != 0 {
			t.Errorf("%s: error %v, kept %q", name, err, q.kept)
		}
	}
}

// Only the event types of the deployment are delivered.
func TestEventTypesAreConfigurable(t *testing.T) {
	types, err := webhook.ParseEventTypes(`[{"name": "ACTOR.RUN.EXPLODED"}]`)
	if err != nil {
		t.Fatal(err)
	}
	b := &book{users: map[string][]webhook.Subscription{"1": {sub("a", webhook.Active, "ACTOR.RUN.EXPLODED", webhook.Failed)}}}
	h, _, log := newHandler(t, b)
	h.EventTypes = types
	for _, kind := range []string{"ACTOR.RUN.EXPLODED", "ACTOR.RUN.FAILED"} {
		if err := h.Handle(t.Context(), event(`{"userId":1,"eventType":"`+kind+`"}`)); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.sent) != 1 || b.sent[0].EventType != "ACTOR.RUN.EXPLODED" {
		t.Errorf("sent %+v, want the one of the known type", b.sent)
	}
	if !strings.Contains(log.String(), "known are ACTOR.RUN.EXPLODED") {
		t.Errorf("the log does not name the known types: %s", log)
	}
}

// The bus's event id is logged only if it differs from the event's. An event without subscribers
// logs no dispatch count.
func TestLogHasBusEventIDIfItDiffers(t *testing.T) {
	for detail, want := range map[string]bool{
		`{"userId":1,"eventType":"ACTOR.RUN.FAILED","eventId":"theirs"}`: true,
		`{"userId":1,"eventType":"ACTOR.RUN.FAILED"}`:                    false,
	} {
		h, counters, log := newHandler(t, &book{})
		if err := h.Handle(t.Context(), event(detail)); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(log.String(), "busEventId=bus-1"); got != want {
			t.Errorf("%s: bus event id logged: %v, want %v: %s", detail, got, want, log)
		}
		for series := range counters.Totals() {
			if series.Name == metrics.Dispatched {
				t.Errorf("%s: dispatches counted: %+v", detail, series)
			}
		}
	}
}

func TestEventWithInvalidTimeIsSentWithWarning(t *testing.T) {
	b := &book{users: map[string][]webhook.Subscription{"1": {sub("a", webhook.Active, webhook.Failed)}}}
	h, _, log := newHandler(t, b)
	if err := h.Handle(t.Context(), event(`{"userId":1,"eventType":"ACTOR.RUN.FAILED","createdAt":1749278000}`)); err != nil {
		t.Fatal(err)
	}
	if len(b.sent) != 1 || !b.sent[0].CreatedAt.Equal(busTime) {
		t.Errorf("sent %+v, want one at %v", b.sent, busTime)
	}
	if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "createdAt is 1749278000, not a time") {
		t.Errorf("log: %s", log)
	}
}
