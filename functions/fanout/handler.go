// Package fanout turns a task event into one message for each integration of its user that
// subscribes to it. It writes nothing else.
package fanout

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// sendAtOnce is how many messages are collected before they are sent, so that the messages of a
// user with ten thousand integrations do not have to fit into memory.
const sendAtOnce = 1000

// Subscriptions lists the subscriptions of a user's integrations.
type Subscriptions interface {
	// Subscriptions reads page by page. The sequence ends after an error.
	Subscriptions(ctx context.Context, userID string) iter.Seq2[webhook.Subscription, error]
}

// Sender queues messages for delivery.
type Sender interface {
	// Send returns nil once every message is queued. After an error some may be.
	Send(ctx context.Context, msgs []webhook.Message) error
}

// Quarantine keeps malformed events until an operator has looked at them.
type Quarantine interface {
	// Keep returns nil once the event is kept together with the reason. After an error it may be.
	Keep(ctx context.Context, ev events.EventBridgeEvent, reason error) error
}

// Source identifies the task events on the bus.
type Source struct {
	Name       string // of the producer, e.g. "thordata.scraper"
	DetailType string // e.g. "Web Scraper Task Status Change"
}

// DefaultSource returns the source of the platform's task events.
func DefaultSource() Source {
	return Source{Name: "thordata.scraper", DetailType: "Web Scraper Task Status Change"}
}

// Matches reports whether ev has this source and detail type.
func (s Source) Matches(ev events.EventBridgeEvent) bool {
	return ev.Source == s.Name && ev.DetailType == s.DetailType
}

// Handler fans events out. It is safe for concurrent use.
type Handler struct {
	Source        Source
	EventTypes    webhook.EventTypes // those of the product page by default
	Subscriptions Subscriptions
	Sender        Sender
	Quarantine    Quarantine // if nil, Handle returns an error for a malformed event
	Metrics       metrics.Emitter
	Log           *slog.Logger
	Now           func() time.Time // time.Now if nil

	filters filters
}

// accepted is when the bus took an event, as exactly as can be told: EventBridge's times are whole
// seconds, and what arrives within two of them is told apart by this function's clock.
func (h *Handler) accepted(at time.Time) time.Time {
	if at.Nanosecond() != 0 {
		return at
	}
	now := time.Now
	if h.Now != nil {
		now = h.Now
	}
	if since := now().Sub(at); since >= 0 && since < 2*time.Second {
		return at.Add(since).Truncate(time.Microsecond)
	}
	return at
}

// Handle queues a message for each matching integration. An event with an unknown type is logged,
// counted and dropped. A malformed event is logged, counted and kept in quarantine: no retry could
// mend it, and an error would count as one of the function's.
//
// An error means that the whole event must be delivered again. Events that never succeed end up in
// the function's dead-letter queue. Handling an event twice is harmless, because its dispatches
// have the same ids.
func (h *Handler) Handle(ctx context.Context, ev events.EventBridgeEvent) error {
	task, sent, filtered, err := h.fanOut(ctx, ev)
	line := []any{logkey.EventID, task.ID, logkey.UserID, task.UserID, logkey.EventType, task.Type, logkey.Dispatched, sent}
	if task.ID != ev.ID { // most events have only the bus's id, and log storage is billed by the byte
		line = append(line, logkey.BusEventID, ev.ID)
	}
	switch {
	case errors.Is(err, webhook.ErrUnknownEventType):
		h.Log.WarnContext(ctx, "event dropped", append(line, logkey.Error, err)...)
		h.Metrics.Emit(ctx, metrics.Because(metrics.EventsDropped, "unknown_type"))
		return nil
	case err != nil:
		if _, malformed := errors.AsType[*webhook.FieldError](err); malformed {
			h.Metrics.Emit(ctx, metrics.Because(metrics.EventsDropped, "malformed"))
			err = h.keep(ctx, ev, err, line)
		} else {
			h.Log.ErrorContext(ctx, "fan out event failed", append(line, logkey.Error, err)...)
		}
		return err
	}
	if filtered > 0 {
		line = append(line, logkey.Filtered, filtered)
		h.Metrics.Emit(ctx, metrics.Point{Name: metrics.Filtered, Value: float64(filtered)})
	}
	if task.Warning != "" {
		h.Log.WarnContext(ctx, "event fanned out, with a warning", append(line, logkey.Reason, task.Warning)...)
	} else {
		h.Log.InfoContext(ctx, "event fanned out", line...)
	}
	if sent > 0 {
		h.Metrics.Emit(ctx, metrics.Point{Name: metrics.Dispatched, Value: float64(sent)})
	}
	return nil
}

// keep puts a malformed event into quarantine.
func (h *Handler) keep(ctx context.Context, ev events.EventBridgeEvent, reason error, line []any) error {
	line = append(line, logkey.Reason, reason)
	if h.Quarantine == nil {
		h.Log.ErrorContext(ctx, "event is malformed", line...)
		return reason
	}
	if err := h.Quarantine.Keep(ctx, ev, reason); err != nil {
		h.Log.ErrorContext(ctx, "keep malformed event failed", append(line, logkey.Error, err)...)
		return fmt.Errorf("%w; keep the event: %w", reason, err)
	}
	h.Log.ErrorContext(ctx, "event is malformed and was kept", line...)
	return nil
}

func (h *Handler) fanOut(ctx context.Context, ev events.EventBridgeEvent) (task webhook.TaskEvent, sent, filtered int, err error) {
	if !h.Source.Matches(ev) {
		return task, 0, 0, fmt.Errorf("not a task event: source %.100q with detail-type %.100q, want %q with %q",
			ev.Source, ev.DetailType, h.Source.Name, h.Source.DetailType)
	}
	task, err = webhook.ParseEvent(h.EventTypes, ev.Detail, ev.ID, h.accepted(ev.Time))
	if err != nil {
		return task, 0, 0, fmt.Errorf("event %.100q: %w", ev.ID, err)
	}
	var batch []webhook.Message
	flush := func() error {
		if err := h.Sender.Send(ctx, batch); err != nil {
			return fmt.Errorf("queue the dispatches of event %s: %w", task.ID, err)
		}
		sent += len(batch)
		batch = batch[:0]
		return nil
	}
	for sub, err := range h.Subscriptions.Subscriptions(ctx, task.UserID) {
		if err != nil {
			return task, sent, filtered, fmt.Errorf("list the integrations of user %s: %w", task.UserID, err)
		}
		if !sub.Wants(task.Type) {
			continue
		}
		if !h.passes(ctx, sub, task) {
			filtered++
			continue
		}
		batch = append(batch, message(task, sub))
		if len(batch) == sendAtOnce {
			if err := flush(); err != nil {
				return task, sent, filtered, err
			}
		}
	}
	if len(batch) == 0 {
		return task, sent, filtered, nil
	}
	return task, sent, filtered, flush()
}

func message(task webhook.TaskEvent, sub webhook.Subscription) webhook.Message {
	id := ids.Dispatch(task.CreatedAt, task.ID, sub.ID)
	return webhook.Message{
		Ref:       webhook.Ref{UserID: task.UserID, IntegrationID: sub.ID, DispatchID: id, Shards: sub.Shards},
		EventID:   task.ID,
		EventType: task.Type,
		Trigger:   webhook.TriggerEvent,
		CreatedAt: task.CreatedAt.Truncate(time.Millisecond),
		Accepted:  task.Accepted,
		Event:     task.JSON,
	}
}
