package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
)

// openKey returns the key stored next to the database. It creates a key only if the database has no
// secrets yet. Otherwise signing would fail, and secrets encrypted with a new key would be lost
// once the right key is restored.
func openKey(ctx context.Context, store *sqlitestore.Store) (*seal.Key, error) {
	path := store.Path() + ".key"
	sealed, boundTo, err := store.LastSecret(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); sealed != nil && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("key file %s is missing: restore the file that belongs to this database", path)
	}
	key, err := seal.KeyFile(path)
	if err != nil || sealed == nil {
		return key, err
	}
	if _, err := seal.NewBox(key).Open(ctx, sealed, boundTo); errors.Is(err, seal.ErrNoKey) {
		return nil, fmt.Errorf("key file %s does not match this database: restore the file that belongs to it", path)
	}
	return key, nil
}
