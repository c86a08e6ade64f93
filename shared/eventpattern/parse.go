package eventpattern

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thordata/webhook-integration/shared/hint"
	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// or is the key that combines objects instead of naming a field.
const or = "$or"

// parser reads a pattern that is known to be a valid JSON object.
type parser struct {
	src    []byte
	known  []string // fields of the top level
	limits Limits

	path      []string // the fields around what is being read
	values    int
	asterisks int
	skip      jsonscan.Skipper
}

// fail returns an error about the value, or the key, at i.
func (p *parser) fail(i int, format string, args ...any) *Error {
	e := newError(p.src, i, p.skip.Value(p.src, i), fmt.Sprintf(format, args...))
	e.Path = strings.Join(p.path, ".")
	return e
}

// unknown returns an error about the name at i, which is not one of known.
func (p *parser) unknown(i int, what, name string, known []string) *Error {
	e := p.fail(i, "unknown %s %q: known are %s", what, name, strings.Join(known, ", "))
	e.Suggestion = hint.Nearest(name, known)
	return e
}

// object returns the alternatives of the object at i. Within $or, names of operators are refused as fields.
func (p *parser) object(i int, withinOr bool) ([][]field, error) {
	alternatives := [][]field{nil}
	var keys []string
	err := p.members(i, func(key string, at, value int) error {
		if slices.Contains(keys, key) {
			return p.fail(at, "%q is here twice", key)
		}
		keys = append(keys, key)
		more, err := p.member(key, at, value, withinOr)
		if err != nil {
			return err
		}
		if len(alternatives)*len(more) > p.limits.Alternatives {
			return p.fail(at, "too many alternatives: all %s together may amount to %d", or, p.limits.Alternatives)
		}
		alternatives = and(alternatives, more)
		return nil
	})
	if err == nil && len(keys) == 0 {
		return nil, p.fail(i, `empty: name a field, as in {"eventType": ["ACTOR.RUN.SUCCEEDED"]}`)
	}
	return alternatives, err
}

// member returns the alternatives of one member of an object.
func (p *parser) member(key string, at, value int, withinOr bool) ([][]field, error) {
	switch {
	case key == or:
		return p.or(value)
	case len(p.path) == 0 && !slices.Contains(p.known, key):
		return nil, p.unknown(at, "field", key, p.known)
	case withinOr && slices.Contains(names(operators), key):
		return nil, p.fail(at, `%q is an operator: it belongs into the list of a field, as in {"taskId": [{%q: ...}]}`, key, key)
	case len(p.path) == p.limits.Depth:
		return nil, p.fail(at, "too deep: at most %d fields within one another", p.limits.Depth)
	}
	p.path = append(p.path, key)
	defer func() { p.path = p.path[:len(p.path)-1] }()
	switch p.src[value] {
	case '{':
		inner, err := p.object(value, withinOr)
		if err != nil {
			return nil, err
		}
		alternatives := make([][]field, len(inner))
		for i, fields := range inner {
			alternatives[i] = []field{{key: key, inner: fields, absent: absent(fields)}}
		}
		return alternatives, nil
	case '[':
		tests, err := p.tests(value)
		return [][]field{{{key: key, tests: tests, absent: slices.Contains(tests, test(missing{}))}}}, err
	}
	if slices.Contains(names(operators), key) {
		return nil, p.fail(value, `an operator is an object in the list of its field: write [{%q: %s}]`, key, p.raw(value))
	}
	return nil, p.fail(value, "what a field may be is a list: write [%s]", p.raw(value))
}

// or returns the alternatives of the list of objects at i.
func (p *parser) or(i int) ([][]field, error) {
	if p.src[i] != '[' {
		return nil, p.fail(i, "%s needs a list of objects, as in [{...}, {...}]", or)
	}
	var alternatives [][]field
	objects := 0
	err := p.elements(i, func(at int) error {
		if p.src[at] != '{' {
			return p.fail(at, "%s needs objects in its list", or)
		}
		more, err := p.object(at, true)
		alternatives = append(alternatives, more...)
		objects++
		return err
	})
	if err == nil && objects < 2 {
		return nil, p.fail(i, "%s needs two objects at least", or)
	}
	return alternatives, err
}

// and returns the alternatives of which each matches where one of a and one of b does.
func and(a, b [][]field) [][]field {
	if len(a) == 1 && len(b) == 1 {
		return [][]field{merge(a[0], b[0])}
	}
	both := make([][]field, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			both = append(both, merge(slices.Clip(x), y))
		}
	}
	return both
}

// merge returns the fields of a and b. Both may go on inside of the same field; they are put together
// then, because in an array both must be met by the same element.
func merge(a, b []field) []field {
	for _, f := range b {
		same := func(g field) bool { return g.key == f.key && g.inner != nil && f.inner != nil }
		if i := slices.IndexFunc(a, same); i >= 0 {
			inner := merge(slices.Clip(a[i].inner), f.inner)
			a = slices.Clone(a)
			a[i] = field{key: f.key, inner: inner, absent: absent(inner)}
			continue
		}
		a = append(a, f)
	}
	return a
}

// absent says whether a value without any of the fields matches.
func absent(fields []field) bool {
	return !slices.ContainsFunc(fields, func(f field) bool { return !f.absent })
}
