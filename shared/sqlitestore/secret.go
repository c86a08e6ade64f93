package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
)

// LastSecret returns the sealed secret of the integration that was written last, and that
// integration's id, to which it is bound: what shows whether a key is this database's.
// It returns nil if there is none.
func (s *Store) LastSecret(ctx context.Context) (sealed []byte, integrationID string, err error) {
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	const query = `SELECT secret, integration_id FROM versions WHERE secret IS NOT NULL ORDER BY rowid DESC LIMIT 1`
	err = s.read.row(query, nil, []any{&sealed, &integrationID})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", nil
	}
	return sealed, integrationID, err
}
