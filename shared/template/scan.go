package template

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxDepth is the maximum nesting of objects and arrays in a template.
const maxDepth = 100

// maxHoles is the maximum number of placeholders in a template.
const maxHoles = 1<<16 - 1

// scanner reads a template's source once, from start to end, and records its placeholders and errors.
// The grammar is JSON with two additions: placeholders in strings, and placeholders as values.
//
// Methods that return a bool return false if the scan cannot continue.
type scanner struct {
	src    string
	pos    int
	depth  int
	holes  []hole
	faults []Fault
}

// hole is a range of the source that rendering replaces.
type hole struct {
	start, end int
	path       []string
	filters    *chain // nil: none
	text       bool   // within a longer string: becomes text, not a JSON value
}

// span is the content of a string in the source, without its quotes.
type span struct {
	start, end int
	firstHole  int // index of the first hole inside
}

// scan reads the whole source. It calls root to parse the top-level value.
func (s *scanner) scan(root func() bool) error {
	if bad := invalidUTF8(s.src); bad >= 0 {
		s.fault(bad, 1, "this byte is not UTF-8: save the template as UTF-8")
		return s.err()
	}
	if strings.HasPrefix(s.src, "\uFEFF") {
		s.fault(0, len("\uFEFF"), "the template begins with a byte order mark (U+FEFF): save it as UTF-8 without one")
		s.pos = len("\uFEFF")
	}
	if root() {
		s.space()
		if s.pos < len(s.src) {
			s.fault(s.pos, len(s.src)-s.pos, "nothing may follow the end of the template's value")
		}
	}
	return s.err()
}

func invalidUTF8(src string) int {
	if utf8.ValidString(src) {
		return -1
	}
	for i := 0; ; {
		r, n := utf8.DecodeRuneInString(src[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
}

// value parses any value.
func (s *scanner) value() bool {
	switch s.space(); s.peek() {
	case eof:
		return s.stop(s.pos, 0, "the template ends where a value is expected")
	case '"':
		return s.stringValue()
	case '{':
		if s.at("{{") {
			return s.bare()
		}
		return s.object(func(span) bool { return s.value() })
	case '[':
		return s.list(']', s.value)
	default:
		return s.scalar()
	}
}

func (s *scanner) space() {
	for s.pos < len(s.src) {
		switch s.src[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// eof is what peek returns after the last byte.
const eof = -1

func (s *scanner) peek() rune {
	if s.pos >= len(s.src) {
		return eof
	}
	return rune(s.src[s.pos])
}

func (s *scanner) at(prefix string) bool { return strings.HasPrefix(s.src[s.pos:], prefix) }

// fault records an error about a range of the source.
func (s *scanner) fault(offset, length int, format string, args ...any) {
	s.add(Fault{Offset: offset, Length: length, Message: fmt.Sprintf(format, args...)})
}

// stop records an error after which the scan cannot continue. It returns false.
func (s *scanner) stop(offset, length int, format string, args ...any) bool {
	s.fault(offset, length, format, args...)
	return false
}

func (s *scanner) add(f Fault) {
	if len(s.faults) < maxFaults {
		f.locate(s.src)
		s.faults = append(s.faults, f)
	}
}

func (s *scanner) err() error {
	if len(s.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(s.faults, func(a, b Fault) int { return cmp.Compare(a.Offset, b.Offset) })
	return &Error{Faults: s.faults}
}
