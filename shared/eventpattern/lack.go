package eventpattern

import "github.com/thordata/webhook-integration/shared/jsonscan"

// lack says whether nothing in an array has any of the fields, all of which may be absent. That one object of
// several lacks a field is not enough: the event has it then.
func (m *matcher) lack(fields []field, array []byte) bool {
	base := len(m.values)
	m.values = append(m.values, array)
	defer func() { m.values = m.values[:base] }()
	return m.allLack(fields, base)
}

// allLack says it of all m.values from base on together.
func (m *matcher) allLack(fields []field, base int) bool {
	end := len(m.values)
	for i := range fields {
		for k := base; k < end; k++ {
			m.gather(fields[i:i+1], m.values[k])
		}
		if f := &fields[i]; f.inner != nil {
			if !m.allLack(f.inner, end) {
				return false
			}
		} else if m.hasScalar(end) {
			return false
		}
		m.values = m.values[:end]
	}
	return true
}

// gather appends to m.values what the objects in value have as the one field.
func (m *matcher) gather(field []field, value []byte) {
	for all := (elements{b: value}); ; {
		switch element := all.next(&m.skip); jsonscan.At(element, 0) {
		case 0:
			return
		case '{':
			if base := m.locate(field, element); m.values[base] == nil {
				m.values = m.values[:base]
			}
		case '"':
			if embedded := m.embedded(element); embedded != nil {
				m.gather(field, embedded)
			}
		}
	}
}

// hasScalar says whether one of m.values from base on has a value.
func (m *matcher) hasScalar(base int) bool {
	for _, value := range m.values[base:] {
		for all := (elements{b: value}); ; {
			c := jsonscan.At(all.next(&m.skip), 0)
			if c == 0 {
				break
			}
			if c != '{' {
				return true
			}
		}
	}
	return false
}
