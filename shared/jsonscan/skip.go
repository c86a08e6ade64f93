package jsonscan

import (
	"encoding/binary"
	"math/bits"
)

// Skipper skips JSON that is known to be valid. It does not recurse, so deep nesting is cheap. For
// invalid JSON its methods return an arbitrary index, or a negative number at the end; they never
// panic. The zero value is ready to use.
type Skipper struct {
	// Surrogates is set by any escape that may be half of a surrogate pair, \uD800 to \uDFFF.
	Surrogates bool
}

// note checks the character after a backslash.
func (s *Skipper) note(b []byte, i int) {
	if At(b, i) == 'u' && At(b, i+1)|0x20 == 'd' && At(b, i+2) >= '8' {
		s.Surrogates = true
	}
}

// Value returns the index after the value at i, or -1.
func (s *Skipper) Value(b []byte, i int) int {
	switch At(b, i) {
	case '"':
		return s.String(b, i+1) + 1
	case '{', '[':
		return s.Nested(b, i+1, 1)
	default:
		return skipScalar(b, i)
	}
}

// String returns the index of the closing quote of the string whose content begins at i, or -2.
func (s *Skipper) String(b []byte, i int) int {
	for {
		for i+8 <= len(b) {
			stop := quotesAndBackslashes(binary.LittleEndian.Uint64(b[i:]))
			if stop == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(stop) / 8
			if b[i] == '"' {
				return i
			}
			s.note(b, i+1)
			i += 2 // the backslash and what it escapes
		}
		if i >= len(b) {
			return -2
		}
		switch b[i] {
		case '"':
			return i
		case '\\':
			i++
			s.note(b, i)
		}
		i++
	}
}

// quotesAndBackslashes sets the highest bit of each byte that is a quote or backslash. It may also
// set the bit of bytes above the lowest such byte.
func quotesAndBackslashes(eight uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quotes := eight ^ '"'*ones
	backslashes := eight ^ '\\'*ones
	return ((quotes-ones)&^quotes | (backslashes-ones)&^backslashes) & highs
}

// Nested returns the index after the bracket that closes the given number of open ones, or -1.
func (s *Skipper) Nested(b []byte, i, open int) int {
	for uint(i) < uint(len(b)) {
		switch b[i] {
		case '"':
			if i = s.String(b, i+1); i < 0 {
				return -1
			}
		case '{', '[':
			open++
		case '}', ']':
			if open--; open == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// skipScalar returns the index after the number or word at i, or -1.
func skipScalar(b []byte, i int) int {
	start := i
	for uint(i) < uint(len(b)) {
		switch b[i] {
		case ',', '}', ']', ' ', '\n', '\r', '\t':
			if i == start {
				return -1
			}
			return i
		}
		i++
	}
	if i == start {
		return -1
	}
	return i
}
