package sqlitestore

import (
	"context"
	"slices"

	"github.com/thordata/webhook-integration/shared/record"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// healthValues returns the values of the columns failing_since, notified and breaker.
func healthValues(h webhook.Health) []any {
	return []any{millis(h.FailingSince), int(h.Notified), record.EncodeBreaker(h.Breaker)}
}

// SaveHealth sets the health of an integration to 'to' if it is 'from'. Otherwise it returns
// webhook.ErrConflict, or webhook.ErrNotFound if the integration does not exist.
func (s *Store) SaveHealth(ctx context.Context, userID, id string, from, to webhook.Health) error {
	return s.changing(ctx, userID, id, func(t *tx) error {
		const update = `UPDATE integrations SET failing_since = ?, notified = ?, breaker = ?
			WHERE user_id = ? AND id = ? AND failing_since = ? AND notified = ? AND breaker = ?`
		n, err := t.change(update, slices.Concat(healthValues(to), []any{userID, id}, healthValues(from))...)
		if err != nil || n == 1 {
			return err
		}
		if _, err := readIntegration(t, userID, id); err != nil {
			return err
		}
		return webhook.ErrConflict
	})
}
