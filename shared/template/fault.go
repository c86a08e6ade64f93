package template

import (
	"fmt"
	"strings"

	"github.com/thordata/webhook-integration/shared/hint"
)

// maxFaults is the maximum number of errors reported at once.
const maxFaults = 20

// Error reports the validation errors of a template: 1 to 20, ordered by position.
type Error struct{ Faults []Fault }

// Error returns one line per validation error.
func (e *Error) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Fault is one validation error of a template, with its position.
type Fault struct {
	Line       int    `json:"line"`                 // counted from 1
	Column     int    `json:"column"`               // counted from 1, in characters
	Offset     int    `json:"offset"`               // bytes from the template's start
	Length     int    `json:"length"`               // in bytes; 0 if something is missing at the end
	Message    string `json:"message"`              // what is wrong and, usually, how to correct it
	Suggestion string `json:"suggestion,omitempty"` // the known name that was probably meant, if any
}

// String formats the error like: line 3, column 14: unknown variable "resorce"; did you mean "resource"?
func (f Fault) String() string {
	s := fmt.Sprintf("line %d, column %d: %s", f.Line, f.Column, f.Message)
	if f.Suggestion != "" {
		s += fmt.Sprintf("; did you mean %q?", f.Suggestion)
	}
	return s
}

// locate fills in line and column from the offset in src.
func (f *Fault) locate(src string) {
	f.Line, f.Column = hint.Position(src, f.Offset)
}
