package eventpattern

import "slices"

// negatable are the operators that anything-but takes, each over a string or a list of strings.
var negatable = []operator{
	negated("prefix", func(p *parser, i int) (test, error) { return p.negatedAffix(i, affix{}) }),
	negated("suffix", func(p *parser, i int) (test, error) { return p.negatedAffix(i, affix{atEnd: true}) }),
	negated("equals-ignore-case", (*parser).equalsIgnoreCase),
	negated("wildcard", (*parser).wildcard),
}

func negated(name string, parse func(p *parser, i int) (test, error)) operator {
	return operator{name, func(p *parser, i int) (test, error) { return p.noneOf(i, parse) }}
}

// anythingBut reads a string, a number, a list of either, or an object with a negatable operator.
func (p *parser) anythingBut(i int) (test, error) {
	if p.src[i] == '{' {
		return p.operation(i, negatable)
	}
	var strings, numbers bool
	t, err := p.noneOf(i, func(p *parser, i int) (test, error) {
		switch c := p.src[i]; {
		case c == '"':
			strings = true
			return p.value(i)
		case c == '-' || '0' <= c && c <= '9':
			numbers = true
			return p.numberAt(i)
		}
		return nil, p.fail(i, "anything-but needs strings or numbers")
	})
	if err == nil && strings && numbers {
		return nil, p.fail(i, "anything-but needs a list of strings or a list of numbers, not both in one")
	}
	return t, err
}

// noneOf reads an argument of anything-but, or a list of them.
func (p *parser) noneOf(i int, parse func(p *parser, i int) (test, error)) (test, error) {
	var tests anythingBut
	one := func(i int) error {
		t, err := parse(p, i)
		tests = append(tests, t)
		return err
	}
	if p.src[i] != '[' {
		return &tests, one(i)
	}
	err := p.elements(i, one)
	if err == nil && len(tests) == 0 {
		return nil, p.fail(i, "an empty list excludes nothing: name a value")
	}
	return &tests, err
}

func (p *parser) negatedAffix(i int, a affix) (test, error) {
	t, err := p.affix(i, a, false)
	if err == nil && len(t.(*affix).text) == 0 {
		return nil, p.fail(i, "every text has an empty %s: nothing would match", a.name())
	}
	return t, err
}

// anythingBut matches values that match none of the tests.
type anythingBut []test

func (t *anythingBut) matches(v *scalar) bool {
	return !slices.ContainsFunc(*t, func(t test) bool { return t.matches(v) })
}

func (t *anythingBut) String() string { return "anything but " + anyOf(*t) }
