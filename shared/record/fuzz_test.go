package record

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecode checks that Decode terminates for any input, and that what it accepts survives a round
// trip.
func FuzzDecode(f *testing.F) {
	whole, _, _ := Encode(pageEvent(f), succeeded, noLimit)
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Add([]byte{1, 0, 0, 0, 0xFF, 0xFF})
	f.Add([]byte{2})
	f.Fuzz(func(t *testing.T, packed []byte) {
		event, attempts, err := Decode(packed)
		if err != nil {
			return
		}
		again, kept, err := Encode(event, attempts, noLimit)
		if err != nil || !kept {
			return // its log may be encoded shorter than Encode does
		}
		event2, attempts2, err := Decode(again)
		if err != nil || !bytes.Equal(event, event2) || !cmp.Equal(attempts, attempts2) {
			t.Errorf("round trip gave %q, %v, %v", event2, attempts2, err)
		}
	})
}

func FuzzEncode(f *testing.F) {
	f.Add(pageEvent(f))
	f.Add([]byte(dictionary1))
	f.Fuzz(func(t *testing.T, event []byte) {
		packed, kept, err := Encode(event, succeeded, noLimit)
		if err != nil || !kept {
			t.Fatalf("Encode: kept %v, %v", kept, err)
		}
		if got, _, err := Decode(packed); err != nil || !bytes.Equal(got, event) {
			t.Errorf("Decode = %q, %v", got, err)
		}
	})
}
