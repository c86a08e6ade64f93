package template

import "bytes"

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
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -2
		}
		quote := i + n
		backslashes := 0
		for quote-backslashes > i && b[quote-backslashes-1] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return quote
		}
		i = quote + 1
	}
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
