package webhook

import (
	"slices"
	"time"
)

// IntegrationStatus says what becomes of an integration's events.
type IntegrationStatus string

// The states of an integration.
const (
	Active   IntegrationStatus = "active"   // events are delivered
	Paused   IntegrationStatus = "paused"   // events are held until it is active again
	Disabled IntegrationStatus = "disabled" // events are ignored
)

// IntegrationStatuses returns all of them.
func IntegrationStatuses() []IntegrationStatus {
	return []IntegrationStatus{Active, Paused, Disabled}
}

// Integration is a user's wish: when one of these things happens to one of my
// tasks, POST this JSON with these headers to this URL.
type Integration struct {
	ID              string
	UserID          string
	Name            string
	Description     string
	EventTypes      []EventType
	RequestURL      string
	PayloadTemplate string // "" means the default template
	HeadersTemplate string // "" means no headers but the system's
	Status          IntegrationStatus
	StatusReason    string // why it is paused or disabled, when the system did it
	DoNotRetry      bool   // a dispatch ends with its first attempt

	// RedirectIsSuccess counts 302 and 303 as delivered: some receivers do their work and then
	// redirect to a page with the result, Google Apps Script among them.
	RedirectIsSuccess bool

	MaxPerMinute int // requests a minute, at most, across all that deliver; 0 is no limit

	// Version counts the changes: 1, 2, ... Each version is kept as it was, so that a
	// request can be shown as it was sent. Health and Shards are not part of a version.
	Version    int
	CreatedAt  time.Time
	ModifiedAt time.Time

	Health  Health
	Shards  int // over how many parts of the store its new dispatches are spread; grows with its traffic; 0 and 1 are one
	Secrets Secrets
}

// MaxShards is over how many parts of a store the dispatches of one integration are spread at most.
const MaxShards = 32

// ValidShards reports whether dispatches can be spread over n parts: a power of two up to MaxShards.
func ValidShards(n int) bool { return n > 0 && n <= MaxShards && n&(n-1) == 0 }

// Wants reports whether the integration asks for events of type t and has not
// been disabled. The events of a paused integration are wanted: they are held.
func (in Integration) Wants(t EventType) bool {
	return in.Subscription().Wants(t)
}

// Changed returns the integration's next version, modified at the given time.
// The caller then sets what the change is about.
func (in Integration) Changed(now time.Time) Integration {
	in.EventTypes = slices.Clone(in.EventTypes)
	in.Version++
	in.ModifiedAt = now.UTC()
	return in
}

// Subscription returns what a fan-out needs to know of the integration.
func (in Integration) Subscription() Subscription {
	return Subscription{ID: in.ID, Status: in.Status, EventTypes: in.EventTypes, Shards: in.Shards}
}

// Subscription is the part of an integration that decides whether an event
// concerns it.
type Subscription struct {
	ID         string
	Status     IntegrationStatus
	EventTypes []EventType
	Shards     int
}

// Wants reports whether events of type t are to be delivered or held.
func (s Subscription) Wants(t EventType) bool {
	return s.Status != Disabled && slices.Contains(s.EventTypes, t)
}

// Secrets are the signing secrets of an integration, sealed: what a store
// keeps is useless without the key that sealed them.
type Secrets struct {
	Current       []byte
	Previous      []byte    // signs along until PreviousUntil; nil if there is none
	PreviousUntil time.Time // zero if there is none
}

// Rotated returns the secrets after a rotation: next signs, and what was
// current signs along for the overlap.
func (s Secrets) Rotated(next []byte, now time.Time, overlap time.Duration) Secrets {
	return Secrets{Current: next, Previous: s.Current, PreviousUntil: now.Add(overlap).UTC()}
}

// At returns the sealed secrets that sign at the given time, the current first.
func (s Secrets) At(now time.Time) [][]byte {
	if len(s.Previous) > 0 && now.Before(s.PreviousUntil) {
		return [][]byte{s.Current, s.Previous}
	}
	return [][]byte{s.Current}
}
