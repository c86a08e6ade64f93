package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Reserve takes the next slot of an integration's rate if one is free at now.
func (s *Store) Reserve(ctx context.Context, integrationID string, perMinute, burst int, now time.Time) (bool, error) {
	if perMinute <= 0 {
		return true, nil
	}
	rate := webhook.Rate{PerMinute: perMinute, Burst: burst}
	var free bool
	err := s.write(ctx, func(t *tx) error {
		var at int64
		err := t.row(`SELECT all_free_at FROM rates WHERE integration_id = ?`, []any{integrationID}, []any{&at})
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var next time.Time
		if next, free = rate.Take(time.UnixMicro(at), now); !free {
			return nil
		}
		return t.exec(`INSERT OR REPLACE INTO rates (integration_id, all_free_at) VALUES (?, ?)`, integrationID, next.UnixMicro())
	})
	return err == nil && free, err // after an error, the op may still be writing to free
}
