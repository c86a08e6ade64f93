package eventpattern

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// Mismatch is a reason why an event is not wanted.
type Mismatch struct {
	Path   string `json:"path"`   // of the field, as in resource.apiCode; empty for the event itself
	Wanted string `json:"wanted"` // what the pattern wants, in words
	Found  string `json:"found"`  // the event's value, as JSON and perhaps cut off, or what it is

	// Found never shows what is inside of the field: nothing needs to be hidden but the values of secret paths.
}

// String reads like: resource.status is "ok", and the filter wants "failed" or "aborted".
func (m Mismatch) String() string {
	return fmt.Sprintf("%s is %s, and the filter wants %s", cmp.Or(m.Path, "the event"), m.Found, m.Wanted)
}

// Mismatches are what keeps an event from matching, one for each alternative of the pattern.
type Mismatches []Mismatch

// String continues "would not be sent, because ".
func (ms Mismatches) String() string {
	const most = 3
	var s strings.Builder
	for i, m := range ms {
		if i == most {
			fmt.Fprintf(&s, "; and %d more", len(ms)-most)
			break
		}
		if i > 0 {
			s.WriteString("; and ")
		}
		s.WriteString(m.String())
	}
	return s.String()
}

// Explain returns why the event does not match: for each alternative of the pattern the first field that is
// not as wanted. It returns nil if the event matches.
func (p *Pattern) Explain(event []byte) Mismatches {
	m := newMatcher()
	defer m.release()
	var all Mismatches
	for _, fields := range p.alternatives {
		m.decoded = m.decoded[:0]
		if m.inside(fields, trim(event)) != no {
			return nil
		}
		mismatch := m.explain(fields, trim(event), nil)
		m.values = m.values[:0]
		if !slices.Contains(all, mismatch) {
			all = append(all, mismatch)
		}
	}
	return all
}

// explain returns the first of the fields that is not as wanted inside of value.
func (m *matcher) explain(fields []field, value []byte, path []string) Mismatch {
	value, objects := m.onlyObject(value)
	if objects > 1 {
		return Mismatch{
			Path: strings.Join(path, "."), Wanted: cut("one of its objects with " + describe(fields)),
			Found: fmt.Sprintf("a list of %d objects", objects),
		}
	}
	base := m.locate(fields, value)
	for i := range fields {
		f, found := &fields[i], m.values[base+i]
		if m.field(f, found) != no {
			continue
		}
		here := append(slices.Clip(path), f.key)
		if f.inner != nil {
			return m.explain(f.inner, found, here)
		}
		return Mismatch{Path: strings.Join(here, "."), Wanted: cut(anyOf(f.tests)), Found: m.found(found, f.tests)}
	}
	return Mismatch{Path: strings.Join(path, "."), Wanted: cut(describe(fields)), Found: m.found(value, nil)}
}

// onlyObject returns the object that a value is or holds, and how many it holds.
func (m *matcher) onlyObject(value []byte) (only []byte, objects int) {
	for all := (elements{b: value}); ; {
		element := all.next(&m.skip)
		switch jsonscan.At(element, 0) {
		case 0:
			return only, objects
		case '"':
			if embedded := m.embedded(element); embedded != nil {
				inner, n := m.onlyObject(embedded)
				only, objects = inner, objects+n
			}
		case '{':
			only = element
			objects++
		}
	}
}

// describe says what fields want, as in: status "failed" and code 5.
func describe(fields []field) string {
	words := make([]string, len(fields))
	for i, f := range fields {
		if f.inner != nil {
			words[i] = f.key + " with (" + describe(f.inner) + ")"
		} else {
			words[i] = f.key + " " + anyOf(f.tests)
		}
	}
	return strings.Join(words, " and ")
}

// found says what an event has where one of the tests should have matched.
func (m *matcher) found(value []byte, tests []test) string {
	if value == nil {
		return "missing"
	}
	scalars, objects := m.count(value)
	switch c := value[0]; {
	case c == '{':
		return "an object"
	case c == '"' && objects > 0:
		return "a string that holds JSON"
	case c == '[' && objects > 0:
		return fmt.Sprintf("a list of %d values and %d objects", scalars, objects)
	case c == '[' && scalars == 0:
		return "an empty list"
	case c != '[' && slices.ContainsFunc(tests, isNumeric) && outOfBounds(value):
		return cut(string(value)) + ", which is out of the bounds of numeric, -5e9 and 5e9"
	}
	return cut(string(value))
}

// count returns how many values and how many objects an array has, or how many anything else is. A string
// that holds JSON is an object.
func (m *matcher) count(value []byte) (scalars, objects int) {
	for all := (elements{b: value}); ; {
		switch element := all.next(&m.skip); {
		case element == nil:
			return scalars, objects
		case element[0] == '{', element[0] == '"' && m.embedded(element) != nil:
			objects++
		default:
			scalars++
		}
	}
}

func isNumeric(t test) bool {
	_, ok := t.(*between)
	return ok
}

func outOfBounds(value []byte) bool {
	_, number := parseNumber(value)
	_, within := millionths(value)
	return number && !within
}

// cut returns s, or the beginning of it.
func cut(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	end := most
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "..."
}
