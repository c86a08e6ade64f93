// Package logkey defines the keys of log lines, so that each thing has the same key everywhere.
package logkey

import "slices"

// What a line is about. The first four names are also used by the API and the events.
const (
	UserID        = "userId"
	IntegrationID = "integrationId"
	DispatchID    = "dispatchId"
	EventID       = "eventId"
	BusEventID    = "busEventId" // EventBridge's id, if it differs from eventId
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
	Status          = "status" // HTTP status
	Attempt         = "attempt"
	Version         = "version" // of the integration
	Round           = "round"   // of the dispatch; each redelivery starts the next
	Trigger         = "trigger"
	RecordedByOther = "recordedByOther"
	Dispatched      = "dispatched" // number of messages sent for an event
	Filtered        = "filtered"   // number of integrations whose filter did not want it
	DurationMs      = "durationMs"
	LatencyMs       = "latencyMs" // from accepting the event to its delivery
	WaitMs          = "waitMs"    // until the next attempt
	RetryIn         = "retryIn"   // a duration until the failed operation is retried
	Method          = "method"
	Route           = "route"
	Stack           = "stack" // of a panic
	Claim           = "claim"
	Address         = "address" // of a client
	Source          = "source"
	DetailType      = "detailType"
	Wanted          = "wanted"
	Stage           = "stage"
	FailingSince    = "failingSince"
	PausesAt        = "pausesAt"
	ExpiresAt       = "expiresAt" // of a certificate
)

// all lists every key above and those that log/slog adds.
var all = []string{
	"time", "level", "msg",
	UserID, IntegrationID, DispatchID, EventID, BusEventID, EventType, MessageID, NoticeID, RequestID, APIRequestID,
	Error, Panic, Cause, Reason, Outcome, ErrorCode, Status, Attempt, Version, Round, Trigger, RecordedByOther,
	Dispatched, Filtered, DurationMs, LatencyMs, WaitMs, RetryIn, Method, Route, Stack, Claim, Address, Source, DetailType, Wanted,
	Stage, FailingSince, PausesAt, ExpiresAt,
}

// Known reports whether log lines may have the key.
func Known(key string) bool { return slices.Contains(all, key) }
