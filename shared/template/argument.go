package template

import (
	"fmt"
	"strings"
)

// argument is a filter's argument, the text after its colon.
type argument struct {
	text   string // the decoded value
	quoted bool
	size   int // bytes in the source
}

// parseArgument parses the text after a filter's name. It returns an error message, or "".
func parseArgument(f Filter, rest string) (a argument, wrong string) {
	rest = strings.TrimLeft(rest, blanks)
	if f.Argument == "" {
		if rest != "" {
			return a, fmt.Sprintf("the filter %s takes no argument: write %s", f.Name, f.Example)
		}
		return a, ""
	}
	rest, colon := strings.CutPrefix(rest, ":")
	rest = strings.TrimLeft(rest, blanks)
	a, quoted := quotedArgument(rest)
	switch {
	case !colon, rest == "", quoted && a.size < len(rest):
		return a, f.needs(f.Argument)
	case !quoted:
		return argument{text: rest}, "" // the filter rejects anything but a single word
	case a.text == wrongEscape:
		return a, `the argument holds an escape that JSON does not have: write a backslash as \\`
	}
	return a, ""
}

// needs says what a filter's argument must be.
func (f Filter) needs(what string) string {
	return fmt.Sprintf("the filter %s needs %s: write %s", f.Name, what, f.Example)
}

// wrongEscape marks an argument with an invalid escape. It is not UTF-8, so no valid argument equals it.
const wrongEscape = "\xff"

// quotedArgument reads the quoted argument at the start of src: "none"; or 'none'; or, as JSON wants it
// within a string, \"none\". In each the escapes are JSON's; in the last they are escaped once more. It
// returns false if there is none, or it has no end before the end of its line or string.
func quotedArgument(src string) (argument, bool) {
	quote := ""
	for _, q := range []string{`"`, `'`, `\"`} {
		if strings.HasPrefix(src, q) {
			quote = q
		}
	}
	if quote == "" {
		return argument{}, false
	}
	for i := len(quote); i < len(src); {
		rest := src[i:]
		switch {
		case strings.HasPrefix(rest, quote):
			text := decodeArgument(src[len(quote):i], quote == `\"`)
			return argument{text: text, quoted: true, size: i + len(quote)}, true
		case rest[0] == '\n', rest[0] == '\r', rest[0] == '"':
			return argument{}, false
		case rest[0] == '\\':
			i += escapedSize(rest, quote)
		default:
			i++
		}
	}
	return argument{}, false
}

// escapedSize is how many bytes an escape within quotes takes. One within escaped quotes is written \\n,
// or \\\" where what it escapes must be escaped itself.
func escapedSize(rest, quote string) int {
	size := 2
	if quote == `\"` && strings.HasPrefix(rest, `\\\`) {
		size = 4
	}
	return min(size, len(rest))
}

// decodeArgument decodes the content of a quoted argument.
func decodeArgument(content string, twice bool) string {
	if hasWrongEscape(content) {
		return wrongEscape
	}
	text := unescape(content)
	if !twice {
		return text
	}
	return decodeArgument(text, false)
}

// hasWrongEscape reports whether the content of a string contains an escape that JSON does not have.
func hasWrongEscape(content string) bool {
	for {
		i := strings.IndexByte(content, '\\')
		if i < 0 {
			return false
		}
		size := sizeOfEscape(content[i+1:])
		if size == 0 {
			return true
		}
		content = content[i+1+size:]
	}
}

// sizeOfEscape returns the number of bytes after a backslash that form an escape, or 0 if JSON has no
// such escape.
func sizeOfEscape(rest string) int {
	switch {
	case rest == "":
		return 0
	case strings.IndexByte(`"\/bfnrt`, rest[0]) >= 0:
		return 1
	case rest[0] == 'u' && len(rest) >= 5 && isHex(rest[1:5]):
		return 5
	}
	return 0
}
