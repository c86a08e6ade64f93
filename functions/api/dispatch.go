package api

import (
	"encoding/json"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// DispatchSummary is a dispatch in a list.
type DispatchSummary struct {
	ID            string                 `json:"id" doc:"The same on every attempt: the header Webhook-Dispatch-Id." example:"01JX4A6V8Z5T3N7Q9R2M4K6H8B"`
	IntegrationID string                 `json:"integrationId" example:"01JX4A0000XK3Q9R2M4K6H8B5T"`
	UserID        string                 `json:"userId" example:"3406"`
	EventID       string                 `json:"eventId" example:"7bf73129-1428-4cd3-a780-95db273d1602"`
	EventType     webhook.EventType      `json:"eventType" enum:"$eventTypes,TEST" example:"ACTOR.RUN.SUCCEEDED"`
	Trigger       webhook.Trigger        `json:"trigger" enum:"$triggers" doc:"What caused the latest round of attempts."`
	Status        webhook.DispatchStatus `json:"status" enum:"$dispatchStatuses" doc:"PENDING: queued. RETRYING: waiting for the next attempt. WAITING: waiting for its endpoint to work again, or for its turn; no attempts are spent. SUCCEEDED: delivered. FAILED: given up. HELD: its integration is paused."`
	Reason        string                 `json:"reason,omitempty" doc:"Why it is FAILED, HELD or WAITING."`
	CreatedAt     time.Time              `json:"createdAt" doc:"The event's time."`
	NextAttemptAt *time.Time             `json:"nextAttemptAt,omitempty" doc:"When the next attempt is due; absent once it has ended."`
	FinishedAt    *time.Time             `json:"finishedAt,omitempty" doc:"When it became SUCCEEDED or FAILED; absent before."`
	AttemptCount  int                    `json:"attemptCount" doc:"The number of attempts so far." example:"1"`
	LastAttempt   *Attempt               `json:"lastAttempt,omitempty"`
}

// Attempt is one request and its outcome.
type Attempt struct {
	Number             int               `json:"number" doc:"1, 2, ...: the header Webhook-Attempt." example:"1"`
	Round              int               `json:"round" doc:"0 at first; each redelivery starts the next round." example:"0"`
	StartedAt          time.Time         `json:"startedAt"`
	DurationMs         int64             `json:"durationMs" example:"132"`
	ResponseStatus     int               `json:"responseStatus,omitempty" doc:"Absent if there was no response." example:"500"`
	ResponseBody       string            `json:"responseBody,omitempty" doc:"Its first KiB, with secret values of the event masked."`
	ErrorCode          webhook.ErrorCode `json:"errorCode,omitempty" doc:"Why it failed: $errorCodes. Absent on success." example:"http_status"`
	ErrorMessage       string            `json:"errorMessage,omitempty" doc:"The error as a sentence."`
	IntegrationVersion int               `json:"integrationVersion" doc:"The integration's version at that time." example:"1"`
}

// Dispatch is a dispatch with all its details.
type Dispatch struct {
	DispatchSummary
	Attempts  []SentAttempt   `json:"attempts" nullable:"false" doc:"Oldest first; at most the latest 36."`
	Event     json.RawMessage `json:"event,omitempty" doc:"The task event, as the platform sent it; see maskedPaths."`
	EventNote string          `json:"eventNote,omitempty" doc:"Why there is no event."`
	Masked    []string        `json:"maskedPaths,omitempty" nullable:"false" doc:"Paths of the event with secret values. They were sent, and are shown as ******** in the event, in requests, and in responses that repeat them." example:"[\"resource.apiKey\"]"`
}

// SentAttempt is an attempt with the request that was sent.
type SentAttempt struct {
	Attempt
	Request     *Request `json:"request,omitempty"`
	RequestNote string   `json:"requestNote,omitempty" doc:"Why there is no request, or not all of its body."`
}

// Request is a request as the receiver gets it.
type Request struct {
	Method    string            `json:"method" example:"POST"`
	URL       string            `json:"url" example:"https://example.com/hooks/scraper"`
	Headers   map[string]string `json:"headers" doc:"Values that look like credentials are masked, as are secret values of the event."`
	Body      string            `json:"body" doc:"With secret values of the event masked."`
	BodyBytes int               `json:"bodyBytes" doc:"The size of the whole body, as it was sent."`
}

func (s *server) summary(d webhook.Dispatch) DispatchSummary {
	out := DispatchSummary{
		ID: d.ID, IntegrationID: d.IntegrationID, UserID: d.UserID,
		EventID: d.EventID, EventType: d.EventType, Trigger: d.Trigger,
		Status: d.Status, Reason: d.Reason, CreatedAt: d.CreatedAt.UTC(),
		NextAttemptAt: optional(d.NextAttemptAt), FinishedAt: optional(d.FinishedAt),
		AttemptCount: d.NextNumber() - 1,
	}
	if d.Status == webhook.DispatchHeld { // HELD is temporary: the dispatch continues with its integration
		out.FinishedAt = nil
	}
	if n := len(d.Attempts); n > 0 {
		out.LastAttempt = new(s.attempt(d, d.Attempts[n-1]))
	}
	return out
}

func (s *server) attempt(d webhook.Dispatch, a webhook.Attempt) Attempt {
	return Attempt{
		Number: a.Number, Round: a.Round, StartedAt: a.StartedAt.UTC(), DurationMs: a.Duration.Milliseconds(),
		ResponseStatus: a.ResponseStatus, ResponseBody: s.cfg.Secrets.MaskEcho(a.ResponseBody, d.Event),
		ErrorCode: a.Code, ErrorMessage: a.Message, IntegrationVersion: a.IntegrationVersion,
	}
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}
