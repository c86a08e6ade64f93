package eventpattern

import (
	"bytes"
	"strings"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// test is one of the things that a field may be.
type test interface {
	matches(v *scalar) bool

	// String continues "the filter wants ".
	String() string
}

// anyOf says what tests want together.
func anyOf(tests []test) string {
	words := make([]string, len(tests))
	for i, t := range tests {
		words[i] = t.String()
	}
	return strings.Join(words, " or ")
}

// scalar is a string, number, true, false or null of an event.
type scalar struct {
	raw    []byte // as written
	text   []byte // what a string spells; nil before it is asked for
	buffer []byte // memory for text
}

func (v *scalar) set(raw []byte) { v.raw, v.text = raw, nil }

// str returns what a string spells, and false if the value is not a string.
func (v *scalar) str() ([]byte, bool) {
	if len(v.raw) < 2 || v.raw[0] != '"' {
		return nil, false
	}
	if v.text == nil {
		v.text = v.raw[1 : len(v.raw)-1]
		if bytes.IndexByte(v.text, '\\') >= 0 {
			v.buffer = jsonscan.AppendUnescaped(v.buffer[:0], v.text)
			v.text = v.buffer
		}
	}
	return v.text, true
}

// literal matches a number, true, false or null as it is written.
type literal string

func (t literal) matches(v *scalar) bool { return string(v.raw) == string(t) }

func (t literal) String() string { return string(t) }

// present matches any value.
type present struct{}

func (present) matches(*scalar) bool { return true }

func (present) String() string { return "any value" }

// missing matches no value; what it matches is decided where there is none.
type missing struct{}

func (missing) matches(*scalar) bool { return false }

func (missing) String() string { return "no value" }

func (p *parser) exists(i int) (test, error) {
	if err := p.count(i); err != nil {
		return nil, err
	}
	switch p.src[i] {
	case 't':
		return present{}, nil
	case 'f':
		return missing{}, nil
	}
	return nil, p.fail(i, "exists needs true or false")
}
