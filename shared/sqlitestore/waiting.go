package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// The waiting index is a partial index of the table, so exactly the dispatches recorded as waiting
// are in it.

// Park is SaveDispatch for a dispatch that is waiting.
func (s *Store) Park(ctx context.Context, d webhook.Dispatch) error {
	if !s.Keeps(d) {
		return fmt.Errorf("park dispatch %s: its event is too large for its record", d.ID)
	}
	return s.SaveDispatch(ctx, d)
}

// RemoveWaiting does nothing: entries disappear from the index by themselves.
func (s *Store) RemoveWaiting(ctx context.Context, _ webhook.Ref, _ time.Time) error {
	return ctx.Err()
}

const (
	waitingColumns  = `SELECT accepted_at, id, user_id, shards FROM dispatches WHERE integration_id = ? AND status = 'WAITING' AND expires_at > ?`
	waitingForwards = waitingColumns + ` AND (accepted_at, id) > (?, ?) ORDER BY accepted_at, id LIMIT ?`
	waitingLast     = waitingColumns + ` AND (accepted_at, id) < (?, ?) ORDER BY accepted_at DESC, id DESC LIMIT ?`
	waitingCount    = `SELECT count(*) FROM (SELECT 1 FROM dispatches WHERE integration_id = ? AND status = 'WAITING' AND expires_at > ? LIMIT ?)`
)

// Waiting returns a page of the waiting index in the order of acceptance, or in reverse.
func (s *Store) Waiting(ctx context.Context, integrationID string, q webhook.WaitingQuery) (page webhook.WaitingPage, err error) {
	if err := ctx.Err(); err != nil {
		return page, err
	}
	query, at, id := waitingForwards, int64(-1<<63), ""
	if q.Last {
		query, at = waitingLast, 1<<63-1
	}
	if q.After != "" {
		var rest string
		if at, rest, err = cutCursor(q.After); err != nil {
			return page, err
		}
		id = rest
	}
	limit := max(q.Limit, 1)
	err = s.read.rows(query, []any{integrationID, millis(s.opt.Now()), at, id, limit}, func(rows *sql.Rows) (bool, error) {
		e := webhook.WaitingEntry{Ref: webhook.Ref{IntegrationID: integrationID}}
		var at int64
		err := rows.Scan(&at, &e.Ref.DispatchID, &e.Ref.UserID, &e.Ref.Shards)
		e.Accepted, e.Cursor = fromMicros(at), cursor(at, e.Ref.DispatchID)
		page.Entries = append(page.Entries, e)
		return true, err
	})
	if n := len(page.Entries); n == limit {
		page.Next = page.Entries[n-1].Cursor
	}
	return page, err
}

// CountWaiting returns the number of entries of the waiting index, at most atMost.
func (s *Store) CountWaiting(ctx context.Context, integrationID string, _, atMost int) (n int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return n, s.read.row(waitingCount, []any{integrationID, millis(s.opt.Now()), atMost}, []any{&n})
}

// cursor encodes a position in a list that is sorted by time.
func cursor(at int64, rest ...string) string {
	return strconv.FormatInt(at, 10) + "#" + strings.Join(rest, "#")
}

func cutCursor(c string) (at int64, rest string, err error) {
	time, rest, _ := strings.Cut(c, "#")
	if at, err = strconv.ParseInt(time, 10, 64); err != nil {
		return 0, "", fmt.Errorf("%q is not a cursor of this store", c)
	}
	return at, rest, nil
}
