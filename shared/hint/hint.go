// Package hint helps to report errors in texts written by users: where the error is, and which
// known word was probably meant. Templates and event patterns use it.
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
