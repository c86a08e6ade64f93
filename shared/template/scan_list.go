package template

import "strings"

// object parses an object, and calls member for each value with its key.
func (s *scanner) object(member func(key span) bool) bool {
	seen := make(map[string]bool, 8)
	return s.list('}', func() bool {
		key, ok := s.key()
		if !ok {
			return false
		}
		name := unescape(s.src[key.start:key.end])
		if seen[name] {
			s.fault(key.start, key.end-key.start, "the key %q is in this object twice: remove one", name)
		}
		seen[name] = true
		return s.colon() && member(key)
	})
}

// list parses the comma-separated elements between two brackets.
func (s *scanner) list(closing rune, element func() bool) bool {
	open := s.pos
	s.pos++
	s.depth++
	defer func() { s.depth-- }()
	if s.depth > maxDepth {
		return s.stop(open, 1, "the template nests deeper than %d levels", maxDepth)
	}
	for comma := open; ; {
		s.space()
		switch c := s.peek(); {
		case c == eof:
			return s.stop(open, 1, "this %q is never closed: a %q is missing", s.src[open], closing)
		case c == closing:
			if comma > open {
				s.fault(comma, 1, "there is a comma before the closing %q: remove it", closing)
			}
			s.pos++
			return true
		case c == '}' || c == ']':
			return s.stop(s.pos, 1, "%q cannot close what %q opened", c, s.src[open])
		case c == ',':
			s.fault(s.pos, 1, "there is nothing before this comma: remove it")
			comma = open
			s.pos++
			continue
		}
		if comma < 0 && !s.missingComma() || !element() {
			return false
		}
		comma = s.comma()
	}
}

// comma skips a comma and returns its position, or -1 if there is none.
func (s *scanner) comma() int {
	s.space()
	if s.peek() != ',' {
		return -1
	}
	s.pos++
	return s.pos - 1
}

// missingComma reports a missing comma between two values. Values without a space between them were
// probably meant to be one value.
func (s *scanner) missingComma() bool {
	if s.at("{{") || strings.HasSuffix(s.src[:s.pos], "}}") {
		return s.stop(s.pos, 1, "two values are next to each other: put a comma between them, or one pair of quotes around both")
	}
	s.fault(s.pos, 1, "a comma is missing before this")
	return true
}

// key parses a key. An error in its quotes does not stop the scan.
func (s *scanner) key() (span, bool) {
	at, holes := s.pos, len(s.holes)
	switch {
	case s.peek() == '"':
		key, ok := s.quoted()
		if len(s.holes) > holes {
			s.holes = s.holes[:holes]
			s.fault(at, s.pos-at, "a key cannot hold placeholders: write it out")
		}
		return key, ok
	case s.at("{{"):
		s.placeholder(false)
		s.holes = s.holes[:holes]
		s.fault(at, s.pos-at, "a key cannot be a placeholder: write it out")
		return span{start: at, end: s.pos}, s.pos > at
	case s.peek() == '\'':
		return s.singleQuoted()
	case s.comment():
		return span{}, false
	}
	word := s.word()
	if word == "" {
		return span{}, s.stop(at, 1, "a key in double quotes is expected here")
	}
	s.fault(at, len(word), "a key must be in double quotes: write \"%s\"", strings.Trim(word, `"“”`))
	return span{start: at, end: s.pos}, true
}

// colon parses the colon after a key, and reports a missing value.
func (s *scanner) colon() bool {
	s.space()
	if s.peek() != ':' {
		return s.stop(s.pos, min(1, len(s.src)-s.pos), "a colon and a value should follow the key")
	}
	s.pos++
	return true
}
