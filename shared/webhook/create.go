package webhook

import "time"

// CreateOptions are the conditions under which a store takes a new integration.
type CreateOptions struct {
	// Quota is how many integrations the user may have, this one included.
	Quota int

	// Key makes the creation idempotent: within its life the same user's same key gives
	// the integration that it gave first. "" is no key.
	Key string

	// Fingerprint tells requests apart that bear the same key: another one gets
	// ErrKeyReused.
	Fingerprint string

	// KeyUntil ends the life of the key.
	KeyUntil time.Time
}
