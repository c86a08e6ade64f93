package eventpattern

import (
	"bytes"
	"fmt"
)

// glob matches a string in which the parts follow one another, with anything between two of them.
type glob struct {
	parts  [][]byte // at least one: without asterisks it is the whole text
	source string
}

// matches takes each part between the first and the last at the first place where it is found: a later
// place leaves no more room to those that follow. So it looks at each character once.
func (t *glob) matches(v *scalar) bool {
	text, ok := v.str()
	first, last := t.parts[0], t.parts[len(t.parts)-1]
	if !ok || !bytes.HasPrefix(text, first) {
		return false
	}
	if len(t.parts) == 1 {
		return len(text) == len(first)
	}
	text = text[len(first):]
	for _, part := range t.parts[1 : len(t.parts)-1] {
		i := bytes.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return bytes.HasSuffix(text, last)
}

func (t *glob) String() string { return "text like " + quote(t.source) }

// wildcard reads a string with asterisks; \* and \\ are the characters themselves.
func (p *parser) wildcard(i int) (test, error) {
	source, err := p.str(i, "wildcard")
	if err != nil {
		return nil, err
	}
	parts, wrong := splitWildcard(source)
	if wrong != "" {
		return nil, p.fail(i, "%s", wrong)
	}
	asterisks := len(parts) - 1
	p.asterisks += asterisks
	switch {
	case asterisks > p.limits.Wildcards:
		return nil, p.fail(i, "too complex: a wildcard may have %d asterisks, this one has %d", p.limits.Wildcards, asterisks)
	case p.asterisks > p.limits.AllWildcards:
		return nil, p.fail(i, "too complex: the wildcards of a pattern may have %d asterisks together", p.limits.AllWildcards)
	}
	return &glob{parts, source}, nil
}

// splitWildcard splits a text at its asterisks, or says what is wrong with it.
func splitWildcard(source string) (parts [][]byte, wrong string) {
	part := []byte{}
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case c == '*' && len(part) == 0 && len(parts) > 0:
			return nil, "two asterisks in a row: one is enough"
		case c == '*':
			parts, part = append(parts, part), []byte{}
		case c != '\\':
			part = append(part, c)
		case i+1 == len(source) || source[i+1] != '*' && source[i+1] != '\\':
			return nil, fmt.Sprintf(`a backslash escapes * or \ alone: in %q the one at byte %d escapes neither; in JSON each of them is written twice`, source, i+1)
		default:
			i++
			part = append(part, source[i])
		}
	}
	return append(parts, part), ""
}
