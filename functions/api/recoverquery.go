package api

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// A position is how far a recovery has come. Its cursor includes the period and the statuses, so
// the cursor alone is enough to continue.
type position struct {
	Since    time.Time                `json:"s,omitzero"`
	Until    time.Time                `json:"u,omitzero"`
	Statuses []webhook.DispatchStatus `json:"st"`
	After    string                   `json:"a"`
}

// recoverList is the list that cursors of recoveries of an integration belong to.
func recoverList(in webhook.Integration) list { return list{"recover", in.UserID, in.ID} }

// resume returns the cursor that continues a recovery.
func resume(in webhook.Integration, q webhook.DispatchQuery) string {
	at, _ := json.Marshal(position{q.Since, q.Until, q.Statuses, q.After}) // cannot fail: only strings and valid times
	return recoverList(in).cursor(base64.RawURLEncoding.EncodeToString(at))
}

// recoverQuery returns the query that starts or continues a recovery.
func (s *server) recoverQuery(asked RecoverRequest, in webhook.Integration) (webhook.DispatchQuery, error) {
	q := webhook.DispatchQuery{OldestFirst: true, Shards: in.Shards}
	var fs faults
	q.Since, fs = parseTime(asked.Since, "body.since", fs)
	q.Until, fs = parseTime(asked.Until, "body.until", fs)
	q.Statuses, fs = parseStatuses(asked.Statuses, recoverable, "body.statuses", fs)
	if err := fs.err(); err != nil {
		return q, err
	}
	if asked.Cursor != "" {
		return continuedQuery(asked, q, in)
	}
	if q.Until.IsZero() {
		q.Until = s.now()
	}
	if len(q.Statuses) == 0 {
		q.Statuses = []webhook.DispatchStatus{webhook.DispatchFailed, webhook.DispatchHeld}
	}
	return q, nil
}

// continuedQuery returns the query of a cursor. Other fields of the request must be omitted or equal to those
// of the recovery's first request.
func continuedQuery(asked RecoverRequest, given webhook.DispatchQuery, in webhook.Integration) (webhook.DispatchQuery, error) {
	text, ok := recoverList(in).after(asked.Cursor)
	raw, err := base64.RawURLEncoding.DecodeString(text)
	var at position
	if !ok || err != nil || json.Unmarshal(raw, &at) != nil {
		return given, wrongCursor("body.cursor")
	}
	same := (asked.Since == "" || given.Since.Equal(at.Since)) &&
		(asked.Until == "" || given.Until.Equal(at.Until)) &&
		(len(asked.Statuses) == 0 || slices.Equal(given.Statuses, at.Statuses))
	if !same {
		return given, wrongCursor("body.cursor")
	}
	return webhook.DispatchQuery{Since: at.Since, Until: at.Until, Statuses: at.Statuses, After: at.After, OldestFirst: true, Shards: in.Shards}, nil
}
