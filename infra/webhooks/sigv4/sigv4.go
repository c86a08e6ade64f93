// Package sigv4 verifies requests that are signed with AWS Signature Version 4.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
// The AWS SDKs only sign; the tests verify what they sign.
package sigv4

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	algorithm = "AWS4-HMAC-SHA256"
	timestamp = "20060102T150405Z"

	// Window is how far a request's time may be from the verifier's clock.
	Window = 5 * time.Minute
)

// Codes of errors, as AWS services with the JSON protocol answer them, all with status 400.
const (
	MissingToken        = "MissingAuthenticationTokenException"
	IncompleteSignature = "IncompleteSignatureException"
	UnknownKey          = "UnrecognizedClientException"
	InvalidSignature    = "InvalidSignatureException"
)

// An Error is the reason why a request is rejected. Its message is for the client.
type Error struct{ Code, Message string }

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// ErrUnknown reports an access key id that does not exist.
var ErrUnknown = errors.New("access key not found")

// Verifier verifies signatures for one service in any region. It is safe for concurrent use.
type Verifier struct {
	Service string // such as "events"
	Now     func() time.Time

	// Secret returns the secret of an access key, or ErrUnknown.
	Secret func(ctx context.Context, accessKeyID string) (secret []byte, err error)
}

// Verify checks the signature of a request over its body: the access key, the scope, a time that is
// at most Window away, and that the signature covers the host, every X-Amz header and the body. It
// returns the access key's id, and an *Error if the request is rejected; other errors are those of
// Secret.
func (v *Verifier) Verify(r *http.Request, body []byte) (accessKeyID string, err error) {
	a, err := parse(r.Header)
	if err != nil {
		return "", err
	}
	if err := v.check(a, r); err != nil {
		return "", err
	}
	secret, err := v.Secret(r.Context(), a.keyID)
	if errors.Is(err, ErrUnknown) {
		return "", &Error{UnknownKey, "The security token included in the request is invalid."}
	}
	if err != nil {
		return "", fmt.Errorf("read the access key: %w", err)
	}
	want := a.sign(secret, canonical(r, a.signed, body))
	if subtle.ConstantTimeCompare([]byte(want), []byte(a.signature)) != 1 {
		return "", &Error{InvalidSignature, "The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method."}
	}
	return a.keyID, nil
}

// check checks everything but the signature.
func (v *Verifier) check(a authorization, r *http.Request) error {
	invalid := func(format string, args ...any) error { return &Error{InvalidSignature, fmt.Sprintf(format, args...)} }
	switch now := v.Now().UTC(); {
	case a.service != v.Service:
		return invalid("Credential should be scoped to correct service: '%s'.", v.Service)
	case a.date != a.at.Format("20060102"):
		return invalid("Date in Credential scope does not match YYYYMMDD from X-Amz-Date: '%.20s' != '%s'.", a.date, a.at.Format("20060102"))
	case a.at.Before(now.Add(-Window)):
		return invalid("Signature expired: %s is now earlier than %s (%s - 5 min.)", a.at.Format(timestamp), now.Add(-Window).Format(timestamp), now.Format(timestamp))
	case a.at.After(now.Add(Window)):
		return invalid("Signature not yet current: %s is still later than %s (%s + 5 min.)", a.at.Format(timestamp), now.Add(Window).Format(timestamp), now.Format(timestamp))
	}
	if !slices.Contains(a.signed, "host") {
		return invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.")
	}
	for name := range r.Header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-amz-") && !slices.Contains(a.signed, name) {
			return invalid("'%.100s' must be a 'SignedHeader' in the AWS Authorization.", name)
		}
	}
	if r.Header.Get("X-Amz-Security-Token") != "" { // keys of this verifier are never temporary
		return &Error{UnknownKey, "The security token included in the request is invalid."}
	}
	return nil
}

// sign returns the signature of a canonical request in hexadecimal.
func (a authorization) sign(secret []byte, canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	scope := strings.Join([]string{a.date, a.region, a.service, terminator}, "/")
	key := append([]byte("AWS4"), secret...)
	for part := range strings.SplitSeq(scope, "/") {
		key = mac(key, part)
	}
	return hex.EncodeToString(mac(key, strings.Join([]string{algorithm, a.at.Format(timestamp), scope, hex.EncodeToString(sum[:])}, "\n")))
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
