package api

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// A position is where a recovery stands. Its cursor holds the period and the states
// too, so that a cursor alone goes on with it.
type position struct {
	Since    time.Time                `json:"s,omitzero"`
	Until    time.Time                `json:"u,omitzero"`
	Statuses []webhook.DispatchStatus `json:"st"`
	After    string                   `json:"a"`
}

// recoverList is what the cursors of an integration's recoveries belong to.
func recoverList(in webhook.Integration) list { return list{"recover", in.UserID, in.ID} }

// resume returns the cursor with which a recovery goes on.
func resume(in webhook.Integration, q webhook.DispatchQuery) string {
	at, _ := json.Marshal(position{q.Since, q.Until, q.Statuses, q.After}) // times of this era and texts
	return recoverList(in).cursor(base64.RawURLEncoding.EncodeToString(at))
}

// recoverQuery returns the query that a recovery begins, or goes on, with.
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
		return goOn(asked, q, in)
	}
	if q.Until.IsZero() {
		q.Until = s.now()
	}
	if len(q.Statuses) == 0 {
		q.Statuses = []webhook.DispatchStatus{webhook.DispatchFailed, webhook.DispatchHeld}
	}
	return q, nil
}

// goOn returns the query of a cursor. What was given with it must be the
// same as when the recovery began.
func goOn(asked RecoverRequest, given webhook.DispatchQuery, in webhook.Integration) (webhook.DispatchQuery, error) {
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
