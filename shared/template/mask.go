package template

import (
	"bytes"
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// maxMasked limits a masked rendering, in bytes. What Append accepts stays far below.
const maxMasked = 1 << 30

// AppendMasked appends the body as Append does, with each value at a secret path replaced by [Mask]. It
// differs from the body that is sent only there, whatever filters do to the value. Where the body has a
// value that is no string, as {{apiKey}} of a number, it has the mask as a string, so it is valid JSON too.
//
// The masked body has no limit: call AppendMasked for events that Append has rendered.
func (p *Payload) AppendMasked(dst []byte, ev Event, s Secrets) ([]byte, error) {
	l, err := find(&p.paths, ev)
	if err != nil {
		return dst, err
	}
	defer l.release()
	m, err := mark(l, ev, s)
	if err != nil {
		return dst, err
	}
	w := writer{dst: dst, limit: len(dst) + maxMasked, dirty: l.dirty}
	for i := range p.parts {
		part := &p.parts[i]
		w.literal(part.literal)
		m.hole(&w, part, func() { p.hole(&w, l, part) })
	}
	if w.full {
		return dst, ErrTooLarge
	}
	return w.dst, nil
}

// marks are two characters, of which an event has neither, that are put around the secrets in its values.
// Filters treat a marked value as they do the value itself, so that its secrets can be found in the
// result. The zero value has no marks.
type marks struct{ begin, end rune }

func (m marks) used() bool { return m.begin != 0 }

// note reports whether r is a mark. It sets open to whether r begins a secret.
func (m marks) note(r rune, open *bool) bool {
	if !m.used() || r != m.begin && r != m.end {
		return false
	}
	*open = r == m.begin
	return true
}

// freeMarks returns private-use characters that do not occur in an event, nor in the JSON that is embedded
// in its strings, however deep.
func freeMarks(event []byte) (marks, error) {
	const first, last = 0xF0000, 0x10FFFD
	used := map[rune]bool{}
	for text := event; ; {
		for _, r := range string(text) {
			if r >= first {
				used[r] = true
			}
		}
		if bytes.IndexByte(text, '\\') < 0 {
			break
		}
		text = jsonscan.AppendUnescaped(nil, text)
	}
	var free []rune
	for r := rune(first); r <= last && len(free) < 2; r++ {
		if !used[r] {
			free = append(free, r)
		}
	}
	if len(free) < 2 {
		return marks{}, errors.New("the event has every private-use character: it cannot be shown")
	}
	return marks{free[0], free[1]}, nil
}

// masking are the values of a lookup that have marks.
type masking struct {
	marks  marks
	marked []bool // by node
}

// mark marks the secrets in the values of a lookup. It returns nil if there are none.
func mark(l *lookup, ev Event, s Secrets) (*masking, error) {
	if len(s.paths) == 0 {
		return nil, nil
	}
	leads := l.leads(s)
	if len(leads) == 0 {
		return nil, nil
	}
	free, err := freeMarks(ev.JSON)
	if err != nil {
		return nil, err
	}
	m := &masking{marks: free, marked: make([]bool, len(l.nodes))}
	l.piped.marks = free
	for n, paths := range leads {
		if l.values[n] != nil {
			l.values[n], m.marked[n] = free.put(l.values[n], paths)
		}
	}
	return m, nil
}

// leads returns the paths that lead from a node's value to secrets: an empty one if it is, or is part of,
// a secret itself.
func (l *lookup) leads(s Secrets) map[int32][][]string {
	leads := map[int32][][]string{}
	for _, path := range s.paths {
		n, left := int32(0), path
		for len(left) > 0 {
			if n = l.nodes[n].child([]byte(left[0])); n == 0 {
				break
			}
			left = left[1:]
			leads[n] = append(leads[n], left)
		}
		if n != 0 {
			for below := n + 1; below < l.nodes[n].end; below++ {
				leads[below] = append(leads[below], nil)
			}
		}
	}
	return leads
}

// put returns a value with marks around its secrets, and whether there are any.
func (m marks) put(raw []byte, paths [][]string) ([]byte, bool) {
	f := finder{}
	f.value(raw, 0, paths)
	if len(f.found) == 0 {
		return raw, false
	}
	var marked []byte
	at := 0
	for _, s := range f.found {
		marked = utf8.AppendRune(append(marked, raw[at:s.from]...), m.begin)
		marked = utf8.AppendRune(append(marked, raw[s.from:s.to]...), m.end)
		at = s.to
	}
	return append(marked, raw[at:]...), true
}

// hole writes the value of a part by calling write, and masks it. A nil m masks nothing.
func (m *masking) hole(w *writer, part *part, write func()) {
	from := len(w.dst)
	write()
	if m != nil && m.marked[part.node] {
		w.dst = m.marks.mask(w.dst, from, part.text)
	}
}

// mask replaces what is marked in b[from:], which is a JSON value or text.
func (m marks) mask(b []byte, from int, text bool) []byte {
	marked := slices.Clone(b[from:])
	b = b[:from]
	inString := text
	for i := 0; i < len(marked); {
		r, size := utf8.DecodeRune(marked[i:])
		switch {
		case r == m.begin:
			b = append(b, quotedMask(inString)...)
			end := bytes.IndexRune(marked[i:], m.end)
			if end < 0 {
				return b
			}
			i += end + utf8.RuneLen(m.end)
			continue
		case r == '\\' && !text:
			size = min(2, len(marked)-i) // an escaped quote does not end the string
		case r == '"' && !text:
			inString = !inString
		}
		b = append(b, marked[i:i+size]...)
		i += size
	}
	return b
}

func quotedMask(inString bool) string {
	if inString {
		return Mask
	}
	return `"` + Mask + `"`
}
