package template

import (
	"bytes"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// chain holds the filters of one placeholder, in order.
type chain struct {
	filters []filter
	most    int // characters that the first limit keeps; 0: no limit filter
}

// literals returns the template's own text that the chain can write to the output.
func (c *chain) literals() []string {
	if c == nil {
		return nil
	}
	literals := make([]string, len(c.filters))
	for i, f := range c.filters {
		literals[i] = f.literal
	}
	return literals
}

// chains holds the chains of a template. They are not stored in the parts, because most parts have
// none, and smaller parts render faster.
type chains []*chain

// add adds a chain and returns its number, or 0 for nil.
func (c *chains) add(one *chain) uint16 {
	if one == nil {
		return 0
	}
	*c = append(*c, one)
	return uint16(len(*c))
}

// piped is the current value in a chain: JSON from the event, or text. Its memory is reused.
type piped struct {
	raw     []byte // JSON, if isText is false; nil: missing
	text    []byte // UTF-8
	isText  bool
	slacked bool   // each & in text begins one of Slack's escapes
	spare   []byte // the next buffer for text; filters swap the two

	marks marks // around secrets in raw

	dirty bool // raw may contain bytes that clean replaces
	room  int  // maximum bytes of text that can still reach the output
	most  int  // the same before the limit filter, if it has not run yet
}

// run applies the chain to a value. The result is valid until the next run. room is the number of
// bytes left in the output: a longer result only has to be too long, not correct.
func (c *chain) run(p *piped, raw []byte, dirty bool, room int) {
	p.raw, p.text, p.isText, p.slacked = raw, p.text[:0], false, false
	p.dirty, p.room = dirty, max(room, 0)+1
	p.most = p.room
	if c.most > 0 && !p.marks.used() { // marks do not count
		p.most = c.most * utf8.UTFMax
	}
	for _, f := range c.filters {
		f.apply(p)
		p.text = p.text[:min(len(p.text), p.most)] // json may have doubled it
	}
}

// spell converts the value to text: a string is decoded.
func (p *piped) spell() {
	if p.isText {
		return
	}
	p.isText = true
	switch jsonscan.At(p.raw, 0) {
	case '"':
		const longest = len(`\u0041`) // the longest escape of one byte
		content := p.raw[1 : len(p.raw)-1]
		p.text = jsonscan.AppendUnescaped(p.text[:0], content[:min(len(content), p.most*longest)])
	case 'n', 0:
		p.text = p.text[:0]
	default:
		p.text = p.appendCompact(p.text[:0], p.raw)
	}
}

// json converts the value to its JSON as text.
func (p *piped) json() {
	switch {
	case p.isText:
		p.text, p.spare = appendQuoted(p.spare[:0], p.text), p.text
	case p.raw == nil:
		p.text = append(p.text[:0], "null"...)
	default:
		p.text = p.appendCompact(p.text[:0], p.raw)
	}
	p.isText = true
}

// appendCompact appends JSON without white space between values, up to the length that can still
// reach the output.
func (p *piped) appendCompact(dst, raw []byte) []byte {
	for len(raw) > 0 && len(dst) < p.most {
		within := raw[:min(len(raw), p.most)]
		size := 1
		switch c := raw[0]; {
		case c == '"':
			if size = new(jsonscan.Skipper).String(within, 1) + 1; size <= 0 {
				size = len(within) // the rest cannot reach the output
			}
		case jsonscan.Space(raw, 0) > 0:
			raw = raw[jsonscan.Space(raw, 0):]
			continue
		default:
			if stop := bytes.IndexAny(within, "\" \t\r\n"); stop > 0 {
				size = stop
			} else {
				size = len(within)
			}
		}
		piece := raw[:size]
		if p.dirty {
			piece = clean(piece)
		}
		dst, raw = append(dst, piece...), raw[size:]
	}
	return dst
}

// orElse replaces a missing value, null and the empty string with a value, given as JSON.
func (p *piped) orElse(value []byte) {
	if p.isText && len(p.text) > 0 || !p.isText && p.raw != nil && jsonscan.At(p.raw, 0) != 'n' && string(p.raw) != `""` {
		return
	}
	p.raw, p.isText, p.slacked = value, false, false
}

// limit cuts the text after n characters, and before one of Slack's escapes that it would split.
func (p *piped) limit(n int) {
	p.spell()
	p.most = p.room
	at, open := 0, false
	for at < len(p.text) && n > 0 {
		r, size := utf8.DecodeRune(p.text[at:])
		at += size
		if !p.marks.note(r, &open) {
			n--
		}
	}
	if at == len(p.text) {
		return
	}
	p.text = p.text[:at]
	if escape := bytes.LastIndexByte(p.text, '&'); p.slacked && escape >= 0 && bytes.IndexByte(p.text[escape:], ';') < 0 {
		p.text = p.text[:escape]
	}
	if open {
		p.text = utf8.AppendRune(p.text, p.marks.end)
	}
}

// slack escapes the characters of Slack's markup, as in <!channel>, <https://...|...>, &amp;.
func (p *piped) slack() {
	p.spell()
	p.slacked = true
	rest := p.text
	stop := bytes.IndexAny(rest, "&<>")
	if stop < 0 {
		return
	}
	out := p.spare[:0]
	for ; stop >= 0; stop = bytes.IndexAny(rest, "&<>") {
		out = append(out, rest[:stop]...)
		switch rest[stop] {
		case '&':
			out = append(out, "&amp;"...)
		case '<':
			out = append(out, "&lt;"...)
		default:
			out = append(out, "&gt;"...)
		}
		rest = rest[stop+1:]
	}
	p.text, p.spare = append(out, rest...), p.text
}

// value writes the result as JSON.
func (p *piped) value(w *writer) {
	if !p.isText {
		w.value(p.raw)
		return
	}
	w.literal(`"`)
	p.escaped(w)
	w.literal(`"`)
}

// escaped writes the result as text for the inside of a JSON string.
func (p *piped) escaped(w *writer) {
	if !p.isText {
		w.escaped(p.raw)
		return
	}
	w.quoted(p.text)
}

// plain writes the result as unescaped text.
func (p *piped) plain(w *writer) {
	if !p.isText {
		w.plain(p.raw)
		return
	}
	w.copy(p.text)
}
