package template

import (
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// clean returns JSON in which each byte that is not UTF-8, and each escape that is half of a surrogate
// pair, is replaced by U+FFFD: PHP decodes a body with such an escape as null, and PostgreSQL rejects it. b is
// a whole value or the content of a string. If nothing needs replacing, clean returns b itself.
func clean(b []byte) []byte {
	var cleaned []byte
	kept := 0 // b[:kept] is already in cleaned
	replace := func(at, size int, by string) {
		cleaned = append(append(cleaned, b[kept:at]...), by...)
		kept = at + size
	}
	for i := 0; i < len(b); {
		size := 1
		switch c := b[i]; {
		case c == '\\':
			var lone bool
			if size, lone = escapeSize(b[i:]); lone {
				replace(i, size, `\ufffd`)
			}
		case c >= utf8.RuneSelf:
			var r rune
			if r, size = utf8.DecodeRune(b[i:]); r == utf8.RuneError && size == 1 {
				replace(i, 1, "\uFFFD")
			}
		}
		i += size
	}
	if kept == 0 {
		return b
	}
	return append(cleaned, b[kept:]...)
}

// escapeSize returns the size of the escape, or pair of escapes, at the start of b, and whether it is
// half of a surrogate pair.
func escapeSize(b []byte) (size int, lone bool) {
	if len(b) < 2 || b[1] != 'u' {
		return min(len(b), 2), false
	}
	r, size := jsonscan.DecodeEscape(b)
	return size, r == utf8.RuneError && size == len(`\ud800`) && b[2]|0x20 == 'd'
}
