// Package seal encrypts small secrets for storage, with AES-256-GCM.
//
// The first byte of a sealed secret is its form:
//
//	0  plaintext, encrypted at rest only by the table or the disk
//	1  length of the key's name (2 bytes, big endian), the key's name, a random nonce of 12 bytes, ciphertext and tag
//
// So secrets that were stored before a key was configured can still be opened.
package seal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	formPlain  = 0
	formSealed = 1
)

// Errors that Open returns.
var (
	// ErrNoKey reports a secret sealed with a key that is not configured.
	ErrNoKey = errors.New("sealed with a key that is not configured here: configure the key that sealed it")

	// ErrTampered reports a secret that was changed, or that was sealed for something else.
	ErrTampered = errors.New("sealed secret was changed, truncated, or belongs to another record")
)

// Keys are the keys of a Box. Implementations are safe for concurrent use.
type Keys interface {
	// Sealing returns the current key for sealing and its name, by which Opening finds the key
	// again. A name has at most 65,535 bytes and is not secret.
	Sealing(ctx context.Context) (key cipher.AEAD, name []byte, err error)

	// Opening returns the key with that name, or ErrNoKey.
	Opening(ctx context.Context, name []byte) (cipher.AEAD, error)
}

// AEAD returns AES-256-GCM with random nonces under a key of 32 bytes.
func AEAD(key []byte) (cipher.AEAD, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("a key has %d bytes, this one has %d", KeySize, len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// A Box seals and opens secrets. It is safe for concurrent use.
type Box struct{ keys Keys }

// NewBox returns a box that seals with the given keys. If keys is nil, it stores secrets as
// plaintext.
func NewBox(keys Keys) *Box { return &Box{keys: keys} }

// Seal encrypts plain and binds it to its owner, such as an integration's id. Only Open with the
// same bind returns it.
func (b *Box) Seal(ctx context.Context, plain []byte, bind string) ([]byte, error) {
	if b.keys == nil {
		return append([]byte{formPlain}, plain...), nil
	}
	key, name, err := b.keys.Sealing(ctx)
	if err != nil {
		return nil, fmt.Errorf("key to seal with: %w", err)
	}
	sealed := make([]byte, 0, 3+len(name)+len(plain)+key.Overhead())
	sealed = append(sealed, formSealed)
	sealed = binary.BigEndian.AppendUint16(sealed, uint16(len(name)))
	sealed = append(sealed, name...)
	return key.Seal(sealed, nil, plain, []byte(bind)), nil
}

// Open decrypts a secret that was sealed with the same bind. It returns ErrNoKey, ErrTampered, or
// an error of the keys.
func (b *Box) Open(ctx context.Context, sealed []byte, bind string) ([]byte, error) {
	switch {
	case len(sealed) > 0 && sealed[0] == formPlain:
		return sealed[1:], nil
	case len(sealed) < 3 || sealed[0] != formSealed:
		return nil, ErrTampered
	case b.keys == nil:
		return nil, ErrNoKey
	}
	name, rest := sealed[3:], int(binary.BigEndian.Uint16(sealed[1:]))
	if len(name) < rest {
		return nil, ErrTampered
	}
	name, sealed = name[:rest], name[rest:]
	key, err := b.keys.Opening(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("key to open with: %w", err)
	}
	plain, err := key.Open(nil, nil, sealed, []byte(bind))
	if err != nil {
		return nil, ErrTampered
	}
	return plain, nil
}
