package template

import (
	"fmt"
	"strings"

	"github.com/thordata/webhook-integration/shared/hint"
)

// bare parses a placeholder outside of a string.
func (s *scanner) bare() bool {
	at := s.pos
	s.placeholder(false)
	return s.pos > at+len("{{")
}

// placeholder parses a placeholder. If its end is missing, it skips only the braces.
func (s *scanner) placeholder(text bool) {
	at := s.pos
	s.pos += len("{{")
	pieces, open := s.pieces()
	switch {
	case open >= 0:
		s.fault(open, 1, "the argument that begins here is never closed: its second quote is missing")
		return
	case pieces == nil:
		s.fault(at, len("{{"), `this "{{" is never closed: "}}" is missing`)
		return
	}
	s.pos = pieces[len(pieces)-1].end + len("}}")
	if len(s.holes) == maxHoles {
		s.fault(at, s.pos-at, "a template has at most %d placeholders", maxHoles)
		return
	}
	path, fault := parsePath(strings.Trim(s.src[pieces[0].start:pieces[0].end], blanks))
	if fault != nil {
		fault.Offset, fault.Length = at, s.pos-at
		s.add(*fault)
	}
	s.holes = append(s.holes, hole{start: at, end: s.pos, path: path, filters: s.chain(pieces[1:]), text: text})
}

// blanks are allowed around each part of a placeholder.
const blanks = " \t"

// piece is the path of a placeholder, or one of its filters.
type piece struct{ start, end int }

// pieces finds the end of the placeholder whose content begins at pos, and splits the content at its
// bars. Bars and braces in quoted arguments do not count. It returns nil if the placeholder does not
// end on its line or in its string; then open is the start of an unclosed argument, or -1.
func (s *scanner) pieces() (found []piece, open int) {
	start := s.pos
	for i := start; i < len(s.src); {
		rest := s.src[i:]
		switch {
		case strings.HasPrefix(rest, "}}"):
			return append(found, piece{start, i}), -1
		case rest[0] == '|':
			found = append(found, piece{start, i})
			start = i + 1
			i++
		case len(found) > 0 && opensArgument(s.src[start-1:i], rest):
			a, ok := quotedArgument(rest)
			if !ok {
				return nil, i
			}
			i += a.size
		case rest[0] == '"', rest[0] == '\n', rest[0] == '\r':
			return nil, -1
		default:
			i++
		}
	}
	return nil, -1
}

// opensArgument reports whether a quote at the start of rest opens an argument. Directly after a
// name it does not: there it ends a string in which the closing braces are missing.
func opensArgument(before, rest string) bool {
	quote := strings.HasPrefix(rest, `\"`) || rest[0] == '"' || rest[0] == '\''
	return quote && strings.IndexByte(blanks+"|:,(", before[len(before)-1]) >= 0
}

// maxFilters is the maximum number of filters in a placeholder.
const maxFilters = 5

// chain compiles filters. It returns nil if there are none, and records errors.
func (s *scanner) chain(pieces []piece) *chain {
	if len(pieces) == 0 {
		return nil
	}
	c := &chain{}
	for i, p := range pieces {
		if i == maxFilters {
			s.fault(p.start-1, 1, "a placeholder has at most %d filters", maxFilters)
			break
		}
		f := s.filter(p)
		c.filters = append(c.filters, f)
		if c.most == 0 {
			c.most = f.limit
		}
	}
	return c
}

// filter compiles one filter.
func (s *scanner) filter(p piece) filter {
	inside := s.src[p.start:p.end]
	text := strings.Trim(inside, blanks)
	at := p.start + len(inside) - len(strings.TrimLeft(inside, blanks))
	names := filterNames()
	if text == "" {
		s.fault(p.start-1, 1, `a filter is missing after this "|": one of %s`, strings.Join(names, ", "))
		return filter{}
	}
	name := text
	if end := strings.IndexAny(text, blanks+"\"':,(\\"); end > 0 {
		name = text[:end]
	}
	known, ok := lookupFilter(name)
	if !ok {
		s.add(Fault{Offset: at, Length: len(name), Suggestion: hint.Nearest(name, names),
			Message: fmt.Sprintf("unknown filter %q: there are %s", name, strings.Join(names, ", "))})
		return filter{}
	}
	var f filter
	a, wrong := parseArgument(known, text[len(name):])
	if wrong == "" {
		var wants string
		if f, wants = makers[name](a); wants != "" {
			wrong = known.needs(wants)
		}
	}
	if wrong != "" {
		s.fault(at, len(text), "%s", wrong)
	}
	return f
}
