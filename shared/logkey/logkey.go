// Package logkey names the keys of log lines, so that one thing has one name in all of them.
package logkey

import "slices"

// What a line is about. The first four are the names that the API and the events use.
const (
	UserID        = "userId"
	IntegrationID = "integrationId"
	DispatchID    = "dispatchId"
	EventID       = "eventId"
	BusEventID    = "busEventId" // EventBridge's own id, where the event has another
	EventType     = "eventType"
	MessageID     = "messageId" // SQS's
	NoticeID      = "noticeId"
	RequestID     = "requestId"    // of the invocation; the Lambda runtime's logger adds it
	APIRequestID  = "apiRequestId" // of a request to the management API, its Request-Id header
)

// What happened.
const (
	Error           = "error"
	Panic           = "panic"
	Cause           = "cause"  // why a message was dropped, one of the metric's causes
	Reason          = "reason" // a sentence
	Outcome         = "outcome"
	ErrorCode       = "errorCode"
	Status          = "status" // of HTTP
	Attempt         = "attempt"
	Version         = "version" // of the integration
	Round           = "round"   // of a redelivery
	Trigger         = "trigger"
	RecordedByOther = "recordedByOther"
	Dispatched      = "dispatched" // how many messages an event became
	DurationMs      = "durationMs"
	LatencyMs       = "latencyMs" // from the event's acceptance to its delivery
	WaitMs          = "waitMs"    // until the next attempt
	RetryIn         = "retryIn"   // until what failed is tried again, a duration
	Method          = "method"
	Route           = "route"
	Stack           = "stack" // of a panic
	Claim           = "claim"
	Source          = "source"
	DetailType      = "detailType"
	Wanted          = "wanted"
	Stage           = "stage"
	FailingSince    = "failingSince"
	PausesAt        = "pausesAt"
)

// all lists every key above, and those that log/slog writes itself.
var all = []string{
	"time", "level", "msg",
	UserID, IntegrationID, DispatchID, EventID, BusEventID, EventType, MessageID, NoticeID, RequestID, APIRequestID,
	Error, Panic, Cause, Reason, Outcome, ErrorCode, Status, Attempt, Version, Round, Trigger, RecordedByOther,
	Dispatched, DurationMs, LatencyMs, WaitMs, RetryIn, Method, Route, Stack, Claim, Source, DetailType, Wanted,
	Stage, FailingSince, PausesAt,
}

// Known reports whether lines of the log may have the key.
func Known(key string) bool { return slices.Contains(all, key) }
