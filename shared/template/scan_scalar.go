package template

import (
	"regexp"
	"strings"
)

// delimiters end a word outside of quotes.
const delimiters = " \t\r\n,:[]{}"

// word reads up to the next delimiter.
func (s *scanner) word() string {
	size := strings.IndexAny(s.src[s.pos:], delimiters)
	if size < 0 {
		size = len(s.src) - s.pos
	}
	s.pos += size
	return s.src[s.pos-size : s.pos]
}

var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// scalar parses a number, true, false or null, and suggests corrections for other words.
func (s *scanner) scalar() bool {
	at := s.pos
	if s.peek() == '\'' {
		_, ok := s.singleQuoted()
		return ok
	}
	if s.comment() {
		return false
	}
	word := s.word()
	switch {
	case word == "":
		return s.missingValue()
	case word == "true", word == "false", word == "null", number.MatchString(word):
	case strings.HasPrefix(word, "“"), strings.HasPrefix(word, "”"), strings.HasPrefix(word, "„"):
		s.fault(at, len(word), `strings are written in plain double quotes ("), not in typographic ones`)
	case strings.IndexByte("+-.0123456789", word[0]) >= 0:
		s.fault(at, len(word), "%q is not a JSON number", word)
	default:
		s.add(Fault{Offset: at, Length: len(word), Suggestion: literals[strings.ToLower(word)],
			Message: "text must be in double quotes: write \"" + strings.Trim(word, `"`) + "\""})
	}
	return true
}

// comment reports a comment as an error.
func (s *scanner) comment() bool {
	if !s.at("//") && !s.at("/*") && !s.at("#") {
		return false
	}
	s.fault(s.pos, 1, "JSON has no comments: remove this one")
	return true
}

// literals maps other languages' words to true, false and null.
var literals = map[string]string{
	"true": "true", "false": "false", "yes": "true", "no": "false",
	"null": "null", "none": "null", "nil": "null", "undefined": "null", "nan": "null",
}

// missingValue reports a missing value. The scan can continue after it.
func (s *scanner) missingValue() bool {
	switch s.peek() {
	case ',', '}', ']':
		s.fault(s.pos, 1, "a value is missing before %q", s.peek())
		return true
	}
	return s.stop(s.pos, 1, "a value is expected here, not %q", s.peek())
}
