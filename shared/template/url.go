package template

import (
	"bytes"
	"errors"
	"strings"
)

// URL is a compiled URL template. It is immutable and safe for concurrent use.
type URL struct {
	parts  []part // the last one is only a literal
	chains chains
	paths  trie
}

// ErrDotSegment reports that a value makes a path segment "." or "..", which would lead to another
// path. No escape prevents that: "%2E" means the same.
var ErrDotSegment = errors.New(`a value makes a segment of the path "." or "..", which would lead to another path`)

// CompileURL compiles a URL with placeholders in its path and query. Every error is an [*Error]. It does
// not check the URL itself.
func CompileURL(source string) (*URL, error) {
	s := scanner{src: source}
	for s.pos < len(source) {
		at := strings.Index(source[s.pos:], "{{")
		if at < 0 {
			break
		}
		s.pos += at
		s.placeholder(true)
	}
	end := authorityEnd(source)
	for _, h := range s.holes {
		if h.start < end {
			s.fault(h.start, h.end-h.start, "a placeholder must be in the path or the query: what comes before decides where your data goes")
		}
	}
	if err := s.err(); err != nil {
		return nil, err
	}
	paths, nodes := newTrie(s.holes)
	u := &URL{parts: make([]part, 0, len(s.holes)+1), paths: paths}
	at := 0
	for i, h := range s.holes {
		u.parts = append(u.parts, part{literal: source[at:h.start], node: nodes[i], filters: u.chains.add(h.filters), text: true})
		at = h.end
	}
	u.parts = append(u.parts, part{literal: source[at:]})
	return u, nil
}

// authorityEnd returns where the path or the query of a URL begins.
func authorityEnd(source string) int {
	scheme, rest, ok := strings.Cut(source, "://")
	if !ok {
		return len(source)
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		return len(scheme) + len("://") + i
	}
	return len(source)
}

// Example returns the URL with an x for each placeholder, to be checked as a URL.
func (u *URL) Example() string {
	var b strings.Builder
	for i, p := range u.parts {
		if i > 0 {
			b.WriteByte('x')
		}
		b.WriteString(p.literal)
	}
	return b.String()
}

// Render returns the URL for an event. Values become text, in which every byte is percent-encoded that
// is not a letter, a digit or one of -._~ (RFC 3986, section 2.3): so no value adds a segment, a
// parameter or a fragment.
//
// It returns [ErrTooLarge] if the URL has more than limit bytes, [ErrDotSegment], and [ErrEvent] if it
// notices that the event is not a JSON object.
func (u *URL) Render(ev Event, limit int) (string, error) {
	if len(u.parts) == 1 {
		return u.parts[0].literal, nil
	}
	l, err := find(&u.paths, ev)
	if err != nil {
		return "", err
	}
	defer l.release()

	var url []byte
	var places []int // where the values begin and end
	w := writer{limit: limit, dirty: l.dirty}
	for _, p := range u.parts[:len(u.parts)-1] {
		url = append(url, p.literal...)
		w.dst = w.dst[:0]
		if p.filters == 0 {
			w.plain(l.values[p.node])
		} else {
			u.chains[p.filters-1].run(&l.piped, l.values[p.node], l.dirty, limit)
			l.piped.plain(&w)
		}
		places = append(places, len(url))
		url = appendPercent(url, bytes.ToValidUTF8(w.dst, []byte("\uFFFD")))
		places = append(places, len(url))
		if w.full || len(url) > limit {
			return "", ErrTooLarge
		}
	}
	url = append(url, u.parts[len(u.parts)-1].literal...)
	switch {
	case len(url) > limit:
		return "", ErrTooLarge
	case hasDotSegment(url, places):
		return "", ErrDotSegment
	}
	return string(url), nil
}

func appendPercent(dst, text []byte) []byte {
	const upperHex = "0123456789ABCDEF"
	for _, c := range text {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

// hasDotSegment reports whether a segment of the path that a value is in is "." or "..".
func hasDotSegment(url []byte, places []int) bool {
	path := len(url)
	if i := bytes.IndexAny(url, "?#"); i >= 0 {
		path = i
	}
	for _, at := range places {
		if at > path {
			return false
		}
		start, end := bytes.LastIndexByte(url[:at], '/')+1, path
		if i := bytes.IndexByte(url[at:path], '/'); i >= 0 {
			end = at + i
		}
		segment := strings.ReplaceAll(strings.ToLower(string(url[start:end])), "%2e", ".")
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}
