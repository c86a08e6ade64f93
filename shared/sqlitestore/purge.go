package sqlitestore

import (
	"context"
	"time"
)

// Purge deletes up to limit each of expired dispatches, idempotency keys, lines and due entries,
// rates whose slots are all free, and versions that no dispatch can refer to any more. It returns
// the number of deleted rows. It blocks other writes, so call it regularly with a limit of some
// hundreds, and again at once if it returned limit or more.
func (s *Store) Purge(ctx context.Context, limit int) (purged int, err error) {
	now := s.opt.Now()
	type deletion struct {
		query  string
		before int64
	}
	deletions := []deletion{
		{`DELETE FROM dispatches WHERE (integration_id, id) IN
			(SELECT integration_id, id FROM dispatches WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`, millis(now)},
		{`DELETE FROM keys WHERE (user_id, key) IN
			(SELECT user_id, key FROM keys WHERE until <= ? ORDER BY until LIMIT ?)`, millis(now)},
		{`DELETE FROM lines WHERE integration_id IN
			(SELECT integration_id FROM lines WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`, millis(now)},
		{`DELETE FROM due WHERE (at, integration_id, dispatch_id) IN
			(SELECT at, integration_id, dispatch_id FROM due WHERE at <= ? ORDER BY at LIMIT ?)`, millis(now.Add(-s.opt.Retention))},
		{`DELETE FROM rates WHERE integration_id IN
			(SELECT integration_id FROM rates WHERE all_free_at <= ? ORDER BY all_free_at LIMIT ?)`, now.Add(-time.Hour).UnixMicro()},
		// A dispatch never refers to a version that was replaced before the dispatch was created,
		// so it is enough to check the integration's oldest dispatch.
		{`DELETE FROM versions WHERE rowid IN (SELECT v.rowid FROM versions v WHERE v.replaced_at <= ? AND coalesce(
			(SELECT d.created_at FROM dispatches d WHERE d.integration_id = v.integration_id ORDER BY d.id LIMIT 1) > v.replaced_at, 1) LIMIT ?)`,
			millis(now.Add(-s.opt.Retention))},
	}
	total := int64(0)
	err = s.write(ctx, func(t *tx) error {
		total = 0
		for _, d := range deletions {
			n, err := t.change(d.query, d.before, limit)
			if err != nil {
				return err
			}
			total += n
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return int(total), nil
}
