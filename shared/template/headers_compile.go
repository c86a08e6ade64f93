package template

import (
	"fmt"
	"slices"
	"strings"
)

// headersCompiler is a scanner that accepts only an object of strings.
type headersCompiler struct {
	scanner
	found []foundHeader
	seen  map[string]bool // names in lower case
}

type foundHeader struct {
	name  string
	key   span
	value span
	holes []hole
}

func (c *headersCompiler) root() bool {
	c.space()
	if c.peek() != '{' || c.at("{{") {
		return c.stop(c.pos, 1, `a headers template is a JSON object, like {"X-Task": "{{taskId}}"}`)
	}
	return c.object(c.header)
}

// header parses the value after a header's name.
func (c *headersCompiler) header(key span) bool {
	name := unescape(c.src[key.start:key.end])
	c.checkName(name, key)
	c.space()
	at := c.pos
	if c.peek() != '"' {
		before := len(c.faults)
		ok := c.value()
		if len(c.faults) == before {
			c.fault(at, c.pos-at, "a header's value is a string: put it in double quotes")
		}
		return ok
	}
	value, ok := c.quoted()
	if ok {
		f := foundHeader{name, key, value, c.holes[value.firstHole:len(c.holes):len(c.holes)]}
		c.checkLiterals(f)
		c.found = append(c.found, f)
	}
	return ok
}

func (c *headersCompiler) checkName(name string, key span) {
	switch lower := strings.ToLower(name); {
	case strings.Contains(c.src[key.start:key.end], "{{"): // already reported
	case !isToken(name):
		c.fault(key.start, key.end-key.start,
			"%q cannot be the name of a header: use letters, digits and hyphens", name)
	case c.seen[lower]:
		c.fault(key.start, key.end-key.start,
			"the header %q is set twice; names ignore case: remove one", name)
	default:
		c.seen[lower] = true
	}
}

// checkLiterals reports literal text that is not valid in a header, also in filter arguments.
func (c *headersCompiler) checkLiterals(f foundHeader) {
	literals := slices.Collect(c.literals(f))
	for _, h := range f.holes {
		literals = append(literals, h.filters.literals()...)
	}
	for _, literal := range literals {
		if reason := unfit(literal); reason != "" {
			c.add(Fault{Offset: f.value.start, Length: f.value.end - f.value.start,
				Message: fmt.Sprintf("the value holds %s, which a header cannot carry: remove it", reason)})
			return
		}
	}
}

// literals yields the text before, between and after the holes.
func (c *headersCompiler) literals(f foundHeader) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		at := f.value.start
		for _, h := range f.holes {
			if !yield(unescape(c.src[at:h.start])) {
				return
			}
			at = h.end
		}
		yield(unescape(c.src[at:f.value.end]))
	}
}

// parts pairs each literal with the node of the hole that follows it.
func (c *headersCompiler) parts(f foundHeader, nodes []int32, chains *chains) []part {
	parts := make([]part, 0, len(f.holes)+1)
	for literal := range c.literals(f) {
		p := part{literal: literal, text: true}
		if i := len(parts); i < len(f.holes) {
			p.node, p.filters = nodes[f.value.firstHole+i], chains.add(f.holes[i].filters)
		}
		parts = append(parts, p)
	}
	return parts
}
