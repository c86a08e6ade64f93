package template

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// Mask is what is shown instead of a secret value. It does not tell the value's length.
const Mask = "********"

// DefaultSecretPaths is the setting of the product page's event.
const DefaultSecretPaths = "resource.apiKey"

// Secrets are paths of an event whose values are sent to receivers, but never shown. The zero value
// has none. It is immutable and safe for concurrent use.
type Secrets struct{ paths [][]string }

// ParseSecrets parses a setting: paths or short names as in placeholders, separated by commas. The empty
// string means [DefaultSecretPaths].
func ParseSecrets(setting string) (Secrets, error) {
	if strings.TrimSpace(setting) == "" {
		setting = DefaultSecretPaths
	}
	var s Secrets
	var errs []error
	for text := range strings.SplitSeq(setting, ",") {
		path, err := parseSecret(strings.TrimSpace(text))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		s.paths = append(s.paths, path)
	}
	return s, errors.Join(errs...)
}

func parseSecret(text string) ([]string, error) {
	if text == "" {
		return nil, errors.New("a path is empty: separate paths with single commas, as in resource.apiKey,userName")
	}
	path, fault := parsePath(text)
	switch {
	case fault != nil && fault.Suggestion != "":
		return nil, fmt.Errorf("%s: did you mean %s?", fault.Message, fault.Suggestion)
	case fault != nil:
		return nil, errors.New(fault.Message)
	case path[0] == globals:
		return nil, fmt.Errorf("%q is not a path of an event", text)
	}
	return path, nil
}

// Paths returns the full paths, in the setting's order.
func (s Secrets) Paths() []string {
	paths := make([]string, len(s.paths))
	for i, p := range s.paths {
		paths[i] = strings.Join(p, ".")
	}
	return paths
}

// In returns the secret paths at which an event has values.
func (s Secrets) In(event []byte) []string {
	var in []string
	for i, path := range s.Paths() {
		if one := (Secrets{s.paths[i : i+1]}); len(one.spans(event)) > 0 {
			in = append(in, path)
		}
	}
	return in
}

// Near reports whether the value at a path may be, have, or be part of a secret. The path may lack the
// indexes of lists, as those of event patterns do.
func (s Secrets) Near(path string) bool {
	named := func(path []string) []string {
		return slices.DeleteFunc(slices.Clone(path), func(name string) bool {
			_, err := strconv.Atoi(name)
			return err == nil
		})
	}
	asked := named(strings.Split(path, "."))
	return slices.ContainsFunc(s.paths, func(p []string) bool {
		p = named(p)
		n := min(len(p), len(asked))
		return slices.Equal(p[:n], asked[:n])
	})
}

// MaskEvent returns an event, a valid JSON object, in which every value at a secret path is replaced by
// [Mask] as a string. Null and the empty string stay. Everything else is unchanged, byte for byte.
func (s Secrets) MaskEvent(event []byte) []byte {
	spans := s.spans(event)
	if len(spans) == 0 {
		return event
	}
	var masked []byte
	at := 0
	for _, f := range spans {
		masked = append(append(masked, event[at:f.from]...), f.quote+Mask+f.quote...)
		at = f.to
	}
	return append(masked, event[at:]...)
}

// Values returns the texts of the secret values of an event: decoded strings, and other values as they are
// written.
func (s Secrets) Values(event []byte) []string {
	var values []string
	for _, f := range s.spans(event) {
		text := event[f.from:f.to]
		for range f.depth {
			text = jsonscan.AppendUnescaped(nil, text)
		}
		values = append(values, string(text))
	}
	return values
}

func (s Secrets) spans(event []byte) []found {
	start := jsonscan.Space(event, 0)
	if jsonscan.At(event, start) != '{' {
		return nil
	}
	f := finder{}
	f.value(event, start, s.paths)
	return f.found
}

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
	at, raw := 0, from // the same place in decoded and in b
	place := func(target int) int {
		for at < target {
			r, size := rune(b[raw]), 1
			switch {
			case r == '\\':
				r, size = jsonscan.DecodeEscape(b[raw:to])
			case r >= utf8.RuneSelf:
				r, size = utf8.DecodeRune(b[raw:to])
			}
			at, raw = at+utf8.RuneLen(r), raw+size
		}
		return raw
	}
	for _, s := range inner.found {
		quote := string(appendEscaped(nil, []byte(s.quote)))
		f.found = append(f.found, found{from: place(s.from), to: place(s.to), quote: quote, depth: s.depth + 1})
	}
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
