package sqlitestore

import (
	"context"
	"fmt"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// GrowShards sets Integration.Shards to 'to' if it is 'from' or already 'to'. The number is only
// stored: a file is not partitioned.
func (s *Store) GrowShards(ctx context.Context, userID, id string, from, to int) error {
	if !webhook.ValidShards(to) {
		return fmt.Errorf("spread integration %s: %d is not a number of shards", id, to)
	}
	return s.changing(ctx, userID, id, func(t *tx) error {
		const update = `UPDATE integrations SET shards = ?1 WHERE user_id = ?2 AND id = ?3 AND (max(shards, 1) = ?4 OR shards = ?1)`
		n, err := t.change(update, to, userID, id, max(from, 1))
		if err != nil || n == 1 {
			return err
		}
		if _, err := readIntegration(t, userID, id); err != nil {
			return err
		}
		return webhook.ErrConflict
	})
}
