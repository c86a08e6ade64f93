package sqlitestore

import (
	"context"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// SaveHealth sets the health of an integration to 'to' if it is 'from', else it
// returns webhook.ErrConflict, or webhook.ErrNotFound if the integration is gone.
func (s *Store) SaveHealth(ctx context.Context, userID, id string, from, to webhook.Health) error {
	return s.changing(ctx, userID, id, func(t *tx) error {
		const update = `UPDATE integrations SET failing_since = ?, notified = ?
			WHERE user_id = ? AND id = ? AND failing_since = ? AND notified = ?`
		n, err := t.change(update, millis(to.FailingSince), int(to.Notified), userID, id, millis(from.FailingSince), int(from.Notified))
		if err != nil || n == 1 {
			return err
		}
		if _, err := readIntegration(t, userID, id); err != nil {
			return err
		}
		return webhook.ErrConflict
	})
}
