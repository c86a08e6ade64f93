// Package jsonscan scans JSON without decoding it. Members validates the JSON; Skipper skips JSON
// that is known to be valid, several times faster. Every event is scanned at least twice, and
// encoding/json would take four times as long.
package jsonscan

// At returns the byte at i, or 0 if i is at or after the end. 0 is never valid JSON, so callers
// need no bounds check.
func At(b []byte, i int) byte {
	if uint(i) < uint(len(b)) {
		return b[i]
	}
	return 0
}

// Space returns the index of the first byte at or after i that is not white space.
func Space(b []byte, i int) int {
	for uint(i) < uint(len(b)) && b[i] <= ' ' && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}
