package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// AccessKey is a stored credential of a client of the node. The store does not know the key itself.
type AccessKey struct {
	ID     string
	Kind   string // "api", or "bus", whose secret is sealed
	UserID string // whom it authenticates; empty if it does not act as a user
	Name   string // for people
	Secret []byte // what verifies it: a hash, or the sealed key

	CreatedAt  time.Time
	LastUsedAt time.Time // zero before the first use
}

const accessKeyColumns = `id, kind, user_id, name, secret, created_at, last_used_at`

// scanInto returns the destinations of accessKeyColumns and a function that completes the key.
func (k *AccessKey) scanInto() (dest []any, complete func()) {
	var created, used int64
	return []any{&k.ID, &k.Kind, &k.UserID, &k.Name, &k.Secret, &created, &used}, func() {
		k.CreatedAt, k.LastUsedAt = fromMillis(created), fromMillis(used)
	}
}

// AccessKey returns webhook.ErrNotFound if there is no such key.
func (s *Store) AccessKey(ctx context.Context, id string) (AccessKey, error) {
	if err := ctx.Err(); err != nil {
		return AccessKey{}, err
	}
	var k AccessKey
	dest, complete := k.scanInto()
	err := s.read.row(`SELECT `+accessKeyColumns+` FROM access_keys WHERE id = ?`, []any{id}, dest)
	if errors.Is(err, sql.ErrNoRows) {
		return AccessKey{}, fmt.Errorf("access key %s: %w", id, webhook.ErrNotFound)
	}
	complete()
	return k, err
}

// AccessKeyUsed records the last use of a key. Of a key that was removed it records nothing.
func (s *Store) AccessKeyUsed(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, func(t *tx) error {
		return t.exec(`UPDATE access_keys SET last_used_at = ? WHERE id = ? AND last_used_at < ?`, millis(at), id, millis(at))
	})
}

// AccessKeys manages the keys in a database file, also while a node has it open. It is safe for
// concurrent use.
type AccessKeys struct {
	path string
	db   *sql.DB
}

// OpenAccessKeys opens the file at path, and creates it or upgrades its schema if no node has it
// open. It returns webhook.ErrNewerFormat if the file was written by a newer version of this
// program, and an error that says what to do if a node of an older version has it open.
func OpenAccessKeys(ctx context.Context, path string) (*AccessKeys, error) {
	path, err := realPath(path)
	if err != nil {
		return nil, err
	}
	lock, err := lockFile(path)
	switch {
	case err == nil:
		err = migrate(ctx, path)
		err = errors.Join(err, lock.withdraw())
	case errors.Is(err, errInUse):
		err = nil
	}
	if err != nil {
		return nil, err
	}
	k := &AccessKeys{path: path}
	if k.db, err = connect(path, 1, "synchronous(FULL)"); err != nil {
		return nil, err
	}
	version, err := identify(ctx, k.db, path)
	if err == nil && version < len(migrations) {
		err = fmt.Errorf("database %s: in use by a node of an older version; update the node first", path)
	}
	if err != nil {
		return nil, errors.Join(err, k.db.Close())
	}
	return k, nil
}

// Add stores a new key. Its id must be new.
func (a *AccessKeys) Add(ctx context.Context, k AccessKey) error {
	_, err := a.db.ExecContext(ctx, `INSERT INTO access_keys (`+accessKeyColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		k.ID, k.Kind, k.UserID, k.Name, k.Secret, millis(k.CreatedAt), millis(k.LastUsedAt))
	return explain(a.path, err)
}

// List returns all keys, the oldest first.
func (a *AccessKeys) List(ctx context.Context) ([]AccessKey, error) {
	rows, err := a.db.QueryContext(ctx, `SELECT `+accessKeyColumns+` FROM access_keys ORDER BY created_at, id`)
	if err != nil {
		return nil, explain(a.path, err)
	}
	defer rows.Close()
	var all []AccessKey
	for rows.Next() {
		var k AccessKey
		dest, complete := k.scanInto()
		if err := rows.Scan(dest...); err != nil {
			return nil, explain(a.path, err)
		}
		complete()
		all = append(all, k)
	}
	return all, explain(a.path, rows.Err())
}

// Remove deletes a key, which then opens nothing any more. It returns webhook.ErrNotFound if there
// is no such key.
func (a *AccessKeys) Remove(ctx context.Context, id string) error {
	res, err := a.db.ExecContext(ctx, `DELETE FROM access_keys WHERE id = ?`, id)
	if err != nil {
		return explain(a.path, err)
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return explain(a.path, err)
	}
	return fmt.Errorf("access key %s: %w", id, webhook.ErrNotFound)
}

// Path returns the absolute path of the database, with symbolic links resolved.
func (a *AccessKeys) Path() string { return a.path }

// Close closes the file.
func (a *AccessKeys) Close() error { return a.db.Close() }
