// Package record encodes the event and the attempts of a dispatch for storage, compressed to a few
// hundred bytes.
//
// A record is one byte with the format's version, followed by a DEFLATE stream (RFC 1951) with that
// version's preset dictionary. The stream contains a JSON array of the attempts, a line feed, and
// the unchanged JSON of the event. If nothing follows the line feed, the event was not kept.
package record

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// maxPlain is the maximum size of a decompressed record. The largest event on the bus has 1 MB, and
// the attempts of a dispatch are far smaller.
const maxPlain = 2 << 20

// Encode compresses an event and its delivery attempts into at most limit bytes. If that is
// possible only without the event, it omits the event, and kept is false. If not even the attempts
// fit, it returns an error. The same arguments give the same bytes. Times are kept to the
// millisecond.
func Encode(event []byte, attempts []webhook.Attempt, limit int) (packed []byte, kept bool, err error) {
	log, err := appendAttempts(nil, attempts)
	if err != nil {
		return nil, false, err
	}
	if len(log)+len(event) <= maxPlain {
		if packed, err = newest.pack(log, event); err != nil {
			return nil, false, err
		}
		if len(packed) <= limit {
			return packed, true, nil
		}
	}
	if packed, err = newest.pack(log, nil); err != nil {
		return nil, false, err
	}
	if len(packed) > limit {
		return nil, false, fmt.Errorf("the log of %d attempts takes %d bytes compressed, at most %d can be stored", len(attempts), len(packed), limit)
	}
	return packed, len(event) == 0, nil
}

// Decode decodes a record written by this or an older version of the program. The event is nil if
// it was not kept. For a record of a newer version it returns an error wrapping
// webhook.ErrNewerFormat. It uses at most a few MiB of memory for any input.
func Decode(packed []byte) (event []byte, attempts []webhook.Attempt, err error) {
	if len(packed) == 0 {
		return nil, nil, errors.New("the record is empty")
	}
	f, err := formatOf(packed[0])
	if err != nil {
		return nil, nil, err
	}
	plain, err := f.unpack(packed[1:])
	if err != nil {
		return nil, nil, fmt.Errorf("the record is damaged: %w", err)
	}
	log, event, found := bytes.Cut(plain, []byte("\n"))
	if !found {
		return nil, nil, errors.New("the record is damaged: the log of attempts is not terminated")
	}
	if attempts, err = parseAttempts(log); err != nil {
		return nil, nil, fmt.Errorf("the record is damaged: %w", err)
	}
	if len(event) == 0 {
		event = nil
	}
	return event, attempts, nil
}
