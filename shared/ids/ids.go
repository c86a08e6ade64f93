// Package ids makes the identifiers of the system: ULIDs, which sort by time.
// See https://github.com/ulid/spec.
package ids

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/oklog/ulid/v2"
)

// New returns a new id of the given time with 80 random bits.
func New(now time.Time) string {
	return ulid.MustNew(clamp(now), rand.Reader).String()
}

// Dispatch returns the id of the dispatch of an event to an integration. It is
// computed, not drawn: the time is the event's, the entropy a hash of both ids, so
// that a repeated event and a repeated fan-out come to the same dispatch.
func Dispatch(createdAt time.Time, eventID, integrationID string) string {
	h := sha256.New()
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(eventID))) // so that no two pairs run together
	h.Write(size[:])
	h.Write([]byte(eventID))
	h.Write([]byte(integrationID))
	var id ulid.ULID
	_ = id.SetTime(clamp(createdAt)) // clamped to what it takes
	_ = id.SetEntropy(h.Sum(nil)[:10])
	return id.String()
}

// Valid reports whether s is an id in its one spelling.
func Valid(s string) bool {
	id, err := ulid.ParseStrict(s)
	return err == nil && id.String() == s
}

// Time returns the time in an id, in UTC and to the millisecond; the zero time
// if s is no id.
func Time(s string) time.Time {
	id, err := ulid.ParseStrict(s)
	if err != nil {
		return time.Time{}
	}
	return ulid.Time(id.Time()).UTC()
}

// Floor returns the smallest id of the given millisecond, Ceiling the largest:
// the bounds of a range of ids by time.
func Floor(t time.Time) string { return bound(t, 0x00) }

// Ceiling returns the largest id of the given millisecond.
func Ceiling(t time.Time) string { return bound(t, 0xFF) }

func bound(t time.Time, fill byte) string {
	var id ulid.ULID
	_ = id.SetTime(clamp(t))
	for i := 6; i < len(id); i++ {
		id[i] = fill
	}
	return id.String()
}

// clamp fits a time into the 48 bits of milliseconds that an id has.
func clamp(t time.Time) uint64 {
	return uint64(min(max(t.UnixMilli(), 0), int64(ulid.MaxTime())))
}
