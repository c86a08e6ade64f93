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

// KeySize is the size of a key, in bytes.
const KeySize = 32

// Key is one key, held in memory for as long as the program runs.
type Key struct {
	aead cipher.AEAD
	name []byte
}

// NewKey returns the key made of 32 bytes. Its name is the beginning of their
// hash, so that another key is told from a damaged secret.
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

// KeyFile reads a key from a file: 32 bytes in base64 on one line. Where there
// is no file it makes one with a new key, readable by its owner alone and on disk
// before KeyFile returns.
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
		return nil, fmt.Errorf("key file %s does not hold %d bytes in base64: put back the file that this data was used with", path, KeySize)
	}
	return NewKey(raw)
}

// createKeyFile writes next to the path and links, so that a crash leaves a whole key or
// none, and of two programs that start at once both read the same.
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

// syncDir makes the new name durable where the system can; the file itself already is.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
