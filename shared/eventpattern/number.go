package eventpattern

import (
	"slices"
	"strconv"
	"strings"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// most is the largest number that numeric compares, and -most the smallest.
const most = 5e9

// millionths returns a number in millionths above the smallest, as numeric compares them, and false if it is out of bounds.
func millionths(raw []byte) (int64, bool) {
	f, ok := parseNumber(raw)
	if !ok || f < -most || f > most {
		return 0, false
	}
	return int64(1e6 * (most + f)), true
}

// parseNumber returns what a JSON number means.
func parseNumber(raw []byte) (float64, bool) {
	if n, ok := parseDigits(raw); ok {
		return n, true
	}
	if c := jsonscan.At(raw, 0); c != '-' && (c < '0' || '9' < c) {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	return f, err == nil
}

// parseDigits parses what most numbers are without taking memory.
func parseDigits(raw []byte) (float64, bool) {
	const exact = 15 // digits that a float64 holds
	if len(raw) == 0 || len(raw) > exact {
		return 0, false
	}
	n := 0
	for _, c := range raw {
		if c < '0' || '9' < c {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return float64(n), true
}

// between matches numbers from low to high, in millionths, without the open ends.
type between struct {
	low, high         int64
	openLow, openHigh bool
	source            string
}

func (t *between) matches(v *scalar) bool {
	n, ok := millionths(v.raw)
	switch {
	case !ok || n < t.low || n > t.high:
		return false
	case t.openLow && n == t.low, t.openHigh && n == t.high:
		return false
	}
	return true
}

func (t *between) String() string {
	if n, ok := strings.CutPrefix(t.source, "= "); ok {
		return "the number " + n
	}
	return "a number " + t.source
}

// numberAt returns the test for the value of the number at i.
func (p *parser) numberAt(i int) (test, error) {
	n, err := p.number(i)
	return &between{low: n, high: n, source: "= " + p.raw(i)}, err
}

// number returns the number at i in millionths.
func (p *parser) number(i int) (int64, error) {
	if err := p.count(i); err != nil {
		return 0, err
	}
	raw := p.raw(i)
	if c := raw[0]; c != '-' && (c < '0' || '9' < c) {
		return 0, p.fail(i, "%s is not a number", raw)
	}
	n, ok := millionths([]byte(raw))
	if !ok {
		return 0, p.fail(i, "numbers are compared from -5e9 to 5e9; to match this one alone, name it in the field's list")
	}
	return n, nil
}

// raw returns the value at i as it is written.
func (p *parser) raw(i int) string { return string(p.src[i:p.skip.Value(p.src, i)]) }

// signs are the comparisons that numeric knows.
var signs = []string{"=", "<", "<=", ">", ">="}

// numeric reads a list like [">", 0, "<=", 5].
func (p *parser) numeric(i int) (test, error) {
	if p.src[i] != '[' {
		return nil, p.fail(i, `numeric needs a list, as in ["=", 5] or [">", 0, "<=", 5]`)
	}
	var at []int
	_ = p.elements(i, func(i int) error { at = append(at, i); return nil })
	t := &between{high: 2 * most * 1e6}
	var words []string
	for k, i := range at {
		switch {
		case k%2 == 1:
			n, err := p.number(i)
			if err != nil {
				return nil, err
			}
			t.bound(words[k-1], n)
			words = append(words, p.raw(i))
		case p.src[i] != '"':
			return nil, p.fail(i, "%s is not a comparison: known are %s", p.raw(i), strings.Join(signs, ", "))
		case !slices.Contains(signs, p.text(i)):
			return nil, p.unknown(i, "comparison", p.text(i), signs)
		default:
			words = append(words, p.text(i))
		}
	}
	t.source = strings.Join(words[:min(2, len(words))], " ")
	if len(words) == 4 {
		t.source += " and " + words[2] + " " + words[3]
	}
	switch {
	case len(words) != 2 && !(len(words) == 4 && words[0][0] == '>' && words[2][0] == '<'):
		return nil, p.fail(i, `numeric needs one comparison and its number, or a lower bound and then an upper one, as in [">", 0, "<=", 5]`)
	case words[0] != "=" && t.low >= t.high:
		return nil, p.fail(i, "no room between the bounds: the lower one must be below the upper one, and both from -5e9 to 5e9")
	}
	return t, nil
}

// bound narrows what t matches.
func (t *between) bound(comparison string, n int64) {
	switch comparison {
	case "=":
		t.low, t.high = n, n
	case ">", ">=":
		t.low, t.openLow = n, comparison == ">"
	case "<", "<=":
		t.high, t.openHigh = n, comparison == "<"
	}
}
