// Package keys makes and checks the keys with which clients sign in at a node: API keys, which act
// as a user, and access keys of the bus, with which producers sign events like with those of AWS.
package keys

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/infra/webhooks/signin"
	"github.com/thordata/webhook-integration/infra/webhooks/sigv4"
	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Kinds of keys.
const (
	API = "api"
	Bus = "bus"
)

// prefix starts every API key, so that people and secret scanners recognise one.
const prefix = "whk_"

var errRejected = &signin.Rejected{Err: errors.New("the API key is wrong or was removed")}

// NewAPI returns a new API key of a user: what is stored, and the key itself, which is
// "whk_<id>_<128 random bits>". The store keeps its SHA-256 hash: the key is random, so a slow hash
// would protect nothing.
func NewAPI(userID, name string, now time.Time) (stored sqlitestore.AccessKey, key string) {
	id, secret := strings.ToLower(rand.Text()[:16]), rand.Text()
	return sqlitestore.AccessKey{
		ID: id, Kind: API, UserID: userID, Name: name, Secret: hash(secret), CreatedAt: now,
	}, prefix + id + "_" + secret
}

// NewBus returns a new access key of the bus and its secret. The store keeps the secret sealed,
// because a signature can only be verified with the secret itself.
func NewBus(ctx context.Context, box *seal.Box, name string, now time.Time) (stored sqlitestore.AccessKey, secret string, err error) {
	id := "WHK" + rand.Text()[:17] // 20 characters, like AWS's
	secret = rand.Text() + rand.Text()[:14]
	sealed, err := box.Seal(ctx, []byte(secret), id)
	return sqlitestore.AccessKey{ID: id, Kind: Bus, Name: name, Secret: sealed, CreatedAt: now}, secret, err
}

func hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Store reads keys and records their use.
type Store interface {
	// AccessKey returns webhook.ErrNotFound if there is no such key.
	AccessKey(ctx context.Context, id string) (sqlitestore.AccessKey, error)
	AccessKeyUsed(ctx context.Context, id string, at time.Time) error
}

// Checker checks keys. A removed key is rejected from the next request on. It is safe for
// concurrent use.
type Checker struct {
	store Store
	box   *seal.Box
	now   func() time.Time
	used  uses
}

// NewChecker returns a checker. box opens the secrets of the bus's keys.
func NewChecker(store Store, box *seal.Box, now func() time.Time) *Checker {
	return &Checker{store: store, box: box, now: now, used: uses{last: map[string]time.Time{}}}
}

// User returns the user of an API key, or
func (c *Checker) User(ctx context.Context, key string) (userID string, err error) {
	rest, ok := strings.CutPrefix(key, prefix)
	id, secret, two := strings.Cut(rest, "_")
	if !ok || !two {
		return "", errRejected
	}
	stored, err := c.store.AccessKey(ctx, id)
	if errors.Is(err, webhook.ErrNotFound) {
		return "", errRejected
	}
	if err != nil {
		return "", err
	}
	if subtle.ConstantTimeCompare(hash(secret), stored.Secret) != 1 || stored.Kind != API {
		return "", errRejected
	}
	c.record(ctx, id)
	return stored.UserID, nil
}

// Secret returns the secret of a key of the bus, or sigv4.ErrUnknown.
func (c *Checker) Secret(ctx context.Context, id string) ([]byte, error) {
	stored, err := c.store.AccessKey(ctx, id)
	if errors.Is(err, webhook.ErrNotFound) || err == nil && stored.Kind != Bus {
		return nil, sigv4.ErrUnknown
	}
	if err != nil {
		return nil, err
	}
	secret, err := c.box.Open(ctx, stored.Secret, id)
	if err != nil {
		return nil, fmt.Errorf("secret of access key %s: %w", id, err)
	}
	return secret, nil
}

// BusUsed records that a key of the bus has signed a request.
func (c *Checker) BusUsed(ctx context.Context, id string) { c.record(ctx, id) }

// record records a use, at most once a minute. A failure to record does not reject the request: the
// disk may be full.
func (c *Checker) record(ctx context.Context, id string) {
	if now := c.now(); c.used.due(id, now) {
		_ = c.store.AccessKeyUsed(ctx, id, now)
	}
}
