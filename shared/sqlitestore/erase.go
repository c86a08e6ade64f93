package sqlitestore

import (
	"context"
	"database/sql"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// erasures are the statements that delete everything of a user, up to a number of rows each. What
// belongs to integrations comes before what names them, so that an erasure that was interrupted
// finds the rest.
var erasures = []string{
	`DELETE FROM messages WHERE id IN (SELECT m.id FROM messages m JOIN versions v ON v.integration_id = m.grp WHERE v.user_id = ? LIMIT ?)`,
	`DELETE FROM rates WHERE integration_id IN (SELECT r.integration_id FROM rates r JOIN versions v ON v.integration_id = r.integration_id WHERE v.user_id = ? LIMIT ?)`,
	`DELETE FROM lines WHERE integration_id IN (SELECT integration_id FROM lines WHERE user_id = ? LIMIT ?)`,
	`DELETE FROM due WHERE (at, integration_id, dispatch_id) IN (SELECT at, integration_id, dispatch_id FROM due WHERE user_id = ? LIMIT ?)`,
	`DELETE FROM dispatches WHERE (integration_id, id) IN (SELECT integration_id, id FROM dispatches WHERE user_id = ? LIMIT ?)`,
	`DELETE FROM keys WHERE (user_id, key) IN (SELECT user_id, key FROM keys WHERE user_id = ? LIMIT ?)`,
	`DELETE FROM access_keys WHERE id IN (SELECT id FROM access_keys WHERE user_id = ? LIMIT ?)`,
}

// eraseLast runs once nothing else is left.
var eraseLast = []string{
	`DELETE FROM versions WHERE rowid IN (SELECT rowid FROM versions WHERE user_id = ? LIMIT ?)`,
}

// EraseUser deletes up to limit rows of each kind of what is stored of a user: versions of
// integrations, dispatches and what waits, keys, and queued messages. It returns the number of
// deleted rows; call it until that is 0. The caller deletes the integrations before. It must be the
// only user of the file: the queue does not notice.
func (s *Store) EraseUser(ctx context.Context, userID string, limit int) (erased int, err error) {
	for _, statements := range [][]string{erasures, eraseLast} {
		err := s.write(ctx, func(t *tx) error {
			erased = 0
			for _, query := range statements {
				n, err := t.change(query, userID, limit)
				if err != nil {
					return err
				}
				erased += int(n)
			}
			return nil
		})
		if err != nil || erased > 0 {
			return erased, err
		}
	}
	return 0, nil
}

// IntegrationIDs returns the ids of all integrations of a user of which something is stored, deleted
// ones too.
func (s *Store) IntegrationIDs(ctx context.Context, userID string) (ids []string, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	const query = `SELECT integration_id FROM versions WHERE user_id = ? UNION SELECT integration_id FROM dispatches WHERE user_id = ? ORDER BY 1`
	err = s.read.rows(query, []any{userID, userID}, func(rows *sql.Rows) (bool, error) {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return true, err
	})
	return ids, err
}

// Versions returns all stored versions of an integration, the first one first.
func (s *Store) Versions(ctx context.Context, integrationID string) (all []webhook.Integration, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	const query = `SELECT version FROM versions WHERE integration_id = ? ORDER BY version`
	var numbers []int
	err = s.read.rows(query, []any{integrationID}, func(rows *sql.Rows) (bool, error) {
		var n int
		err := rows.Scan(&n)
		numbers = append(numbers, n)
		return true, err
	})
	for _, n := range numbers {
		in, verr := s.Version(ctx, integrationID, n)
		if verr != nil {
			return nil, verr
		}
		all = append(all, in)
	}
	return all, err
}
