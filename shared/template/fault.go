package template

import (
	"fmt"
	"strings"

	"github.com/thordata/webhook-integration/shared/hint"
)

// maxFaults is how many faults are reported at once; a person mends no more in one go.
const maxFaults = 20

// Error reports what is wrong with a template: at least one fault and at most 20,
// in the order of their places.
type Error struct{ Faults []Fault }

// Error returns one line for each fault.
func (e *Error) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Fault is one thing that is wrong with a template.
type Fault struct {
	Line       int    `json:"line"`                 // counted from 1
	Column     int    `json:"column"`               // counted from 1, in characters
	Offset     int    `json:"offset"`               // bytes from the template's start
	Length     int    `json:"length"`               // bytes that are wrong; 0 where something is missing at the end
	Message    string `json:"message"`              // what is wrong and, mostly, the way out
	Suggestion string `json:"suggestion,omitempty"` // what was probably meant, if something known is near
}

// String reads like: line 3, column 14: unknown variable "resorce"; did you mean "resource"?
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
