// Package bus receives events like EventBridge. It implements PutEvents in the AWS JSON 1.1
// protocol, so the SDKs and the AWS CLI can use its URL as their endpoint.
//
// See https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html.
package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/uuid"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	target      = "AWSEvents.PutEvents"
	maxEntries  = 10      // per call
	maxCall     = 1 << 20 // bytes of all entries of a call
	maxBody     = 8 << 20 // bytes of a request, enough for a call of the largest size with every byte escaped
	contentType = "application/x-amz-json-1.1"
)

// Rule is a rule of the bus with its target.
type Rule struct {
	Matches func(events.EventBridgeEvent) bool
	// Wants describes the matching events in log messages.
	Wants string
	// Handle returns nil once everything that the event causes is on disk.
	Handle func(context.Context, events.EventBridgeEvent) error
}

// Bus is an http.Handler. An entry that gets an event id was handled by the rule or matched no
// rule. An entry that gets an error code can be sent again without causing duplicates.
type Bus struct {
	Rule Rule
	Now  func() time.Time
	Log  *slog.Logger

	// Verify checks who sends a request. If nil, everybody may put events. A *Fault is answered as
	// it is.
	Verify func(r *http.Request, body []byte) error

	last atomic.Int64 // the last of moments, in Unix microseconds
}

// A Fault is an error of a whole request, in the service's own words.
type Fault struct{ Code, Message string }

func (f *Fault) Error() string { return f.Code + ": " + f.Message }

type request struct {
	Entries []entry
}

type answer struct {
	FailedEntryCount int
	Entries          []result
}

type result struct {
	EventId      string `json:",omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

// ServeHTTP handles PutEvents.
func (b *Bus) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if got := r.Header.Get("X-Amz-Target"); got != target {
		fault(w, http.StatusBadRequest, "UnknownOperationException",
			fmt.Sprintf("X-Amz-Target is %.100q; this node's bus knows %s", got, target))
		return
	}
	req, err := b.receive(w, r)
	if f, ok := errors.AsType[*Fault](err); ok {
		fault(w, http.StatusBadRequest, f.Code, f.Message)
		return
	}
	if err != nil {
		b.Log.ErrorContext(r.Context(), "verify the signature of a request failed", logkey.Error, err)
		fault(w, http.StatusInternalServerError, "InternalException", "The request was not accepted; send it again.")
		return
	}
	ans := b.put(r.Context(), req)
	w.Header().Set("Content-Type", contentType)
	_ = json.NewEncoder(w).Encode(ans) // an error means that the client has disconnected, and will retry
}

// receive reads and verifies a request. Its errors are *Fault, except those of Verify.
func (b *Bus) receive(w http.ResponseWriter, r *http.Request) (request, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return request{}, invalid("the request has more than %d bytes", tooLarge.Limit)
	} else if err != nil {
		return request{}, invalid("read the request: %v", err)
	}
	if b.Verify != nil {
		if err := b.Verify(r, raw); err != nil {
			return request{}, err
		}
	}
	return decode(raw)
}

func invalid(format string, args ...any) *Fault {
	return &Fault{"ValidationException", fmt.Sprintf(format, args...)}
}

// decode decodes a request and checks the limits of a call.
func decode(raw []byte) (req request, err error) {
	if err := json.Unmarshal(raw, &req); err != nil {
		return req, &Fault{"SerializationException", "the request is not the JSON of PutEvents: " + err.Error()}
	}
	switch n := len(req.Entries); {
	case n == 0:
		return req, invalid("1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case n > maxEntries:
		return req, invalid("1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to %d", maxEntries)
	}
	size := 0
	for _, e := range req.Entries {
		size += e.size()
	}
	if size > maxCall {
		return req, invalid("total size of the entries in the request is over the limit: %d bytes, at most %d", size, maxCall)
	}
	return req, nil
}

// put handles the entries concurrently, so that they share a commit.
func (b *Bus) put(ctx context.Context, req request) answer {
	ans := answer{Entries: make([]result, len(req.Entries))}
	first := b.moments(len(req.Entries))
	var wg sync.WaitGroup
	for i, e := range req.Entries[1:] {
		wg.Go(func() { ans.Entries[i+1] = b.take(ctx, e, first.Add(time.Duration(i+1)*time.Microsecond)) })
	}
	ans.Entries[0] = b.take(ctx, req.Entries[0], first)
	wg.Wait()
	for _, r := range ans.Entries {
		if r.ErrorCode != "" {
			ans.FailedEntryCount++
		}
	}
	return ans
}

// moments returns the first of n microseconds, from now on, which are given out once: the order of
// acceptance is the order of the entries, and of the calls.
func (b *Bus) moments(n int) time.Time {
	for {
		last := b.last.Load()
		first := max(b.Now().UnixMicro(), last+1)
		if b.last.CompareAndSwap(last, first+int64(n)-1) {
			return time.UnixMicro(first).UTC()
		}
	}
}

func (b *Bus) take(ctx context.Context, e entry, now time.Time) result {
	ev, bad := e.event(uuid.NewString(), now)
	if bad != nil {
		return *bad
	}
	if !b.Rule.Matches(ev) {
		b.Log.WarnContext(ctx, "event matches no rule", logkey.BusEventID, ev.ID, logkey.Source, ev.Source, logkey.DetailType, ev.DetailType, logkey.Wanted, b.Rule.Wants)
		return result{EventId: ev.ID}
	}
	err := b.Rule.Handle(ctx, ev)
	if field, ok := errors.AsType[*webhook.FieldError](err); ok {
		return result{ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed. Reason: " + field.Error()}
	}
	if err != nil {
		return result{ErrorCode: "InternalFailure", ErrorMessage: "The event was not accepted; send it again. Reason: " + err.Error()}
	}
	return result{EventId: ev.ID}
}

func fault(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Amzn-ErrorType", code)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": message})
}
