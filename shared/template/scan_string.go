package template

import "strings"

// stringValue parses a string that is a value. If it consists of one placeholder, the value replaces the
// whole string, including its quotes.
func (s *scanner) stringValue() bool {
	content, ok := s.quoted()
	if ok && len(s.holes) == content.firstHole+1 {
		h := &s.holes[content.firstHole]
		if h.start == content.start && h.end == content.end {
			h.start, h.end, h.text = content.start-1, content.end+1, false
		}
	}
	return ok
}

// quoted parses a string and records the placeholders in it.
func (s *scanner) quoted() (span, bool) {
	s.pos++
	content := span{start: s.pos, firstHole: len(s.holes)}
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == '"':
			content.end = s.pos
			s.pos++
			return content, true
		case c == '\\':
			s.escape()
		case c == '{' && s.at("{{"):
			s.placeholder(true)
		case c == '\n' || c == '\r':
			return content, s.unclosed(content)
		case c < ' ':
			s.fault(s.pos, 1, "this string contains a control character: write \\u%04x", c)
			s.pos++
		default:
			s.pos++
		}
	}
	return content, s.unclosed(content)
}

func (s *scanner) unclosed(content span) bool {
	return s.stop(content.start-1, s.pos-content.start+1,
		"this string does not end on its line: a double quote is missing, or a line break that is written \\n")
}

// escape parses an escape. The scan continues after an invalid one.
func (s *scanner) escape() {
	rest := s.src[s.pos+1:]
	size := sizeOfEscape(rest)
	switch {
	case rest == "":
		s.pos++ // the string is not closed; the caller reports it
	case size > 0:
		s.pos += 1 + size
	case rest[0] == 'u':
		s.fault(s.pos, 2, `\u must be followed by four hexadecimal digits`)
		s.pos += 2
	default:
		s.fault(s.pos, 1, `JSON has no such escape: write a backslash as \\`)
		s.pos++
	}
}

func isHex(digits string) bool {
	return strings.Trim(digits, "0123456789abcdefABCDEF") == ""
}

// singleQuoted skips a string in single quotes and reports an error.
func (s *scanner) singleQuoted() (span, bool) {
	at := s.pos
	size := strings.IndexAny(s.src[at+1:], "'\n")
	if size < 0 || s.src[at+1+size] != '\'' {
		return span{}, s.stop(at, 1, "strings are written in double quotes, not in single quotes")
	}
	s.pos = at + size + 2
	s.fault(at, size+2, "strings are written in double quotes, not in single quotes")
	return span{start: at + 1, end: s.pos - 1, firstHole: len(s.holes)}, true
}
