package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// DeadLetter is a message that was received too often.
type DeadLetter struct {
	ID     string
	Group  string
	Body   string
	SentAt time.Time
}

// DeadLetters returns dead letters, oldest first, starting after the id after ("" means from the
// start).
func (q *Queue) DeadLetters(ctx context.Context, after string, limit int) ([]DeadLetter, error) {
	from, _ := strconv.ParseInt(after, 10, 64)
	q.mu.Lock()
	dead := slices.Sorted(maps.Keys(q.index.dead))
	q.mu.Unlock()
	var letters []DeadLetter
	for _, id := range dead {
		if id <= from || len(letters) == limit {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l := DeadLetter{ID: strconv.FormatInt(id, 10)}
		var sent int64
		err := q.store.read.row(`SELECT grp, body, sent_at FROM messages WHERE id = ?`, []any{id}, []any{&l.Group, &l.Body, &sent})
		if errors.Is(err, sql.ErrNoRows) {
			continue // discarded concurrently
		}
		if err != nil {
			return nil, err
		}
		l.SentAt = fromMillis(sent)
		letters = append(letters, l)
	}
	return letters, nil
}

// Requeue moves a dead letter back to Retries and resets its receive count. It returns
// webhook.ErrNotFound if there is no such dead letter.
func (q *Queue) Requeue(ctx context.Context, id string) error {
	e, err := q.deadEntry(id)
	if err != nil {
		return err
	}
	now := millis(q.opt.Clock.Now())
	var group string
	const update = `UPDATE messages SET queue = 1, receives = 0, visible_at = ? WHERE id = ? RETURNING grp`
	return q.store.writeThen(ctx, func(t *tx) error {
		return t.row(update, []any{now, e.id}, []any{&group})
	}, func(err error) {
		q.mu.Lock()
		defer q.mu.Unlock()
		if err != nil || q.index.dead[e.id] != e {
			return
		}
		delete(q.index.dead, e.id)
		e.lane, e.receives, e.due = 1, 0, now
		q.index.add(e, group, now)
		q.serve()
	})
}

// Discard deletes a dead letter. It returns webhook.ErrNotFound if there is no such dead letter.
func (q *Queue) Discard(ctx context.Context, id string) error {
	e, err := q.deadEntry(id)
	if err != nil {
		return err
	}
	return q.store.writeThen(ctx, func(t *tx) error {
		return t.exec(`DELETE FROM messages WHERE id = ?`, e.id)
	}, func(err error) {
		q.mu.Lock()
		defer q.mu.Unlock()
		if err == nil {
			delete(q.index.dead, e.id)
		}
	})
}

func (q *Queue) deadEntry(id string) (*entry, error) {
	n, _ := strconv.ParseInt(id, 10, 64)
	q.mu.Lock()
	defer q.mu.Unlock()
	if e := q.index.dead[n]; e != nil {
		return e, nil
	}
	return nil, fmt.Errorf("dead letter %s: %w", id, webhook.ErrNotFound)
}
