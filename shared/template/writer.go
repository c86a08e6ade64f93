package template

import (
	"bytes"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// writer appends to dst up to a limit, and drops the rest.
type writer struct {
	dst   []byte
	limit int  // of len(dst)
	full  bool // something was dropped
	dirty bool // values may contain bytes that clean replaces
}

func (w *writer) literal(s string) {
	if w.fits(len(s)) {
		w.dst = append(w.dst, s...)
	}
}

func (w *writer) fits(n int) bool {
	if w.full || n > w.limit-len(w.dst) {
		w.full = true
		return false
	}
	return true
}

// verbatim writes JSON unchanged, except for what clean replaces.
func (w *writer) verbatim(b []byte) {
	if w.dirty && !w.full {
		b = clean(b)
	}
	w.copy(b)
}

func (w *writer) copy(b []byte) {
	if w.fits(len(b)) {
		w.dst = append(w.dst, b...)
	}
}

// quoted writes UTF-8 text, escaped for the inside of a JSON string.
func (w *writer) quoted(text []byte) {
	if !w.fits(len(text)) {
		return
	}
	mark := len(w.dst)
	w.dst = appendEscaped(w.dst, text)
	if len(w.dst) > w.limit {
		w.dst, w.full = w.dst[:mark], true
	}
}

// value writes a value as JSON. A missing value becomes null.
func (w *writer) value(raw []byte) {
	if raw == nil {
		w.literal("null")
		return
	}
	w.verbatim(raw)
}

// escaped writes a value as text for the inside of a JSON string.
func (w *writer) escaped(raw []byte) {
	switch jsonscan.At(raw, 0) {
	case '"':
		w.verbatim(raw[1 : len(raw)-1]) // already escaped
	case '{', '[':
		w.compact(raw, true)
	case 'n', 0:
	default:
		w.verbatim(raw)
	}
}

// plain writes a value as unescaped text.
func (w *writer) plain(raw []byte) {
	switch jsonscan.At(raw, 0) {
	case '"':
		w.unescaped(raw[1 : len(raw)-1])
	case '{', '[':
		w.compact(raw, false)
	case 'n', 0:
	default:
		w.verbatim(raw)
	}
}

// unescaped writes the decoded content of a JSON string.
func (w *writer) unescaped(content []byte) {
	const longest = len(`\u0041`) // the longest escape of one byte
	if w.full || !w.fits(len(content)/longest) {
		return
	}
	mark := len(w.dst)
	w.dst = jsonscan.AppendUnescaped(w.dst, content)
	if len(w.dst) > w.limit {
		w.dst, w.full = w.dst[:mark], true
	}
}

// compact writes an object or array without white space between its values.
func (w *writer) compact(raw []byte, escape bool) {
	for len(raw) > 0 && !w.full {
		stop := bytes.IndexAny(raw, "\" \t\r\n")
		if stop < 0 {
			w.verbatim(raw)
			return
		}
		w.verbatim(raw[:stop])
		raw = raw[stop:]
		if raw[0] != '"' {
			raw = raw[1:]
			continue
		}
		size := new(jsonscan.Skipper).String(raw, 1) + 1
		if size < 0 {
			return // not valid JSON
		}
		if escape {
			w.escape(raw[:size])
		} else {
			w.verbatim(raw[:size])
		}
		raw = raw[size:]
	}
}

// escape writes a JSON string, including its quotes, escaped for the inside of another.
func (w *writer) escape(quoted []byte) {
	if w.dirty {
		quoted = clean(quoted) // before its escapes are escaped again
	}
	for len(quoted) > 0 && !w.full {
		stop := bytes.IndexAny(quoted, `"\`)
		if stop < 0 {
			w.copy(quoted)
			return
		}
		w.copy(quoted[:stop])
		w.literal(`\`)
		w.copy(quoted[stop : stop+1])
		quoted = quoted[stop+1:]
	}
}
