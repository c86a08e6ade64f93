// Package record is the stored form of what a dispatch's record holds besides
// its columns: the event and the attempts, packed into a few hundred bytes.
//
// A record is one byte, the format's version, and a DEFLATE stream (RFC 1951) with that
// version's preset dictionary. Inside stands a JSON array of the attempts, a line
// feed, and the event's JSON, byte for byte; nothing behind the line feed means that the
// event was not kept.
package record

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// maxPlain bounds what a record may inflate to. The largest event that the bus
// carries is 1 MB, and the attempts of a dispatch are far smaller.
const maxPlain = 2 << 20

// Encode packs an event and the attempts to deliver it into at most limit
// bytes. If that is only possible without the event, kept is false and the
// event is left out. The same arguments give the same bytes. Times are kept to the millisecond.
// An error means that even the attempts alone do not fit.
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
		return nil, false, fmt.Errorf("the log of %d attempts packs into %d bytes, at most %d may be stored", len(attempts), len(packed), limit)
	}
	return packed, len(event) == 0, nil
}

// Decode unpacks what Encode of this version of the program, or of an older one,
// has packed. The event is nil if it was not kept. A newer version's record gives an error
// wrapping webhook.ErrNewerFormat. Whatever packed holds, Decode uses a few MiB at most.
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
		return nil, nil, errors.New("the record is damaged: the log of attempts has no end")
	}
	if attempts, err = parseAttempts(log); err != nil {
		return nil, nil, fmt.Errorf("the record is damaged: %w", err)
	}
	if len(event) == 0 {
		event = nil
	}
	return event, attempts, nil
}
