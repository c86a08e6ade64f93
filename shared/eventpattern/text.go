package eventpattern

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// exactly matches a string, character by character.
type exactly string

func (t exactly) matches(v *scalar) bool {
	text, ok := v.str()
	return ok && string(text) == string(t)
}

func (t exactly) String() string { return quote(string(t)) }

// anyCase matches a string by Unicode's simple case folding.
type anyCase []byte

func (t anyCase) matches(v *scalar) bool {
	text, ok := v.str()
	return ok && bytes.EqualFold(text, t)
}

func (t anyCase) String() string { return quote(string(t)) + " in any case" }

func (p *parser) equalsIgnoreCase(i int) (test, error) {
	text, err := p.str(i, "equals-ignore-case")
	return anyCase(text), err
}

// affix matches a string that begins or ends with a text.
type affix struct {
	text    []byte
	atEnd   bool
	anyCase bool
}

func (t *affix) matches(v *scalar) bool {
	text, ok := v.str()
	switch {
	case !ok:
		return false
	case t.anyCase:
		return foldsTo(text, t.text, t.atEnd)
	case t.atEnd:
		return bytes.HasSuffix(text, t.text)
	}
	return bytes.HasPrefix(text, t.text)
}

// foldsTo says whether text begins, or ends, with want in any case. The characters of a pair may differ in size.
func foldsTo(text, want []byte, atEnd bool) bool {
	for len(want) > 0 {
		var x, y []byte
		if atEnd {
			text, x = cutLast(text)
			want, y = cutLast(want)
		} else {
			x, text = cutFirst(text)
			y, want = cutFirst(want)
		}
		if !bytes.EqualFold(x, y) {
			return false
		}
	}
	return true
}

func cutFirst(b []byte) (first, rest []byte) {
	_, n := utf8.DecodeRune(b)
	return b[:n], b[n:]
}

func cutLast(b []byte) (rest, last []byte) {
	_, n := utf8.DecodeLastRune(b)
	return b[:len(b)-n], b[len(b)-n:]
}

func (t *affix) name() string {
	if t.atEnd {
		return "suffix"
	}
	return "prefix"
}

func (t *affix) String() string {
	s := "text that begins with "
	if t.atEnd {
		s = "text that ends with "
	}
	s += quote(string(t.text))
	if t.anyCase {
		s += " in any case"
	}
	return s
}

func (p *parser) prefix(i int) (test, error) { return p.affix(i, affix{}, true) }

func (p *parser) suffix(i int) (test, error) { return p.affix(i, affix{atEnd: true}, true) }

// affix reads a string or, if that is allowed, one in {"equals-ignore-case": ...}.
func (p *parser) affix(i int, a affix, foldable bool) (test, error) {
	if foldable && p.src[i] == '{' {
		return p.operation(i, []operator{{"equals-ignore-case", func(p *parser, i int) (test, error) {
			a.anyCase = true
			return p.affix(i, a, false)
		}}})
	}
	text, err := p.str(i, a.name())
	a.text = []byte(text)
	return &a, err
}

// str returns the string at i, the argument of an operator.
func (p *parser) str(i int, operator string) (string, error) {
	if p.src[i] != '"' {
		return "", p.fail(i, "%s needs a string", operator)
	}
	return p.text(i), p.count(i)
}

func quote(s string) string { return strconv.Quote(s) }
