package sqlitestore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Line returns webhook.ErrNotFound if the integration has no line.
func (s *Store) Line(ctx context.Context, integrationID string) (webhook.Line, error) {
	if err := ctx.Err(); err != nil {
		return webhook.Line{}, err
	}
	return s.line(s.read, integrationID)
}

func (s *Store) line(q querier, integrationID string) (webhook.Line, error) {
	const query = `SELECT user_id, shards, due_at, after FROM lines WHERE integration_id = ? AND expires_at > ?`
	l := webhook.Line{IntegrationID: integrationID}
	var due int64
	err := q.row(query, []any{integrationID, millis(s.opt.Now())}, []any{&l.UserID, &l.Shards, &due, &l.After})
	if errors.Is(err, sql.ErrNoRows) {
		return webhook.Line{}, webhook.ErrNotFound
	}
	l.DueAt = fromMillis(due)
	return l, err
}

// MoveLine replaces line 'from' and its due entry with 'to' and its due entry.
func (s *Store) MoveLine(ctx context.Context, from, to webhook.Line) error {
	return s.write(ctx, func(t *tx) error {
		stored, err := s.line(t, to.IntegrationID)
		switch {
		case err != nil && !errors.Is(err, webhook.ErrNotFound):
			return err
		case !sameLine(stored, from) && !sameLine(stored, to):
			return webhook.ErrConflict
		}
		const put = `INSERT OR REPLACE INTO lines (integration_id, user_id, shards, due_at, after, expires_at) VALUES (?, ?, ?, ?, ?, ?)`
		due := millis(to.DueAt)
		expires := max(millis(s.opt.Now()), due) + s.opt.Retention.Milliseconds()
		if err := t.exec(put, to.IntegrationID, to.UserID, to.Shards, due, to.After, expires); err != nil {
			return err
		}
		if from != (webhook.Line{}) {
			if err := removeDue(t, from.Due()); err != nil {
				return err
			}
		}
		return putDue(t, to.Due())
	})
}

// RemoveLine removes the line and its due entry if the stored line is l.
func (s *Store) RemoveLine(ctx context.Context, l webhook.Line) error {
	return s.write(ctx, func(t *tx) error {
		stored, err := s.line(t, l.IntegrationID)
		switch {
		case err != nil && !errors.Is(err, webhook.ErrNotFound):
			return err
		case err == nil && !sameLine(stored, l):
			return webhook.ErrConflict
		}
		if err := t.exec(`DELETE FROM lines WHERE integration_id = ?`, l.IntegrationID); err != nil {
			return err
		}
		return removeDue(t, l.Due())
	})
}

// sameLine compares two lines of an integration.
func sameLine(a, b webhook.Line) bool {
	return millis(a.DueAt) == millis(b.DueAt) && a.After == b.After && a.Shards == b.Shards
}
