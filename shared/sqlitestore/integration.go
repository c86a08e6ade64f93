package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const selectIntegration = `SELECT ` + versionColumns + `, ` + ownColumns + `
	FROM integrations i JOIN versions v ON v.integration_id = i.id AND v.version = i.version WHERE i.user_id = ?`

// Integration returns webhook.ErrNotFound unless the user has that integration.
func (s *Store) Integration(ctx context.Context, userID, id string) (webhook.Integration, error) {
	if err := ctx.Err(); err != nil {
		return webhook.Integration{}, err
	}
	return s.integration(userID, id)
}

func (s *Store) integration(userID, id string) (webhook.Integration, error) {
	in, mark, ok := s.integrations.get(id)
	if ok && in.UserID == userID {
		return in, nil
	}
	in, err := readIntegration(s.read, userID, id)
	if err == nil {
		s.integrations.put(id, in, mark)
	}
	return in, err
}

func readIntegration(q querier, userID, id string) (webhook.Integration, error) {
	return oneIntegration(q, selectIntegration+` AND i.id = ?`, userID, id)
}

func oneIntegration(q querier, query string, args ...any) (webhook.Integration, error) {
	var r integrationRow
	err := q.row(query, args, r.dest())
	if errors.Is(err, sql.ErrNoRows) {
		err = webhook.ErrNotFound
	}
	if err != nil {
		return webhook.Integration{}, err
	}
	return r.integration()
}

// Integrations returns a user's integrations in the order of their ids, oldest first, starting
// after the id after; next is "" when there are no more.
func (s *Store) Integrations(ctx context.Context, userID, after string, limit int) (page []webhook.Integration, next string, err error) {
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	const query = selectIntegration + ` AND i.id > ? ORDER BY i.id LIMIT ?`
	err = s.read.rows(query, []any{userID, after, limit + 1}, func(rows *sql.Rows) (bool, error) {
		if len(page) == limit {
			next = page[limit-1].ID
			return false, nil
		}
		var r integrationRow
		if err := rows.Scan(r.dest()...); err != nil {
			return false, err
		}
		in, err := r.integration()
		page = append(page, in)
		return true, err
	})
	return page, next, err
}

// subscriptionPage is how many subscriptions are read per query.
const subscriptionPage = 100

// Subscriptions yields the subscription of each of a user's integrations. It stops after an error.
func (s *Store) Subscriptions(ctx context.Context, userID string) iter.Seq2[webhook.Subscription, error] {
	return func(yield func(webhook.Subscription, error) bool) {
		after := ""
		for {
			page, err := s.subscriptions(ctx, userID, after)
			if err != nil {
				yield(webhook.Subscription{}, err)
				return
			}
			for _, sub := range page {
				if !yield(sub, nil) {
					return
				}
				after = sub.ID
			}
			if len(page) < subscriptionPage {
				return
			}
		}
	}
}

func (s *Store) subscriptions(ctx context.Context, userID, after string) ([]webhook.Subscription, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if after != "" {
		return s.readSubscriptions(userID, after)
	}
	page, mark, ok := s.subscribed.get(userID)
	if ok {
		return page, nil
	}
	page, err := s.readSubscriptions(userID, "")
	if err == nil {
		s.subscribed.put(userID, page, mark)
	}
	return page, err
}

func (s *Store) readSubscriptions(userID, after string) ([]webhook.Subscription, error) {
	const query = `SELECT i.id, v.status, v.event_types, v.filter, i.shards
		FROM integrations i JOIN versions v ON v.integration_id = i.id AND v.version = i.version
		WHERE i.user_id = ? AND i.id > ? ORDER BY i.id LIMIT ?`
	var page []webhook.Subscription
	err := s.read.rows(query, []any{userID, after, subscriptionPage}, func(rows *sql.Rows) (bool, error) {
		var sub webhook.Subscription
		var types string
		err := rows.Scan(&sub.ID, &sub.Status, &types, &sub.Filter, &sub.Shards)
		sub.EventTypes = splitTypes(types)
		page = append(page, sub)
		return true, err
	})
	return page, err
}

// Version returns version n of the integration, without health and shards, or webhook.ErrNotFound
// if it is unknown.
func (s *Store) Version(ctx context.Context, integrationID string, n int) (webhook.Integration, error) {
	if err := ctx.Err(); err != nil {
		return webhook.Integration{}, err
	}
	const query = `SELECT ` + versionColumns + `, ?, 0, '', 0 FROM versions v WHERE v.integration_id = ? AND v.version = ?`
	var healthy webhook.Health
	return oneIntegration(s.read, query, millis(healthy.FailingSince), integrationID, n)
}
