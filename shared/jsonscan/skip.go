package jsonscan

import (
	"encoding/binary"
	"math/bits"
)

// The functions below step over JSON that is known to be valid. None recurses,
// so that nesting costs nothing. Where the JSON is not valid after all they step
// over something, or return a negative number at its end; they never panic.

// SkipValue returns the index behind the value at i, or -1.
func SkipValue(b []byte, i int) int {
	switch At(b, i) {
	case '"':
		return SkipString(b, i+1) + 1
	case '{', '[':
		return SkipNested(b, i+1, 1)
	default:
		return skipScalar(b, i)
	}
}

// SkipString returns the index of the quote that closes the string whose content
// begins at i, or -2.
func SkipString(b []byte, i int) int {
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
		}
		i++
	}
}

// quotesAndBackslashes sets the highest bit of each byte that is one. Above the
// lowest such byte it may set others too.
func quotesAndBackslashes(eight uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quotes := eight ^ '"'*ones
	backslashes := eight ^ '\\'*ones
	return ((quotes-ones)&^quotes | (backslashes-ones)&^backslashes) & highs
}

// SkipNested returns the index behind the bracket that closes the given number of
// open ones, or -1.
func SkipNested(b []byte, i, open int) int {
	for uint(i) < uint(len(b)) {
		switch b[i] {
		case '"':
			if i = SkipString(b, i+1); i < 0 {
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

// skipScalar returns the index behind the number or word at i, or -1.
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
