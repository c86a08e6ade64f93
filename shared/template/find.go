package template

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// found is a secret value in JSON: the content of a string, or another value as a whole.
type found struct {
	from, to int
	quote    string // the quote that a string needs in place of another value; "" within a string
	depth    int    // the number of strings around
}

// finder finds the secret values in JSON, in their order. Of equal keys it finds the values of all.
type finder struct {
	found []found
	skip  jsonscan.Skipper
}

// value looks at the value at i, of which paths lead to secrets. It returns the index after the value, or
// a negative number.
func (f *finder) value(b []byte, i int, paths [][]string) int {
	end := f.skip.Value(b, i)
	if len(paths) == 0 || end < 0 {
		return end
	}
	if slices.ContainsFunc(paths, func(p []string) bool { return len(p) == 0 }) {
		f.secret(b, i, end)
		return end
	}
	switch jsonscan.At(b, i) {
	case '{':
		f.object(b, i+1, paths)
	case '[':
		f.array(b, i+1, paths)
	case '"':
		f.embedded(b, i+1, end-1, paths)
	}
	return end
}

// secret adds the value from i to end, unless it is null or an empty string.
func (f *finder) secret(b []byte, i, end int) {
	switch c := b[i]; {
	case c == 'n', string(b[i:end]) == `""`:
	case c == '"':
		f.found = append(f.found, found{from: i + 1, to: end - 1, depth: 1})
	default:
		f.found = append(f.found, found{from: i, to: end, quote: `"`})
	}
}

func (f *finder) object(b []byte, i int, paths [][]string) {
	for i = jsonscan.Space(b, i); jsonscan.At(b, i) == '"'; i = jsonscan.Space(b, i+1) {
		end := f.skip.String(b, i+1)
		if end < 0 {
			return
		}
		key := string(jsonscan.AppendUnescaped(nil, b[i+1:end]))
		i = jsonscan.Space(b, jsonscan.Space(b, end+1)+1) // after the colon
		if i = f.value(b, i, below(paths, key)); i < 0 {
			return
		}
		if i = jsonscan.Space(b, i); jsonscan.At(b, i) != ',' {
			return
		}
	}
}

func (f *finder) array(b []byte, i int, paths [][]string) {
	for index := 0; jsonscan.At(b, jsonscan.Space(b, i)) != ']'; index++ {
		i = f.value(b, jsonscan.Space(b, i), below(paths, strconv.Itoa(index)))
		if i < 0 {
			return
		}
		if i = jsonscan.Space(b, i); jsonscan.At(b, i) != ',' {
			return
		}
		i++
	}
}

// embedded looks into the JSON in a string, whose content is b[from:to]. What begins like JSON and is not
// valid may hold a secret anywhere, so all of it is one.
func (f *finder) embedded(b []byte, from, to int, paths [][]string) {
	content := b[from:to]
	decoded, ok := jsonscan.AppendEmbedded(nil, content)
	if !ok {
		text := bytes.TrimSpace(jsonscan.AppendUnescaped(nil, content))
		if c := jsonscan.At(text, 0); c == '{' || c == '[' {
			f.found = append(f.found, found{from: from, to: to, depth: 1})
		}
		return
	}
	inner := finder{}
	inner.value(decoded, jsonscan.Space(decoded, 0), paths)
	place := placer{content: b[from:to]}
	for _, s := range inner.found {
		quote := string(appendEscaped(nil, []byte(s.quote)))
		f.found = append(f.found, found{from: from + place.of(s.from), to: from + place.of(s.to), quote: quote, depth: s.depth + 1})
	}
}

// placer finds places of a decoded string in its content as it is written. It is asked in ascending order.
type placer struct {
	content     []byte
	decoded, at int // the same place in both
}

func (p *placer) of(decoded int) int {
	for p.decoded < decoded {
		r, size := rune(p.content[p.at]), 1
		switch {
		case r == '\\':
			r, size = jsonscan.DecodeEscape(p.content[p.at:])
		case r >= utf8.RuneSelf:
			r, size = utf8.DecodeRune(p.content[p.at:])
		}
		p.decoded, p.at = p.decoded+utf8.RuneLen(r), p.at+size
	}
	return p.at
}

// below returns what is left of the paths that begin with name.
func below(paths [][]string, name string) [][]string {
	var rest [][]string
	for _, p := range paths {
		if p[0] == name {
			rest = append(rest, p[1:])
		}
	}
	return rest
}
