package template

import "strings"

// appendQuoted appends UTF-8 text as a JSON string.
func appendQuoted(dst, text []byte) []byte {
	return append(appendEscaped(append(dst, '"'), text), '"')
}

// appendEscaped appends UTF-8 text, escaped for the inside of a JSON string.
func appendEscaped(dst, text []byte) []byte {
	kept := 0 // text[:kept] is already in dst
	for i, c := range text {
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(append(dst, text[kept:i]...), '\\')
		kept = i + 1
		const short = "\b\f\n\r\t\"\\"
		if at := strings.IndexByte(short, c); at >= 0 {
			dst = append(dst, `bfnrt"\`[at])
			continue
		}
		const hex = "0123456789abcdef"
		dst = append(dst, 'u', '0', '0', hex[c>>4], hex[c&15])
	}
	return append(dst, text[kept:]...)
}
