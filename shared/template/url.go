package template

import (
	"bytes"
	"errors"
	"strings"
)

// URL is a compiled request URL, which may have placeholders in its path and query. It is immutable and
// safe for concurrent use.
type URL struct {
	filled string // with an x for each placeholder
	parts  []part
	chains chains
	paths  trie
	values []bool // by segment of the path: whether it has a placeholder
}

// ErrDotSegment reports that values make a segment of the path "." or "..". Receivers resolve such a
// segment in whatever way it is spelled: no escape prevents that.
var ErrDotSegment = errors.New(`a value makes a segment of the path "." or "..", which would lead to another path`)

// CompileURL compiles a request URL. It only checks placeholders: they may be in the path and the query.
// Every error is an [*Error].
func CompileURL(source string) (*URL, error) {
	c := urlCompiler{scanner{src: source}}
	if err := c.scan(c.root); err != nil {
		return nil, err
	}
	paths, nodes := newTrie(c.holes)
	u := &URL{parts: make([]part, 0, len(c.holes)+1), paths: paths}
	var filled strings.Builder
	at := 0
	for i, h := range c.holes {
		u.parts = append(u.parts, part{literal: source[at:h.start], node: nodes[i], filters: u.chains.add(h.filters), text: true})
		filled.WriteString(source[at:h.start] + "x")
		at = h.end
	}
	u.parts = append(u.parts, part{literal: source[at:]})
	filled.WriteString(source[at:])
	u.filled = filled.String()
	u.values = c.segments()
	return u, nil
}

// Filled returns the URL with an x for each placeholder. It is a valid URL if and only if each rendered
// URL is.
func (u *URL) Filled() string { return u.filled }

// Fixed reports whether the URL has no placeholders.
func (u *URL) Fixed() bool { return len(u.parts) == 1 }

// Append appends the URL rendered for an event. A value becomes text, of which everything but letters,
// digits, "-", ".", "_" and "~" is percent-encoded, so it never adds a segment, a parameter or a fragment.
// A missing value becomes nothing.
//
// Append returns [ErrTooLarge] if the URL would be longer than limit bytes, [ErrDotSegment] if values make a
// segment "." or "..", and [ErrEvent] if it notices that the event is not a JSON object. With an error it
// returns dst unchanged. It allocates nothing if dst has room.
func (u *URL) Append(dst []byte, ev Event, limit int) ([]byte, error) {
	return u.append(dst, ev, Secrets{}, limit)
}

// AppendMasked appends the URL as Append does, with each value at a secret path replaced by [Mask]. It has
// no limit: call it for events that Append has rendered.
func (u *URL) AppendMasked(dst []byte, ev Event, s Secrets) ([]byte, error) {
	return u.append(dst, ev, s, maxMasked)
}

func (u *URL) append(dst []byte, ev Event, s Secrets, limit int) ([]byte, error) {
	l, err := find(&u.paths, ev)
	if err != nil {
		return dst, err
	}
	defer l.release()
	m, err := mark(l, ev, s)
	if err != nil {
		return dst, err
	}
	w := writer{dst: dst, limit: len(dst) + limit, dirty: l.dirty}
	for i := range u.parts {
		part := &u.parts[i]
		w.literal(part.literal)
		from := len(w.dst)
		u.hole(&w, l, part)
		marked := m != nil && m.marked[part.node]
		if marked {
			w.dst = m.marks.mask(w.dst, from, part.text)
		}
		w.percentEncode(from)
		if marked {
			w.dst = append(w.dst[:from], bytes.ReplaceAll(w.dst[from:], encodedMask, []byte(Mask))...)
		}
	}
	switch {
	case w.full:
		return dst, ErrTooLarge
	case m == nil && u.dots(w.dst[len(dst):]):
		return dst, ErrDotSegment
	}
	return w.dst, nil
}

var encodedMask = []byte(strings.ReplaceAll(Mask, "*", "%2A"))

// hole writes the value of a part as plain text.
func (u *URL) hole(w *writer, l *lookup, part *part) {
	switch {
	case part.node == 0 || w.full:
	case part.filters != 0:
		u.chains[part.filters-1].run(&l.piped, l.values[part.node], l.dirty, w.limit-len(w.dst))
		l.piped.plain(w)
	default:
		w.plain(l.values[part.node])
	}
}

// dots reports whether a segment with values has become "." or "..". Values do not add segments, so they
// are numbered as in the template.
func (u *URL) dots(rendered []byte) bool {
	if len(u.values) == 0 {
		return false
	}
	path := rendered[endOfAuthority(rendered):]
	if i := bytes.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	for _, hasValue := range u.values {
		segment, rest, _ := bytes.Cut(path, []byte("/"))
		if hasValue && dotSegment(segment) {
			return true
		}
		path = rest
	}
	return false
}

// dotSegment reports whether some receiver takes a segment for "." or "..": also with escapes, and with
// parameters, as in "..;v=1".
func dotSegment(segment []byte) bool {
	segment, _, _ = bytes.Cut(segment, []byte(";"))
	dots := 0
	for ; len(segment) > 0; dots++ {
		switch {
		case segment[0] == '.':
			segment = segment[1:]
		case len(segment) >= 3 && string(segment[:2]) == "%2" && segment[2]|0x20 == 'e':
			segment = segment[3:]
		default:
			return false
		}
	}
	return dots == 1 || dots == 2
}

// endOfAuthority returns where the path of a URL begins, or its length if it has no scheme and host.
func endOfAuthority(raw []byte) int {
	_, rest, found := bytes.Cut(raw, []byte("://"))
	if !found {
		return len(raw)
	}
	if i := bytes.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[i:]
	} else {
		rest = nil
	}
	return len(raw) - len(rest)
}

// percentEncode encodes what has been written since from, in place.
func (w *writer) percentEncode(from int) {
	n := 0
	for _, c := range w.dst[from:] {
		if !unreserved(c) {
			n++
		}
	}
	if n == 0 || !w.fits(2*n) {
		return
	}
	end := len(w.dst)
	for range n {
		w.dst = append(w.dst, 0, 0)
	}
	to := len(w.dst)
	for i := end - 1; i >= from; i-- {
		c := w.dst[i]
		if unreserved(c) {
			to--
			w.dst[to] = c
			continue
		}
		to -= 3
		w.dst[to], w.dst[to+1], w.dst[to+2] = '%', upperHex[c>>4], upperHex[c&15]
	}
}

const upperHex = "0123456789ABCDEF"

// unreserved reports whether a byte means itself everywhere in a URL (RFC 3986, section 2.3).
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}
