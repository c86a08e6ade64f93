// Package ids creates the system's identifiers: ULIDs, which sort by time. See
// https://github.com/ulid/spec.
package ids

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/oklog/ulid/v2"
)

// New returns a new id with the given time and 80 random bits.
func New(now time.Time) string {
	return ulid.MustNew(clamp(now), rand.Reader).String()
}

// Dispatch returns the id of the dispatch of an event to an integration. It is deterministic: the
// time is the event's, and the rest is a hash of both ids. So a repeated event or a repeated fanout
// gives the same dispatch.
func Dispatch(createdAt time.Time, eventID, integrationID string) string {
	h := sha256.New()
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(eventID))) // so that ("ab", "c") and ("a", "bc") differ
	h.Write(size[:])
	h.Write([]byte(eventID))
	h.Write([]byte(integrationID))
	var id ulid.ULID
	_ = id.SetTime(clamp(createdAt)) // cannot fail: the time is in range
	_ = id.SetEntropy(h.Sum(nil)[:10])
	return id.String()
}

// Valid reports whether s is an id in its canonical form.
func Valid(s string) bool {
	id, err := ulid.ParseStrict(s)
	return err == nil && id.String() == s
}

// Time returns the time of an id in UTC, to the millisecond, or the zero time if s is not an id.
func Time(s string) time.Time {
	id, err := ulid.ParseStrict(s)
	if err != nil {
		return time.Time{}
	}
	return ulid.Time(id.Time()).UTC()
}

// Floor returns the smallest id of the given millisecond.
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

// clamp limits a time to the 48 bits of milliseconds of an id.
func clamp(t time.Time) uint64 {
	return uint64(min(max(t.UnixMilli(), 0), int64(ulid.MaxTime())))
}
