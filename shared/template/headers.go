package template

import (
	"fmt"
	"strings"
)

// maxRendered is the maximum size of all rendered header values, in bytes. Receivers commonly accept 8
// to 64 KiB of headers.
const maxRendered = 64 << 10

// Headers is a compiled headers template. It is immutable and safe for concurrent use.
type Headers struct {
	headers []headerTemplate
	chains  chains
	paths   trie
}

type headerTemplate struct {
	name  string
	parts []part // literals are unescaped
}

// Header is a rendered header.
type Header struct{ Name, Value string }

// ValueError reports a rendered header value that is not valid in HTTP. It does not contain the value,
// which may be a secret.
type ValueError struct {
	Name   string // of the header
	Reason string // what is wrong with the value
}

// Error names the header and what is wrong with its value.
func (e *ValueError) Error() string {
	return fmt.Sprintf("header %q: its value holds %s, which a header cannot carry", e.Name, e.Reason)
}

// CompileHeaders compiles a headers template: a JSON object with header names as keys and strings as
// values. A blank one has no headers. Every error is an [*Error]. The caller limits the number of
// headers.
func CompileHeaders(source string) (*Headers, error) {
	if strings.TrimSpace(source) == "" {
		return &Headers{}, nil
	}
	c := headersCompiler{scanner: scanner{src: source}, seen: map[string]bool{}}
	if err := c.scan(c.root); err != nil {
		return nil, err
	}
	h := &Headers{headers: make([]headerTemplate, 0, len(c.found))}
	paths, nodes := newTrie(c.holes)
	h.paths = paths
	for _, f := range c.found {
		if !Reserved(f.name) {
			h.headers = append(h.headers, headerTemplate{f.name, c.parts(f, nodes, &h.chains)})
		}
	}
	return h, nil
}

// Len returns the number of headers that the template sets, excluding reserved ones.
func (h *Headers) Len() int { return len(h.headers) }

// Render returns the template's headers for an event, in the template's order,
// without those that are [Reserved]. White space around a value is trimmed, as in
// HTTP.
//
// It returns a [*ValueError] if a value contains a control character other than a
// tab, [ErrTooLarge] if the values are longer than 64 KiB together, and
// [ErrEvent] if it notices that the event is not a JSON object.
func (h *Headers) Render(ev Event) ([]Header, error) {
	return h.render(ev, Secrets{}, maxRendered)
}

// RenderMasked returns the headers as Render does, with each value at a secret path replaced by [Mask].
// The headers can be longer than 64 KiB, if Render's are not.
func (h *Headers) RenderMasked(ev Event, s Secrets) ([]Header, error) {
	return h.render(ev, s, maxMasked)
}

func (h *Headers) render(ev Event, s Secrets, limit int) ([]Header, error) {
	if len(h.headers) == 0 {
		return nil, nil
	}
	l, err := find(&h.paths, ev)
	if err != nil {
		return nil, err
	}
	defer l.release()
	m, err := mark(l, ev, s)
	if err != nil {
		return nil, err
	}
	headers := make([]Header, len(h.headers))
	w := writer{limit: limit, dirty: l.dirty}
	for i := range h.headers {
		t := &h.headers[i]
		w.dst = w.dst[:0]
		for i := range t.parts {
			part := &t.parts[i]
			w.literal(part.literal)
			m.hole(&w, part, func() { h.hole(&w, l, part) })
		}
		if w.full {
			return nil, ErrTooLarge
		}
		w.limit -= len(w.dst)
		value := strings.Trim(string(w.dst), " \t")
		if reason := unfit(value); reason != "" {
			return nil, &ValueError{Name: t.name, Reason: reason}
		}
		headers[i] = Header{Name: t.name, Value: value}
	}
	return headers, nil
}

// hole writes the value of a part.
func (h *Headers) hole(w *writer, l *lookup, part *part) {
	if part.filters == 0 {
		w.plain(l.values[part.node])
	} else if !w.full {
		h.chains[part.filters-1].run(&l.piped, l.values[part.node], l.dirty, w.limit-len(w.dst))
		l.piped.plain(w)
	}
}

// unfit returns why a header value is not valid in HTTP (RFC 9110, section 5.5), or "".
func unfit(value string) string {
	for i := range len(value) {
		switch c := value[i]; {
		case c == '\r':
			return "a carriage return (CR)"
		case c == '\n':
			return "a line feed (LF)"
		case c == 0:
			return "a NUL"
		case c < ' ' && c != '\t', c == 0x7F:
			return fmt.Sprintf("the control character U+%04X", c)
		}
	}
	return ""
}
