package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

const cursorSum = 8 // bytes of a cursor that bind it to its list

// A list is what a cursor belongs to: whose it is, and what selects its entries.
// A cursor of another list is refused, so that a page never goes on elsewhere.
type list []string

// cursor returns the opaque text for "go on behind this entry", "" for the end.
func (l list) cursor(after string) string {
	if after == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(append(l.sum(after), after...))
}

// after returns what a cursor of this list stands for. "" starts at the beginning.
func (l list) after(cursor string) (after string, ok bool) {
	if cursor == "" {
		return "", true
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) <= cursorSum {
		return "", false
	}
	after = string(raw[cursorSum:])
	return after, bytes.Equal(raw[:cursorSum], l.sum(after))
}

// sum is no secret: what a forged cursor reaches is its forger's own.
func (l list) sum(after string) []byte {
	h := sha256.New()
	for _, part := range append(l[:len(l):len(l)], after) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part))) // so that no two parts run together
		h.Write(size[:])
		h.Write([]byte(part))
	}
	return h.Sum(nil)[:cursorSum]
}

// wrongCursor is the fault of a cursor that is not this list's.
func wrongCursor(location string) error {
	return faults{{Location: location, Message: "is not a cursor of this list: use the cursor of the previous page, with the same filters, or omit it for the first page"}}
}
