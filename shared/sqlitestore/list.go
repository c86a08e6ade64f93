package sqlitestore

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// maxScan is the maximum number of rows read for a page of dispatches.
const maxScan = 1000

// Dispatches returns a page of an integration's dispatches. It reads at most 1,000 records, so a
// page may be short and still have a Next when few dispatches match.
func (s *Store) Dispatches(ctx context.Context, integrationID string, q webhook.DispatchQuery) (webhook.DispatchPage, error) {
	if err := ctx.Err(); err != nil {
		return webhook.DispatchPage{}, err
	}
	const columns = `SELECT ` + dispatchColumns + ` FROM dispatches WHERE integration_id = ? AND id > ? AND id < ? ORDER BY id`
	query := columns + ` DESC`
	low, high := idsBetween(q.Since, q.Until)
	if q.OldestFirst {
		query, low = columns, max(low, q.After)
	} else if q.After != "" {
		high = min(high, q.After)
	}
	p := pager{query: q, now: millis(s.opt.Now())}
	err := s.read.rows(query, []any{integrationID, low, high}, p.add)
	return p.page, err
}

// idsBetween returns exclusive bounds for the ids of dispatches with since <= t < until.
func idsBetween(since, until time.Time) (low, high string) {
	high = "~" // above any id
	if !since.IsZero() {
		low = below(since)
	}
	if !until.IsZero() {
		high = ids.Floor(nextMillisecond(until))
	}
	return low, high
}

// below returns a string that sorts after every id before t and before every id at t or later.
func below(t time.Time) string {
	floor := []byte(ids.Floor(nextMillisecond(t)))
	return string(floor[:len(floor)-1]) // a prefix sorts before longer strings
}

// nextMillisecond rounds t up to a whole millisecond, the precision of ids.
func nextMillisecond(t time.Time) time.Time {
	if down := t.Truncate(time.Millisecond); down.Before(t) {
		return down.Add(time.Millisecond)
	}
	return t
}

// pager collects the rows of a query until its page is full.
type pager struct {
	query   webhook.DispatchQuery
	now     int64
	scanned int
	last    string
	page    webhook.DispatchPage
}

func (p *pager) add(rows *sql.Rows) (more bool, err error) {
	if len(p.page.Dispatches) >= max(p.query.Limit, 1) || p.scanned == maxScan {
		p.page.Next = p.last
		return false, nil
	}
	var r dispatchRow
	if err := rows.Scan(r.dest()...); err != nil {
		return false, err
	}
	p.scanned, p.last = p.scanned+1, r.id
	if r.expires <= p.now || len(p.query.Statuses) > 0 && !slices.Contains(p.query.Statuses, r.status) {
		return true, nil
	}
	d, err := r.dispatch()
	p.page.Dispatches = append(p.page.Dispatches, d)
	return true, err
}
