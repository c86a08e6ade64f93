package sqlitestore

import (
	"fmt"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/shared/record"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// millis returns Unix milliseconds. The zero time is stored like any other and comes back as the
// zero time.
func millis(t time.Time) int64 { return t.UnixMilli() }

// fromMicros decodes when a dispatch was accepted. This needs microseconds to tell the events of
// one call apart.
func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

const versionColumns = `v.integration_id, v.version, v.user_id, v.name, v.description, v.event_types, v.filter, v.request_url,
	v.payload_template, v.headers_template, v.status, v.status_reason, v.do_not_retry, v.redirect_is_success, v.max_per_minute, v.created_at, v.modified_at,
	v.secret, v.previous_secret, v.previous_until`

// versionValues returns the values of versionColumns.
func versionValues(in webhook.Integration) []any {
	return []any{
		in.ID, in.Version, in.UserID, in.Name, in.Description, joinTypes(in.EventTypes), in.Filter, in.RequestURL,
		in.PayloadTemplate, in.HeadersTemplate, string(in.Status), in.StatusReason, in.DoNotRetry, in.RedirectIsSuccess, in.MaxPerMinute, millis(in.CreatedAt), millis(in.ModifiedAt),
		in.Secrets.Current, in.Secrets.Previous, millis(in.Secrets.PreviousUntil),
	}
}

// ownColumns are the columns of an integration that are not part of a version.
const ownColumns = `i.failing_since, i.notified, i.breaker, i.shards`

// integrationRow is the scan target of versionColumns followed by ownColumns.
type integrationRow struct {
	in                                webhook.Integration
	types, breaker                    string
	created, modified, until, failing int64
}

func (r *integrationRow) dest() []any {
	in := &r.in
	return []any{
		&in.ID, &in.Version, &in.UserID, &in.Name, &in.Description, &r.types, &in.Filter, &in.RequestURL,
		&in.PayloadTemplate, &in.HeadersTemplate, &in.Status, &in.StatusReason, &in.DoNotRetry, &in.RedirectIsSuccess, &in.MaxPerMinute, &r.created, &r.modified,
		&in.Secrets.Current, &in.Secrets.Previous, &r.until,
		&r.failing, &in.Health.Notified, &r.breaker, &in.Shards,
	}
}

func (r *integrationRow) integration() (_ webhook.Integration, err error) {
	in := r.in
	in.EventTypes = splitTypes(r.types)
	in.CreatedAt, in.ModifiedAt = fromMillis(r.created), fromMillis(r.modified)
	in.Secrets.PreviousUntil = fromMillis(r.until)
	in.Health.FailingSince = fromMillis(r.failing)
	if in.Health.Breaker, err = record.DecodeBreaker(r.breaker); err != nil {
		return webhook.Integration{}, fmt.Errorf("integration %s: %w", in.ID, err)
	}
	return in, nil
}

func joinTypes(types []webhook.EventType) string {
	texts := make([]string, len(types))
	for i, t := range types {
		texts[i] = string(t)
	}
	return strings.Join(texts, ",")
}

func splitTypes(s string) []webhook.EventType {
	if s == "" {
		return nil
	}
	types := make([]webhook.EventType, 0, 1+strings.Count(s, ","))
	for t := range strings.SplitSeq(s, ",") {
		types = append(types, webhook.EventType(t))
	}
	return types
}

const dispatchColumns = `integration_id, id, user_id, event_id, event_type, trigger_kind, status, reason, round,
	created_at, next_attempt_at, finished_at, revision, expires_at, record, accepted_at, shards`

// dispatchRow is a row of dispatches.
type dispatchRow struct {
	head
	expires int64
	record  []byte
}

// head is the part of a row that can be compared with ==. Two writes are identical if their heads
// and records are.
type head struct {
	integrationID, id, userID, eventID string
	eventType                          webhook.EventType
	trigger                            webhook.Trigger
	status                             webhook.DispatchStatus
	reason                             string
	round                              int
	created, next, finished, accepted  int64
	revision, shards                   int
}

func (r *dispatchRow) dest() []any {
	return []any{
		&r.integrationID, &r.id, &r.userID, &r.eventID, &r.eventType, &r.trigger, &r.status, &r.reason, &r.round,
		&r.created, &r.next, &r.finished, &r.revision, &r.expires, &r.record, &r.accepted, &r.shards,
	}
}

func (r *dispatchRow) values() []any {
	return []any{
		r.integrationID, r.id, r.userID, r.eventID, string(r.eventType), string(r.trigger), string(r.status), r.reason, r.round,
		r.created, r.next, r.finished, r.revision, r.expires, r.record, r.accepted, r.shards,
	}
}
