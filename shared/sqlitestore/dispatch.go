package sqlitestore

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/thordata/webhook-integration/shared/record"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// maxRecord is the maximum size of a compressed event with its attempts. The largest event of the
// bus, 1 MiB, always fits.
const maxRecord = 1 << 20

// Dispatch returns webhook.ErrNotFound if the dispatch has no record or has expired.
func (s *Store) Dispatch(ctx context.Context, integrationID, id string) (webhook.Dispatch, error) {
	if err := ctx.Err(); err != nil {
		return webhook.Dispatch{}, err
	}
	r, err := readDispatch(s.read, integrationID, id)
	switch {
	case err != nil:
		return webhook.Dispatch{}, err
	case r.expires <= millis(s.opt.Now()):
		return webhook.Dispatch{}, webhook.ErrNotFound
	}
	return r.dispatch()
}

// readDispatch returns the row, even if it has expired.
func readDispatch(q querier, integrationID, id string) (dispatchRow, error) {
	const query = `SELECT ` + dispatchColumns + ` FROM dispatches WHERE integration_id = ? AND id = ?`
	var r dispatchRow
	err := q.row(query, []any{integrationID, id}, r.dest())
	if errors.Is(err, sql.ErrNoRows) {
		err = webhook.ErrNotFound
	}
	return r, err
}

// SaveDispatch writes revision d.Revision over the previous one, or returns webhook.ErrConflict.
// Repeating an identical write succeeds.
func (s *Store) SaveDispatch(ctx context.Context, d webhook.Dispatch) error {
	r, err := s.pack(d)
	if err != nil {
		return err
	}
	return s.recording(ctx, d, func(t *tx) error { return s.save(t, r) })
}

// recording is write for records of dispatches: it notes the id in absent.
func (s *Store) recording(ctx context.Context, d webhook.Dispatch, do op) error {
	return s.writeThen(ctx, do, func(error) { s.absent.note(d.IntegrationID, d.ID) })
}

// HoldDispatch is SaveDispatch if the integration is paused. Otherwise it returns
// webhook.ErrConflict.
func (s *Store) HoldDispatch(ctx context.Context, d webhook.Dispatch) error {
	r, err := s.pack(d)
	if err != nil {
		return err
	}
	return s.recording(ctx, d, func(t *tx) error {
		in, err := readIntegration(t, d.UserID, d.IntegrationID)
		if errors.Is(err, webhook.ErrNotFound) || err == nil && in.Status != webhook.Paused {
			return webhook.ErrConflict
		}
		if err != nil {
			return err
		}
		return s.save(t, r)
	})
}

// save writes a row over its previous revision. An expired row counts as missing, so only revision
// 1 can replace it.
func (s *Store) save(t *tx, r dispatchRow) error {
	const insert = `INSERT INTO dispatches (` + dispatchColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`
	const update = `UPDATE dispatches SET (` + dispatchColumns + `) = (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
		WHERE integration_id = ?1 AND id = ?2 AND CASE ?13 WHEN 1 THEN expires_at <= ?18 ELSE expires_at > ?18 AND revision = ?13 - 1 END`
	now := millis(s.opt.Now())
	r.expires = now + s.opt.Retention.Milliseconds()
	if r.revision == 1 {
		if n, err := t.change(insert, r.values()...); err != nil || n == 1 {
			return err
		}
	}
	if n, err := t.change(update, append(r.values(), now)...); err != nil || n == 1 {
		return err
	}
	stored, err := readDispatch(t, r.integrationID, r.id)
	switch {
	case errors.Is(err, webhook.ErrNotFound):
		return webhook.ErrConflict
	case err != nil:
		return err
	case stored.expires > now && stored.head == r.head && bytes.Equal(stored.record, r.record):
		return nil
	}
	return webhook.ErrConflict
}

// Keeps reports whether the record of the dispatch keeps its event.
func (s *Store) Keeps(d webhook.Dispatch) bool {
	_, kept, err := record.Encode(d.Event, d.Attempts, maxRecord)
	return err == nil && kept && len(d.Event) > 0
}

func (s *Store) pack(d webhook.Dispatch) (dispatchRow, error) {
	packed, _, err := record.Encode(d.Event, d.Attempts, maxRecord)
	if err != nil {
		return dispatchRow{}, fmt.Errorf("record of dispatch %s: %w", d.ID, err)
	}
	return dispatchRow{record: packed, head: head{
		integrationID: d.IntegrationID, id: d.ID, userID: d.UserID, eventID: d.EventID,
		eventType: d.EventType, trigger: d.Trigger, status: d.Status, reason: d.Reason, round: d.Round,
		created: millis(d.CreatedAt), next: millis(d.NextAttemptAt), finished: millis(d.FinishedAt), accepted: d.Accepted.UnixMicro(),
		revision: d.Revision, shards: d.Shards,
	}}, nil
}

func (r *dispatchRow) dispatch() (webhook.Dispatch, error) {
	event, attempts, err := record.Decode(r.record)
	if err != nil {
		return webhook.Dispatch{}, fmt.Errorf("record of dispatch %s: %w", r.id, err)
	}
	return webhook.Dispatch{
		ID: r.id, IntegrationID: r.integrationID, UserID: r.userID, EventID: r.eventID,
		EventType: r.eventType, Trigger: r.trigger, Status: r.status, Reason: r.reason, Round: r.round,
		Attempts: attempts, Event: event, Revision: r.revision, Shards: r.shards,
		CreatedAt: fromMillis(r.created), Accepted: fromMicros(r.accepted), NextAttemptAt: fromMillis(r.next), FinishedAt: fromMillis(r.finished),
	}, nil
}
