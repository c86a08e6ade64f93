// Package signing signs webhooks by the Standard Webhooks specification, v1: HMAC-SHA256 over id,
// time and body. Receivers can verify signatures with any of its official libraries. See
// https://github.com/standard-webhooks/standard-webhooks.
package signing

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const (
	secretPrefix = "whsec_"
	secretSize   = 32 // bytes; the specification requires 24 to 64
)

// ErrSecret reports a secret that is not "whsec_" followed by base64. The error text does not
// contain the secret.
var ErrSecret = errors.New(`signing secret is not "whsec_" followed by base64`)

// NewSecret returns a new secret: "whsec_" followed by 32 random bytes in base64.
func NewSecret() string {
	raw := make([]byte, secretSize)
	rand.Read(raw)
	return secretPrefix + base64.StdEncoding.EncodeToString(raw)
}

// The headers of a signed request, in lower case as in the specification: over HTTP/1.1, the
// official PHP library finds them only in this spelling. See
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// Sign returns the value of the webhook-signature header: one "v1,..." per secret, separated by
// spaces. The time is used in whole seconds, as in the webhook-timestamp header.
func Sign(secrets []string, id string, at time.Time, body []byte) (string, error) {
	if len(secrets) == 0 {
		return "", errors.New("no secret to sign with")
	}
	var signatures strings.Builder
	for i, secret := range secrets {
		if !strings.HasPrefix(secret, secretPrefix) {
			return "", ErrSecret
		}
		hook, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return "", ErrSecret
		}
		signature, err := hook.Sign(id, at, body)
		if err != nil {
			return "", err
		}
		if i > 0 {
			signatures.WriteByte(' ')
		}
		signatures.WriteString(signature)
	}
	return signatures.String(), nil
}
