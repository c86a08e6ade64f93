package eventpattern

import (
	"bytes"
	"slices"
	"sync"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// Match says whether the event is wanted. The event is a JSON object; the answer for anything else means nothing.
func (p *Pattern) Match(event []byte) bool {
	m := newMatcher()
	defer m.release()
	return m.match(p, trim(event))
}

func (m *matcher) match(p *Pattern, event []byte) bool {
	for _, fields := range p.alternatives {
		m.decoded = m.decoded[:0]
		if m.inside(fields, event) != no {
			return true
		}
	}
	return false
}

// verdict says how a value compares with what is wanted of it.
type verdict int8

const (
	no    verdict = iota
	lacks         // it matches, but only because it lacks what it should not have
	has           // it matches, and has something that is wanted
)

// matcher holds memory for comparing one event.
type matcher struct {
	values  [][]byte // of the fields in hand; nil: the object has none
	decoded []byte   // JSON that was in strings; values may point into it
	key     []byte   // the key in hand, if it had to be decoded
	scalar  scalar
	skip    jsonscan.Skipper
}

var matchers = sync.Pool{New: func() any { return new(matcher) }}

func newMatcher() *matcher { return matchers.Get().(*matcher) }

// release gives the matcher's memory back, unless one event made it big.
func (m *matcher) release() {
	const keep = 64 << 10
	clear(m.values[:cap(m.values)])
	m.scalar.set(nil)
	if cap(m.decoded) > keep || cap(m.key) > keep || cap(m.values) > keep/8 || cap(m.scalar.buffer) > keep {
		return
	}
	m.values = m.values[:0]
	matchers.Put(m)
}

func trim(event []byte) []byte { return event[jsonscan.Space(event, 0):] }

// inside compares what is inside of a value, which begins without white space.
func (m *matcher) inside(fields []field, value []byte) verdict {
	switch jsonscan.At(value, 0) {
	case '{':
		return m.object(fields, value)
	case '[':
		return m.array(fields, value)
	case '"':
		if embedded := m.embedded(value); embedded != nil {
			return m.inside(fields, embedded)
		}
	}
	if absent(fields) {
		return lacks
	}
	return no
}

// object compares the fields of an object.
func (m *matcher) object(fields []field, object []byte) verdict {
	base := m.locate(fields, object)
	defer func() { m.values = m.values[:base] }()
	result := lacks
	for i := range fields {
		switch m.field(&fields[i], m.values[base+i]) {
		case no:
			return no
		case has:
			result = has
		}
	}
	return result
}

// field compares one field; value is nil if the event does not have it.
func (m *matcher) field(f *field, value []byte) verdict {
	switch {
	case value == nil && f.absent:
		return lacks
	case value == nil:
		return no
	case f.inner != nil:
		return m.inside(f.inner, value)
	}
	return m.anyScalar(f, value)
}

// anyScalar compares a value, or each element of an array, with the tests of a field.
func (m *matcher) anyScalar(f *field, value []byte) verdict {
	empty := true
	for all := (elements{b: value}); ; {
		m.scalar.set(all.next(&m.skip))
		switch jsonscan.At(m.scalar.raw, 0) {
		case '{':
			continue
		case 0:
			if empty && f.absent {
				return lacks
			}
			return no
		}
		empty = false
		for _, t := range f.tests {
			if t.matches(&m.scalar) {
				return has
			}
		}
	}
}

// array compares the objects of an array: one and the same must match all fields. If all fields may be absent,
// every object must lack all of them: that one lacks a field that another has is not enough, as the event has it then.
func (m *matcher) array(fields []field, array []byte) verdict {
	result := no
	if absent(fields) {
		result = lacks
	}
	for all := (elements{b: array}); ; {
		element := all.next(&m.skip)
		switch jsonscan.At(element, 0) {
		case 0:
			return result
		case '{', '"':
			switch m.inside(fields, element) {
			case has:
				return has
			case no:
				result = no
			}
		}
	}
}

// embedded returns the JSON object or array that a string holds, or nil.
func (m *matcher) embedded(str []byte) []byte {
	if len(str) < 2 {
		return nil
	}
	start := len(m.decoded)
	var ok bool
	if m.decoded, ok = jsonscan.AppendEmbedded(m.decoded, str[1:len(str)-1]); !ok {
		return nil
	}
	return trim(m.decoded[start:])
}

// locate appends the value of each field to m.values, and returns the index of the first. If the object has
// a key twice, the last one counts.
func (m *matcher) locate(fields []field, object []byte) (base int) {
	base = len(m.values)
	m.values = slices.Grow(m.values, len(fields))[:base+len(fields)]
	found := m.values[base:]
	clear(found)
	for i := jsonscan.Space(object, 1); jsonscan.At(object, i) == '"'; {
		end := m.skip.Value(object, i)
		if end < i+2 || end > len(object) {
			return base
		}
		key := m.decodeKey(object[i+1 : end-1])
		if i = jsonscan.Space(object, end); jsonscan.At(object, i) != ':' {
			return base
		}
		i = jsonscan.Space(object, i+1)
		if end = m.skip.Value(object, i); end <= i || end > len(object) {
			return base
		}
		for k := range fields {
			if string(key) == fields[k].key {
				found[k] = object[i:end]
			}
		}
		if i = jsonscan.Space(object, end); jsonscan.At(object, i) != ',' {
			return base
		}
		i = jsonscan.Space(object, i+1)
	}
	return base
}

// decodeKey returns what a key spells. It is good until the next call.
func (m *matcher) decodeKey(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	m.key = jsonscan.AppendUnescaped(m.key[:0], raw)
	return m.key
}

// elements walks through the elements of an array, and through those of arrays within it, or returns
// anything else itself. It does not recurse, so that nesting costs nothing.
type elements struct {
	b []byte
	i int
}

// next returns the next element that is not an array, or nil.
func (e *elements) next(skip *jsonscan.Skipper) []byte {
	for {
		e.i = jsonscan.Space(e.b, e.i)
		switch jsonscan.At(e.b, e.i) {
		case '[', ']', ',':
			e.i++
			continue
		}
		start, end := e.i, skip.Value(e.b, e.i)
		if end <= start || end > len(e.b) {
			return nil
		}
		e.i = end
		return e.b[start:end]
	}
}
