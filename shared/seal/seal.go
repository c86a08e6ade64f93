// Package seal encrypts small secrets for storing, with AES-256-GCM.
//
// What was sealed says how: one byte for the form, then
//
//	0  the plain bytes; what encrypts them at rest is the table's or the disk's own encryption
//	1  length of the key's name (2 bytes, big endian), the key's name, a random nonce of 12 bytes, ciphertext and tag
//
// so that secrets sealed before a key was configured still open afterwards.
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
	// ErrNoKey reports a secret that needs a key which is not configured here.
	ErrNoKey = errors.New("sealed with a key that is not configured here: configure the key that sealed it")

	// ErrTampered reports a secret that is not what was sealed, or was sealed
	// for something else.
	ErrTampered = errors.New("sealed secret was changed, cut, or moved from where it belongs")
)

// Keys are the keys of a Box. Implementations are safe for concurrent use.
type Keys interface {
	// Sealing returns the key to seal with today, and its name: at most 65,535
	// bytes by which Opening finds the key again. A name is no secret.
	Sealing(ctx context.Context) (key cipher.AEAD, name []byte, err error)

	// Opening returns the key of that name, ErrNoKey if it is not among these.
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

// A Box seals and opens. It is safe for concurrent use.
type Box struct{ keys Keys }

// NewBox returns a box that seals with the given keys. Without keys (nil) it only
// marks secrets as plain.
func NewBox(keys Keys) *Box { return &Box{keys: keys} }

// Seal encrypts plain and binds it to what it belongs to, such as an
// integration's id: it opens for that only.
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

// Open returns what was sealed for the same bind. The errors are ErrNoKey,
// ErrTampered, and those of the keys.
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
