// Package kmskey encrypts with data keys from AWS KMS (envelope encryption). The name of a data key
// is the data key itself, encrypted by KMS.
//
// Data keys are cached to reduce the number of KMS calls, which cost money. One data key seals at
// most 1,000 secrets within an hour, and none is cached for longer than an hour. So it can take an
// hour until a function notices that the KMS key was disabled.
package kmskey

import (
	"context"
	"crypto/cipher"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"golang.org/x/sync/singleflight"

	"github.com/thordata/webhook-integration/shared/seal"
)

const (
	maxAge   = time.Hour
	maxSeals = 1000
	maxKept  = 1000 // data keys in memory, in addition to the one that seals
)

// purpose is the encryption context of data keys: KMS decrypts them only with it, and logs it. It
// does not contain the table's name, because that changes when the table is restored from a backup.
var purpose = map[string]string{"purpose": "webhook-integration signing secrets"}

// Client is the part of *kms.Client that Keys uses.
type Client interface {
	GenerateDataKey(context.Context, *kms.GenerateDataKeyInput, ...func(*kms.Options)) (*kms.GenerateDataKeyOutput, error)
	Decrypt(context.Context, *kms.DecryptInput, ...func(*kms.Options)) (*kms.DecryptOutput, error)
}

// Box returns a box that encrypts with data keys under the KMS key with that id or ARN. If keyID is
// "", secrets are stored as plaintext, in an encrypted table. Plaintext secrets can be read in
// either case.
func Box(cfg aws.Config, keyID string) *seal.Box {
	if keyID == "" {
		return seal.NewBox(nil)
	}
	return seal.NewBox(New(kms.NewFromConfig(cfg), keyID, time.Now))
}

// Keys provides data keys under one KMS key. It implements seal.Keys and is safe for concurrent
// use.
type Keys struct {
	client Client
	keyID  string
	now    func() time.Time

	asking singleflight.Group // concurrent requests for the same key make one KMS call

	mu      sync.Mutex
	current dataKey
	seals   int // number of uses of the current key
	opened  map[string]dataKey
}

type dataKey struct {
	aead  cipher.AEAD
	name  []byte
	until time.Time
}

// New returns data keys under the KMS key with the given id, ARN or alias.
func New(client Client, keyID string, now func() time.Time) *Keys {
	return &Keys{client: client, keyID: keyID, now: now, opened: map[string]dataKey{}}
}

// Sealing returns the current data key, or a new one if that is used up or too old.
func (k *Keys) Sealing(ctx context.Context) (cipher.AEAD, []byte, error) {
	if key, ok := k.inUse(); ok {
		return key.aead, key.name, nil
	}
	_, err, _ := k.asking.Do("seal", func() (any, error) {
		if k.usable() { // another caller has renewed it since
			return nil, nil
		}
		return nil, k.renew(ctx)
	})
	if err != nil {
		return nil, nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.seals++
	return k.current.aead, k.current.name, nil
}

func (k *Keys) inUse() (dataKey, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.usableLocked() {
		return dataKey{}, false
	}
	k.seals++
	return k.current, true
}

func (k *Keys) usable() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.usableLocked()
}

func (k *Keys) usableLocked() bool { return k.seals < maxSeals && k.now().Before(k.current.until) }

func (k *Keys) renew(ctx context.Context) error {
	out, err := k.client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{
		KeyId: &k.keyID, KeySpec: types.DataKeySpecAes256, EncryptionContext: purpose,
	})
	if err != nil {
		return fmt.Errorf("data key under KMS key %s: %w", k.keyID, err)
	}
	key, err := k.dataKey(out.Plaintext, out.CiphertextBlob)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.current, k.seals = key, 0
	k.remember(key)
	return nil
}

// Opening returns the data key with that name.
func (k *Keys) Opening(ctx context.Context, name []byte) (cipher.AEAD, error) {
	k.mu.Lock()
	key, ok := k.opened[string(name)]
	k.mu.Unlock()
	if ok && k.now().Before(key.until) {
		return key.aead, nil
	}
	opened, err, _ := k.asking.Do("open "+string(name), func() (any, error) { return k.decrypt(ctx, name) })
	if err != nil {
		return nil, err
	}
	return opened.(dataKey).aead, nil
}

func (k *Keys) decrypt(ctx context.Context, name []byte) (dataKey, error) {
	out, err := k.client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: name, EncryptionContext: purpose})
	if err != nil {
		return dataKey{}, fmt.Errorf("open a data key with KMS: %w", err)
	}
	key, err := k.dataKey(out.Plaintext, name)
	if err != nil {
		return dataKey{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.remember(key)
	return key, nil
}

func (k *Keys) dataKey(plain, name []byte) (dataKey, error) {
	aead, err := seal.AEAD(plain)
	return dataKey{aead: aead, name: name, until: k.now().Add(maxAge)}, err
}

// remember adds a key to the cache. To make room, it drops expired keys, or else an arbitrary one,
// which costs one KMS call when it is needed again. The caller holds the lock.
func (k *Keys) remember(key dataKey) {
	if len(k.opened) >= maxKept {
		for name, old := range k.opened {
			if !k.now().Before(old.until) {
				delete(k.opened, name)
			}
		}
	}
	for name := range k.opened {
		if len(k.opened) < maxKept {
			break
		}
		delete(k.opened, name)
	}
	k.opened[string(key.name)] = key
}
