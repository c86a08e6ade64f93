package template

import (
	"slices"
	"strings"
)

// Filter is what a placeholder can do to its value: {{apiErrorMsg | default: "none"}}.
type Filter struct {
	Name        string `json:"name"`
	Argument    string `json:"argument,omitempty"` // what follows the colon; "" where there is none
	Description string `json:"description"`        // for people
	Example     string `json:"example"`            // a placeholder
}

// Filters lists every filter. The caller may change the slice.
func Filters() []Filter { return slices.Clone(filterTable) }

// filterTable is the one list of filters. They are applied from left to right.
var filterTable = []Filter{
	{"text", "", "Always a string: the text of a number, of true or false, or of an object as compact JSON; empty for null and for what is missing.", "{{apiCode | text}}"},
	{"default", "a text in quotes, a number, true or false", "Stands in for a value that is missing, null or an empty text.", `{{apiErrorMsg | default: "none"}}`},
	{"limit", "a number of characters", "Cuts a text after so many characters.", "{{detail | limit: 1500}}"},
	{"slack", "", "Escapes &, < and > as Slack's markup wants it, so that a text calls nobody and makes no link.", "{{detail | slack}}"},
	{"json", "", "Compact JSON as a text.", "{{resource | json}}"},
}

// filter is a compiled use of a Filter.
type filter struct {
	apply func(value []byte, f filter) []byte
	raw   []byte // of default: the JSON that stands in
	limit int    // of limit, in characters
}

// filtering are the functions of filterTable. Each takes and returns a JSON value, or nil for one
// that is missing, and gives valid UTF-8 without half surrogate pairs.
var filtering = map[string]func(value []byte, f filter) []byte{
	"text":    func(value []byte, _ filter) []byte { return quote(textOf(value)) },
	"default": applyDefault,
	"limit":   func(value []byte, f filter) []byte { return quote(firstRunes(textOf(value), f.limit)) },
	"slack":   func(value []byte, _ filter) []byte { return quote(slackEscaper.Replace(textOf(value))) },
	"json":    func(value []byte, _ filter) []byte { return quote(string(compacted(value))) },
}

// slackEscaper escapes the three characters that are markup in Slack's texts.
// See https://api.slack.com/reference/surfaces/formatting#escaping.
var slackEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func applyDefault(value []byte, f filter) []byte {
	if s := string(value); s == "" || s == "null" || s == `""` {
		return f.raw
	}
	return value
}

// textOf is the text that a value becomes within a string, as UTF-8.
func textOf(value []byte) string {
	w := writer{limit: maxInt, dirty: true}
	w.plain(value)
	return string(w.dst)
}

const maxInt = int(^uint(0) >> 1)

// compacted is a value as JSON without blanks, and null for one that is missing.
func compacted(value []byte) []byte {
	w := writer{limit: maxInt, dirty: true}
	switch {
	case value == nil:
		w.literal("null")
	case value[0] == '{' || value[0] == '[':
		w.compact(value, false)
	default:
		w.verbatim(value)
	}
	return w.dst
}

// quote returns a text as a JSON string.
func quote(text string) []byte {
	quoted := make([]byte, 0, len(text)+2)
	quoted = append(quoted, '"')
	for i := range len(text) {
		quoted = appendQuoted(quoted, text[i])
	}
	return append(quoted, '"')
}

// appendQuoted appends one byte of a valid text as the inside of a JSON string has it.
func appendQuoted(dst []byte, c byte) []byte {
	switch {
	case c == '"', c == '\\':
		return append(dst, '\\', c)
	case c == '\n':
		return append(dst, '\\', 'n')
	case c == '\t':
		return append(dst, '\\', 't')
	case c == '\r':
		return append(dst, '\\', 'r')
	case c < ' ':
		const digits = "0123456789abcdef"
		return append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
	}
	return append(dst, c)
}

// firstRunes returns the first n characters of a text.
func firstRunes(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// chains are the filters of a template's placeholders. They stand apart from the parts, most of which
// have none, and whose size is what rendering reads.
type chains [][]filter

// add returns the number of a chain, 0 for none.
func (c *chains) add(filters []filter) uint16 {
	if len(filters) == 0 {
		return 0
	}
	*c = append(*c, filters)
	return uint16(len(*c))
}

// maxFiltered bounds what a filter may hand to the next one, in bytes: each json can double a text.
const maxFiltered = 4 << 20

// filtered returns what the filters make of a value. One that grows too large fills the writer.
func (w *writer) filtered(value []byte, filters []filter) []byte {
	for _, f := range filters {
		if w.full {
			return nil
		}
		value = f.apply(value, f)
		w.full = len(value) > maxFiltered
	}
	return value
}
