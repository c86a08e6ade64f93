package template

import (
	"bytes"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// chain is the filters of one placeholder, in their order.
type chain struct {
	filters []filter
	most    int // characters that the first limit keeps; 0: there is none
}

// literals returns the text of the template that the chain may send.
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

// chains are those of a template's placeholders. They are apart from the parts, most of which have none,
// and whose size is what rendering reads.
type chains []*chain

// add returns the number of a chain, 0 for none.
func (c *chains) add(one *chain) uint16 {
	if one == nil {
		return 0
	}
	*c = append(*c, one)
	return uint16(len(*c))
}

// piped is a value on its way through a chain: JSON of the event, or text. Its memory is reused.
type piped struct {
	raw     []byte // JSON, if isText is false; nil: missing
	text    []byte // UTF-8
	isText  bool
	slacked bool   // each & in text begins one of Slack's escapes
	spare   []byte // becomes text when a filter writes it again

	dirty bool // raw may hold what clean replaces
	room  int  // bytes of text that can be of use in the end
	most  int  // the same up to limit, if it is still to come
}

// run passes a value through the chain. The result is good until the next run. room is what the
// output can still take: a longer text need not be right, only too long.
func (c *chain) run(p *piped, raw []byte, dirty bool, room int) {
	p.raw, p.text, p.isText, p.slacked = raw, p.text[:0], false, false
	p.dirty, p.room = dirty, max(room, 0)+1
	p.most = p.room
	if c.most > 0 {
		p.most = c.most * utf8.UTFMax
	}
	for _, f := range c.filters {
		f.apply(p)
		p.text = p.text[:min(len(p.text), p.most)] // json may have doubled it
	}
}

// spell makes the value the text that it spells.
func (p *piped) spell() {
	if p.isText {
		return
	}
	p.isText = true
	switch jsonscan.At(p.raw, 0) {
	case '"':
		const longest = len(`\u0041`) // the most that stands for one byte
		content := p.raw[1 : len(p.raw)-1]
		p.text = jsonscan.AppendUnescaped(p.text[:0], content[:min(len(content), p.most*longest)])
	case 'n', 0:
		p.text = p.text[:0]
	default:
		p.text = p.appendCompact(p.text[:0], p.raw)
	}
}

// json makes the value its JSON.
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

// appendCompact appends JSON without the blanks between its values, as far as it can be of use.
func (p *piped) appendCompact(dst, raw []byte) []byte {
	for len(raw) > 0 && len(dst) < p.most {
		within := raw[:min(len(raw), p.most)]
		size := 1
		switch c := raw[0]; {
		case c == '"':
			if size = new(jsonscan.Skipper).String(within, 1) + 1; size <= 0 {
				size = len(within) // it goes on behind what can be of use
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

// orElse puts a value, as JSON, in the place of nothing, null and the empty string.
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
	at := 0
	for ; at < len(p.text) && n > 0; n-- {
		_, size := utf8.DecodeRune(p.text[at:])
		at += size
	}
	if at == len(p.text) {
		return
	}
	p.text = p.text[:at]
	if escape := bytes.LastIndexByte(p.text, '&'); p.slacked && escape >= 0 && bytes.IndexByte(p.text[escape:], ';') < 0 {
		p.text = p.text[:escape]
	}
}

// slack escapes what Slack's markup reads as its own: <!channel>, <https://...|...>, &amp;.
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

// plain writes the result as the text that it spells.
func (p *piped) plain(w *writer) {
	if !p.isText {
		w.plain(p.raw)
		return
	}
	w.copy(p.text)
}
