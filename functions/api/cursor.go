package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
)

const cursorSum = 8 // bytes of a cursor's checksum over its list

// A list identifies what a cursor belongs to: the user and the filters. Cursors of other lists are
// rejected.
type list []string

// cursor returns the opaque cursor of the entries after the given one, or "" at the end.
func (l list) cursor(after string) string {
	if after == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(append(l.sum(after), after...))
}

// after decodes a cursor of this list. "" is the start of the list.
func (l list) after(cursor string) (after string, ok bool) {
	if cursor == "" {
		return "", true
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) <= cursorSum || strings.ContainsAny(cursor, "\r\n") { // which the decoder skips
		return "", false
	}
	after = string(raw[cursorSum:])
	return after, bytes.Equal(raw[:cursorSum], l.sum(after))
}

// sum is not a secret: a forged cursor reaches only the forger's own data.
func (l list) sum(after string) []byte {
	h := sha256.New()
	for _, part := range append(l[:len(l):len(l)], after) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part))) // so that the boundaries between parts are unambiguous
		h.Write(size[:])
		h.Write([]byte(part))
	}
	return h.Sum(nil)[:cursorSum]
}

// wrongCursor is the error about a cursor of another list.
func wrongCursor(location string) error {
	return faults{{Location: location, Message: "is not a cursor of this list: use the cursor of the previous page, with the same filters, or omit it for the first page"}}
}
