package sqlitestore

import (
	"context"
	"database/sql"
	"strings"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// PutDue puts an entry into the due index.
func (s *Store) PutDue(ctx context.Context, d webhook.Due) error {
	return s.write(ctx, func(t *tx) error { return putDue(t, d) })
}

// RemoveDue removes an entry from the due index.
func (s *Store) RemoveDue(ctx context.Context, d webhook.Due) error {
	return s.write(ctx, func(t *tx) error { return removeDue(t, d) })
}

func putDue(t *tx, d webhook.Due) error {
	const put = `INSERT OR REPLACE INTO due (at, integration_id, dispatch_id, user_id, shards) VALUES (?, ?, ?, ?, ?)`
	return t.exec(put, millis(d.At), d.IntegrationID, d.DispatchID, d.UserID, d.Shards)
}

func removeDue(t *tx, d webhook.Due) error {
	return t.exec(`DELETE FROM due WHERE at = ? AND integration_id = ? AND dispatch_id = ?`, millis(d.At), d.IntegrationID, d.DispatchID)
}

const dueEntries = `SELECT at, integration_id, dispatch_id, user_id, shards FROM due
	WHERE at < ? AND (at, integration_id, dispatch_id) > (?, ?, ?) ORDER BY at, integration_id, dispatch_id LIMIT ?`

// DueEntries returns a page of due entries, earliest first. All of them are in shard 0.
func (s *Store) DueEntries(ctx context.Context, q webhook.DueQuery) (page webhook.DuePage, err error) {
	if err := ctx.Err(); err != nil || q.Shard != 0 {
		return page, err
	}
	at, rest := millis(s.opt.Now().Add(-s.opt.Retention)), "~" // after everything that has expired
	if q.After != "" {
		if at, rest, err = cutCursor(q.After); err != nil {
			return page, err
		}
	}
	integrationID, dispatchID, _ := strings.Cut(rest, "#")
	limit := max(q.Limit, 1)
	var last string
	args := []any{millis(nextMillisecond(q.Before)), at, integrationID, dispatchID, limit}
	err = s.read.rows(dueEntries, args, func(rows *sql.Rows) (bool, error) {
		var d webhook.Due
		var at int64
		err := rows.Scan(&at, &d.IntegrationID, &d.DispatchID, &d.UserID, &d.Shards)
		d.At, last = fromMillis(at), cursor(at, d.IntegrationID, d.DispatchID)
		page.Entries = append(page.Entries, d)
		return true, err
	})
	if len(page.Entries) == limit {
		page.Next = last
	}
	return page, err
}
