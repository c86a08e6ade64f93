package webhook

import (
	"errors"
	"strings"
)

// Errors that stores return and callers branch on.
var (
	// ErrNotFound reports that the user has no such object: it never existed, was deleted, has
	// expired, or belongs to another user.
	ErrNotFound = errors.New("not found")

	// ErrConflict reports that the record has changed since it was read. Nothing was written: read
	// it again and decide again.
	ErrConflict = errors.New("changed concurrently")

	// ErrQuota reports that the user already has the maximum number of integrations.
	ErrQuota = errors.New("too many integrations")

	// ErrKeyReused reports that the idempotency key has already been used for a different request
	// and has not expired.
	ErrKeyReused = errors.New("idempotency key was used for a different request")

	// ErrThrottled reports that a store rejects this kind of write for now because there are too
	// many. Nothing was written; try again soon.
	ErrThrottled = errors.New("the store is throttled")

	// ErrNewerFormat reports a stored record or a message that was written by a newer version of
	// this program. It is left unchanged.
	ErrNewerFormat = errors.New("written by a newer version of this program")
)

// A FieldError is input that breaks a rule. Its text is shown to clients.
type FieldError struct {
	Field  string // as the client spells it: "requestUrl", "eventTypes[1]"
	Reason string
	Value  any // the rejected value, if showing it helps; may be nil
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Reason }

// FieldErrors are all validation errors of one input.
type FieldErrors []*FieldError

func (e FieldErrors) Error() string {
	texts := make([]string, len(e))
	for i, f := range e {
		texts[i] = f.Error()
	}
	return strings.Join(texts, "; ")
}

// Err returns e as an error, or nil if e is empty.
func (e FieldErrors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}
