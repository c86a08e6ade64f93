package eventpattern

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// Pattern is a compiled event pattern. It is safe for concurrent use.
type Pattern struct {
	alternatives [][]field // the pattern with each $or resolved; one must match
}

// field is what a pattern wants of one field of an object: either tests or inner.
type field struct {
	key   string
	tests []test  // one must match the field's value
	inner []field // all must match inside of the field's value

	// absent says that an event without the field matches.
	absent bool
}

// Compile returns the pattern that src spells. fields are the names that an event may have at its top
// level; any other is an error. Each error is an *Error.
func Compile(src []byte, fields []string, limits Limits) (*Pattern, error) {
	if len(src) > limits.Bytes {
		return nil, newError(src, 0, 0, fmt.Sprintf("a pattern has at most %d bytes, this one has %d", limits.Bytes, len(src)))
	}
	start := jsonscan.Space(src, 0)
	if !utf8.Valid(src) || !jsonscan.IsObject(bytes.TrimRight(src[start:], " \t\r\n")) {
		return nil, syntaxError(src)
	}
	p := parser{src: src, known: fields, limits: limits}
	alternatives, err := p.object(start, false)
	if err != nil {
		return nil, err
	}
	if n := comparisons(alternatives); n > limits.Comparisons {
		return nil, newError(src, start, start, fmt.Sprintf("too complex: the alternatives of %s have %d values together, and %d are allowed", or, n, limits.Comparisons))
	}
	return &Pattern{alternatives: alternatives}, nil
}

// comparisons counts the values in all alternatives.
func comparisons(alternatives [][]field) (n int) {
	for _, fields := range alternatives {
		for _, f := range fields {
			n += comparisons([][]field{f.inner})
			for _, t := range f.tests {
				if list, ok := t.(*anythingBut); ok {
					n += len(*list)
				} else {
					n++
				}
			}
		}
	}
	return n
}
