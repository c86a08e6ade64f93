package template

import (
	"encoding/binary"
	"math/bits"
)

// The functions below step over JSON that is known to be valid. None recurses,
// so that nesting costs nothing. Where the JSON is not valid after all they step
// over something, or return a negative number at its end; they never panic.

// at returns the byte at i, or 0 behind the end.
func at(b []byte, i int) byte {
	if uint(i) < uint(len(b)) {
		return b[i]
	}
	return 0
}

// skipSpace returns the index of the first byte from i on that is no blank.
func skipSpace(b []byte, i int) int {
	for uint(i) < uint(len(b)) && b[i] <= ' ' {
		i++
	}
	return i
}

// skipValue returns the index behind the value at i, or -1.
func skipValue(b []byte, i int) int {
	switch at(b, i) {
	case '"':
		return skipString(b, i+1) + 1
	case '{', '[':
		return skipNested(b, i+1, 1)
	default:
		return skipScalar(b, i)
	}
}

// skipString returns the index of the quote that closes the string whose content
// begins at i, or -2.
func skipString(b []byte, i int) int {
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

// skipNested returns the index behind the bracket that closes the given number of
// open ones, or -1.
func skipNested(b []byte, i, open int) int {
	for uint(i) < uint(len(b)) {
		switch b[i] {
		case '"':
			if i = skipString(b, i+1); i < 0 {
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
