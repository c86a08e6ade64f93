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

// openKey returns the key that is next to the database. It makes one only for a
// database that holds no secrets yet: under another key than theirs nothing could be signed, and
// what is sealed in between would be lost once the right key is back.
func openKey(ctx context.Context, store *sqlitestore.Store) (*seal.Key, error) {
	path := store.Path() + ".key"
	sealed, boundTo, err := store.LastSecret(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); sealed != nil && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("key file %s is missing: put back the file that this data was used with", path)
	}
	key, err := seal.KeyFile(path)
	if err != nil || sealed == nil {
		return key, err
	}
	if _, err := seal.NewBox(key).Open(ctx, sealed, boundTo); errors.Is(err, seal.ErrNoKey) {
		return nil, fmt.Errorf("key file %s holds another key than the one that this data was used with: put that one back", path)
	}
	return key, nil
}
