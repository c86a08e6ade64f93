package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
)

// LastSecret returns the most recently written encrypted secret and the id of its integration,
// which it is bound to. Decrypting it shows whether a key belongs to this database. It returns nil
// if there are no secrets.
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
