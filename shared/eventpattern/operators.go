package eventpattern

import (
	"slices"
	"strings"
)

// operator is one that may be in the list of a field.
type operator struct {
	name  string
	parse func(p *parser, i int) (test, error) // i is where the operator's argument begins
}

var operators = []operator{
	{"prefix", (*parser).prefix},
	{"suffix", (*parser).suffix},
	{"equals-ignore-case", (*parser).equalsIgnoreCase},
	{"wildcard", (*parser).wildcard},
	{"anything-but", (*parser).anythingBut},
	{"numeric", (*parser).numeric},
	{"exists", (*parser).exists},
	{"cidr", (*parser).cidr},
}

func names(ops []operator) []string {
	all := make([]string, len(ops))
	for i, op := range ops {
		all[i] = op.name
	}
	return all
}

// tests returns what the list at i allows a field to be.
func (p *parser) tests(i int) ([]test, error) {
	var tests []test
	err := p.elements(i, func(at int) error {
		t, err := p.test(at)
		tests = append(tests, t)
		return err
	})
	if err == nil && len(tests) == 0 {
		return nil, p.fail(i, `an empty list allows nothing: name a value, or write [{"exists": true}]`)
	}
	return tests, err
}

func (p *parser) test(i int) (test, error) {
	switch p.src[i] {
	case '{':
		return p.operation(i, operators)
	case '[':
		return nil, p.fail(i, "a list within a list: name the values themselves")
	}
	return p.value(i)
}

// value returns the test for the string, number or word at i itself.
func (p *parser) value(i int) (test, error) {
	if err := p.count(i); err != nil {
		return nil, err
	}
	if p.src[i] == '"' {
		return exactly(p.text(i)), nil
	}
	return literal(p.src[i:p.skip.Value(p.src, i)]), nil
}

// count notes that there is one more value.
func (p *parser) count(i int) error {
	if p.values++; p.values > p.limits.Values {
		return p.fail(i, "too many values: a pattern may have %d", p.limits.Values)
	}
	return nil
}

// operation returns the test that the object at i describes with one of the operators.
func (p *parser) operation(i int, ops []operator) (t test, err error) {
	operations := 0
	err = p.members(i, func(name string, at, value int) error {
		if operations++; operations > 1 {
			return p.fail(at, "an object has one operator: write another object for %q", name)
		}
		k := slices.IndexFunc(ops, func(op operator) bool { return op.name == name })
		if k < 0 {
			return p.unknown(at, "operator", name, names(ops))
		}
		t, err = ops[k].parse(p, value)
		return err
	})
	if err == nil && operations == 0 {
		return nil, p.fail(i, "an empty object allows nothing: name an operator, one of %s", strings.Join(names(ops), ", "))
	}
	return t, err
}
