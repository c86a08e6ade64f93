package webhook

import "time"

// CreateOptions are the conditions for creating an integration.
type CreateOptions struct {
	// Quota is the maximum number of integrations of the user, including the new one.
	Quota int

	// Key is the idempotency key. Until KeyUntil, a repeated create with the same user and key
	// returns the integration that the first one created. "" means no key.
	Key string

	// Fingerprint identifies the request's content. Reusing the key with another fingerprint
	// returns ErrKeyReused.
	Fingerprint string

	// KeyUntil is when the key expires.
	KeyUntil time.Time
}
