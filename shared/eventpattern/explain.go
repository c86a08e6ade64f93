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
	Found  string `json:"found"`  // the event's value, as JSON and perhaps cut off, or what it is; it may be a secret
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
		if mismatch := m.explain(fields, trim(event), nil); !slices.Contains(all, mismatch) {
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
	for i := range fields {
		f := &fields[i]
		var found []byte
		if value != nil {
			base := m.locate(fields[i:i+1], value)
			found = m.values[base]
			m.values = m.values[:base]
		}
		if m.field(f, found) != no {
			continue
		}
		here := append(slices.Clip(path), f.key)
		if f.inner != nil {
			return m.explain(f.inner, found, here)
		}
		return Mismatch{Path: strings.Join(here, "."), Wanted: cut(anyOf(f.tests)), Found: describeFound(found, f.tests)}
	}
	return Mismatch{Path: strings.Join(path, "."), Wanted: cut(describe(fields)), Found: describeFound(value, nil)}
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

// describeFound says what an event has where one of the tests should have matched.
func describeFound(value []byte, tests []test) string {
	switch c := jsonscan.At(value, 0); {
	case c == 0:
		return "missing"
	case c == '{':
		return "an object"
	case c == '[' && jsonscan.At(value, jsonscan.Space(value, 1)) == ']':
		return "an empty list"
	case c == '[' || c == '"':
		return cut(string(value))
	}
	found := cut(string(value))
	numeric := func(t test) bool { _, ok := t.(*between); return ok }
	if _, ok := millionths(value); !ok && slices.ContainsFunc(tests, numeric) {
		if _, ok := parseNumber(value); ok {
			found += ", which is out of the bounds of numeric, -5e9 and 5e9"
		}
	}
	return found
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
