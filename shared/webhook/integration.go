package webhook

import (
	"slices"
	"time"
)

// IntegrationStatus says whether an integration's events are delivered.
type IntegrationStatus string

// The states of an integration.
const (
	Active   IntegrationStatus = "active"   // events are delivered
	Paused   IntegrationStatus = "paused"   // events are held until it is active again
	Disabled IntegrationStatus = "disabled" // events are ignored
)

// IntegrationStatuses returns all states.
func IntegrationStatuses() []IntegrationStatus {
	return []IntegrationStatus{Active, Paused, Disabled}
}

// Integration is a user's webhook: which events to send, to which URL, and with which JSON body and
// headers.
type Integration struct {
	ID              string
	UserID          string
	Name            string
	Description     string
	EventTypes      []EventType
	Filter          string // an event pattern that events must match; "" means all events of the types
	RequestURL      string
	PayloadTemplate string // "" means the default template
	HeadersTemplate string // "" means only the system's headers
	Status          IntegrationStatus
	StatusReason    string // why the system paused or disabled it
	DoNotRetry      bool   // a dispatch ends after its first attempt

	// RedirectIsSuccess counts 302 and 303 as delivered. Some receivers, such as Google Apps
	// Script, do their work and then redirect to a result page.
	RedirectIsSuccess bool

	MaxPerMinute int // maximum requests per minute, across all workers; 0 means no limit

	// Version counts the changes, from 1. The store keeps every version, so that a past request can
	// be shown as it was sent. Health and Shards are not part of a version.
	Version    int
	CreatedAt  time.Time
	ModifiedAt time.Time

	Health  Health
	Shards  int // number of partitions of the store for its new dispatches; grows with its traffic; 0 means 1
	Secrets Secrets
}

// MaxShards is the maximum of Integration.Shards.
const MaxShards = 32

// ValidShards reports whether n is a valid number of shards: a power of two up to MaxShards.
func ValidShards(n int) bool { return n > 0 && n <= MaxShards && n&(n-1) == 0 }

// Wants reports whether the integration is subscribed to t and not disabled, whatever its filter says.
// A paused integration wants its events: they are held.
func (in Integration) Wants(t EventType) bool {
	return in.Subscription().Wants(t)
}

// Changed returns the integration's next version, modified at the given time. The caller then makes
// the change.
func (in Integration) Changed(now time.Time) Integration {
	in.EventTypes = slices.Clone(in.EventTypes)
	in.Version++
	in.ModifiedAt = now.UTC()
	return in
}

// Subscription returns the part of the integration that fanout needs.
func (in Integration) Subscription() Subscription {
	return Subscription{ID: in.ID, Status: in.Status, EventTypes: in.EventTypes, Filter: in.Filter, Shards: in.Shards}
}

// Subscription is the part of an integration that decides whether it gets an event.
type Subscription struct {
	ID         string
	Status     IntegrationStatus
	EventTypes []EventType
	Filter     string
	Shards     int
}

// Wants reports whether events of type t are delivered or held, rather than ignored, unless the filter
// says otherwise.
func (s Subscription) Wants(t EventType) bool {
	return s.Status != Disabled && slices.Contains(s.EventTypes, t)
}

// Secrets are the signing secrets of an integration, encrypted: access to the
// store without the key does not reveal them.
type Secrets struct {
	Current       []byte
	Previous      []byte    // also signs until PreviousUntil; nil if there is none
	PreviousUntil time.Time // zero if there is none
}

// Rotated returns the secrets after a rotation: next becomes current, and the old current one also
// signs until now+overlap.
func (s Secrets) Rotated(next []byte, now time.Time, overlap time.Duration) Secrets {
	return Secrets{Current: next, Previous: s.Current, PreviousUntil: now.Add(overlap).UTC()}
}

// At returns the encrypted secrets that sign at the given time, the current one first.
func (s Secrets) At(now time.Time) [][]byte {
	if len(s.Previous) > 0 && now.Before(s.PreviousUntil) {
		return [][]byte{s.Current, s.Previous}
	}
	return [][]byte{s.Current}
}
