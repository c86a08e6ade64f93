// Package keyfile opens the key that encrypts the secrets in a node's database. It is in a file
// next to the database.
package keyfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/thordata/webhook-integration/shared/seal"
)

// Secrets are the encrypted secrets of a database.
type Secrets interface {
	// LastSecret returns an encrypted secret and what it is bound to, or nil if there is none.
	LastSecret(ctx context.Context) (sealed []byte, boundTo string, err error)
}

// Open returns the box of the database at path, whose key is in path.key. It creates a key only if
// the database has no secrets yet. Otherwise signing would fail, and secrets encrypted with a new
// key would be lost once the right key is restored.
func Open(ctx context.Context, path string, secrets Secrets) (*seal.Box, error) {
	path += ".key"
	sealed, boundTo, err := secrets.LastSecret(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); sealed != nil && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("key file %s is missing: restore the file that belongs to this database", path)
	}
	key, err := seal.KeyFile(path)
	if err != nil {
		return nil, err
	}
	box := seal.NewBox(key)
	if sealed == nil {
		return box, nil
	}
	if _, err := box.Open(ctx, sealed, boundTo); errors.Is(err, seal.ErrNoKey) {
		return nil, fmt.Errorf("key file %s does not match this database: restore the file that belongs to it", path)
	}
	return box, nil
}
