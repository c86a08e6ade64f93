package jsonscan

import (
	"encoding/json"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendEmbedded appends the JSON object or array that is embedded in a JSON string with the given
// content. If the string contains anything else, it appends nothing and returns false.
func AppendEmbedded(dst, content []byte) ([]byte, bool) {
	// An embedded value begins with a bracket, white space or an escape.
	if c := At(content, 0); c != '{' && c != '[' && c != '\\' && c != ' ' {
		return dst, false
	}
	start := len(dst)
	dst = AppendUnescaped(dst, content)
	embedded := dst[start:]
	if c := At(embedded, Space(embedded, 0)); c != '{' && c != '[' || !json.Valid(embedded) {
		return dst[:start], false
	}
	return dst, true
}

// AppendUnescaped appends the unescaped content of a JSON string, as UTF-8. Invalid bytes and lone
// surrogates become U+FFFD.
func AppendUnescaped(dst, content []byte) []byte {
	for i := 0; i < len(content); {
		c := content[i]
		switch {
		case c == '\\':
			r, n := DecodeEscape(content[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, n := utf8.DecodeRune(content[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		}
	}
	return dst
}

// DecodeEscape decodes the escape at the start of b and returns the character and the escape's
// length. An escape that JSON does not have becomes U+FFFD.
func DecodeEscape(b []byte) (rune, int) {
	if len(b) < 2 {
		return utf8.RuneError, len(b)
	}
	switch c := b[1]; c {
	case '"', '\\', '/':
		return rune(c), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		return decodeUnicode(b)
	}
	return utf8.RuneError, 2
}

// decodeUnicode decodes \uXXXX, or two of them that form a surrogate pair.
func decodeUnicode(b []byte) (rune, int) {
	r := hex4(b)
	if r < 0 {
		return utf8.RuneError, 2
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(b[6:])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

// hex4 returns the number given by the four digits after \u, or -1.
func hex4(b []byte) rune {
	if len(b) < 6 {
		return -1
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}
