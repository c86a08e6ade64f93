package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
)

// lastSecret selects the most recently written encrypted secret and what it is bound to: that of an
// integration if there is one, otherwise that of an access key.
const lastSecret = `
SELECT * FROM (SELECT secret, integration_id FROM versions WHERE secret IS NOT NULL ORDER BY rowid DESC LIMIT 1)
UNION ALL
SELECT * FROM (SELECT secret, id FROM access_keys WHERE kind = 'bus' LIMIT 1)
LIMIT 1`

// LastSecret returns an encrypted secret and the id that it is bound to. Decrypting it shows
// whether a key belongs to this database. It returns nil if there are no secrets.
func (s *Store) LastSecret(ctx context.Context) (sealed []byte, boundTo string, err error) {
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	err = s.read.row(lastSecret, nil, []any{&sealed, &boundTo})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", nil
	}
	return sealed, boundTo, err
}

// LastSecret is like Store.LastSecret.
func (a *AccessKeys) LastSecret(ctx context.Context) (sealed []byte, boundTo string, err error) {
	err = a.db.QueryRowContext(ctx, lastSecret).Scan(&sealed, &boundTo)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", nil
	}
	return sealed, boundTo, explain(a.path, err)
}
