// Package hint helps to report an error in a text that a person wrote: where it is, and which known word
// was probably meant. Templates and event patterns share it.
package hint

import (
	"strings"
	"unicode/utf8"
)

// Position returns the line and the column of a byte of src. Both count from 1, columns in characters.
func Position(src string, offset int) (line, column int) {
	before := src[:offset]
	start := strings.LastIndexByte(before, '\n') + 1
	return 1 + strings.Count(before, "\n"), 1 + utf8.RuneCountInString(before[start:])
}
