package seal

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// KeySize is the size of a key in bytes.
const KeySize = 32

// Key is a key held in memory.
type Key struct {
	aead cipher.AEAD
	name []byte
}

// NewKey returns the key with the given 32 bytes. Its name is derived from their hash, so that a
// wrong key can be told from a damaged secret.
func NewKey(key []byte) (*Key, error) {
	aead, err := AEAD(key)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(append([]byte("name of key "), key...))
	return &Key{aead: aead, name: hash[:8]}, nil
}

// Sealing implements Keys.
func (k *Key) Sealing(context.Context) (cipher.AEAD, []byte, error) { return k.aead, k.name, nil }

// Opening implements Keys.
func (k *Key) Opening(_ context.Context, name []byte) (cipher.AEAD, error) {
	if !bytes.Equal(name, k.name) {
		return nil, ErrNoKey
	}
	return k.aead, nil
}

// KeyFile reads a key from a file: 32 bytes in base64 on one line. If the file does not exist,
// KeyFile creates it with a new key, readable only by its owner, and syncs it to disk.
func KeyFile(path string) (*Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = createKeyFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(raw) != KeySize {
		return nil, fmt.Errorf("key file %s does not contain %d bytes in base64: restore the key file that belongs to this data", path, KeySize)
	}
	return NewKey(raw)
}

// createKeyFile writes a temporary file and links it to path. So a crash leaves a complete file or
// none, and two programs that start at the same time read the same key.
func createKeyFile(path string) ([]byte, error) {
	raw := make([]byte, KeySize)
	rand.Read(raw)
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(base64.StdEncoding.EncodeToString(raw) + "\n")
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	syncDir(filepath.Dir(path))
	return os.ReadFile(path)
}

// syncDir makes the new file name durable, if the system supports it. The file's contents are
// synced already.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
