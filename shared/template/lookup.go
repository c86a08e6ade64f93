package template

import (
	"bytes"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// lookup is one pass over one event. Only its memory is reused for other events.
type lookup struct {
	nodes   []node
	values  [][]byte // the JSON of each node's value; nil: missing
	decoded []byte   // JSON decoded from strings; values may point into it
	key     []byte   // the current key, if it had to be decoded
	dirty   bool     // the event may contain bytes that clean replaces
	skip    jsonscan.Skipper
	piped   piped
}

var lookups = sync.Pool{New: func() any { return new(lookup) }}

// find looks up every path of t. The caller must release the lookup once it no longer needs the
// values.
func find(t *trie, ev Event) (*lookup, error) {
	l := lookups.Get().(*lookup)
	l.nodes = t.nodes
	if cap(l.values) < len(t.nodes) {
		l.values = make([][]byte, len(t.nodes))
	}
	l.values = l.values[:len(t.nodes)]
	l.dirty = !utf8.Valid(ev.JSON)
	l.skip = jsonscan.Skipper{}

	start := jsonscan.Space(ev.JSON, 0)
	if jsonscan.At(ev.JSON, start) != '{' {
		l.release()
		return nil, ErrEvent
	}
	end := l.object(ev.JSON, start+1, &t.nodes[0])
	if end < 0 || jsonscan.Space(ev.JSON, end) < len(ev.JSON) {
		l.release()
		return nil, ErrEvent
	}
	l.dirty = l.dirty || l.skip.Surrogates
	if t.globals != 0 {
		l.globals(ev.Time, t.globals)
	}
	return l, nil
}

// release returns the lookup to the pool, unless a large event made it big.
func (l *lookup) release() {
	const keep = 64 << 10
	clear(l.values)
	l.piped.raw, l.piped.marks = nil, marks{}
	if cap(l.piped.text) > keep || cap(l.piped.spare) > keep {
		l.piped = piped{}
	}
	if cap(l.decoded) > keep || cap(l.key) > keep || cap(l.values) > keep/8 {
		return
	}
	l.nodes, l.decoded, l.key = nil, l.decoded[:0], l.key[:0]
	lookups.Put(l)
}

// object scans the object whose first key is at or after i. It returns the index after the object, or
// -1.
func (l *lookup) object(b []byte, i int, n *node) int {
	if i = jsonscan.Space(b, i); jsonscan.At(b, i) == '}' {
		return i + 1
	}
	for {
		if jsonscan.At(b, i) != '"' {
			return -1
		}
		end := l.skip.String(b, i+1)
		if end < 0 {
			return -1
		}
		child := n.child(l.decodeKey(b[i+1 : end]))
		if i = jsonscan.Space(b, end+1); jsonscan.At(b, i) != ':' {
			return -1
		}
		if i = l.value(b, jsonscan.Space(b, i+1), child); i < 0 {
			return -1
		}
		switch i = jsonscan.Space(b, i); jsonscan.At(b, i) {
		case '}':
			return i + 1
		case ',':
			i = jsonscan.Space(b, i+1)
		default:
			return -1
		}
	}
}

// array scans the array whose first element is at or after i. It returns the index after the array, or
// -1.
func (l *lookup) array(b []byte, i int, n *node) int {
	if i = jsonscan.Space(b, i); jsonscan.At(b, i) == ']' {
		return i + 1
	}
	wanted := n.indexes
	for index := 0; len(wanted) > 0; index++ {
		child := int32(0)
		if wanted[0].index == index {
			child, wanted = wanted[0].node, wanted[1:]
		}
		if i = l.value(b, i, child); i < 0 {
			return -1
		}
		switch i = jsonscan.Space(b, i); jsonscan.At(b, i) {
		case ']':
			return i + 1
		case ',':
			i = jsonscan.Space(b, i+1)
		default:
			return -1
		}
	}
	return l.skip.Nested(b, i, 1)
}

// value records the value at i for a node, and the values of the node's descendants in it. It only
// skips the value if the node is 0. It returns the index after the value, or -1.
func (l *lookup) value(b []byte, i int, id int32) int {
	if id == 0 {
		return l.skip.Value(b, i)
	}
	n := &l.nodes[id]
	if l.values[id] != nil { // duplicate key: the last one counts
		clear(l.values[id:n.end])
	}
	end := -1
	switch c := jsonscan.At(b, i); {
	case n.end == id+1:
		end = l.skip.Value(b, i)
	case c == '{':
		end = l.object(b, i+1, n)
	case c == '[':
		end = l.array(b, i+1, n)
	default:
		end = l.skip.Value(b, i)
		if c == '"' && end > 0 {
			l.embedded(b[i+1:end-1], n)
		}
	}
	if end > 0 {
		l.values[id] = b[i:end]
	}
	return end
}

// embedded scans the JSON object or array in a string. It does nothing if the string contains anything
// else.
func (l *lookup) embedded(content []byte, n *node) {
	start := len(l.decoded)
	var ok bool
	if l.decoded, ok = jsonscan.AppendEmbedded(l.decoded, content); !ok {
		return
	}
	b := l.decoded[start:]
	first := jsonscan.Space(b, 0)
	if b[first] == '{' {
		l.object(b, first+1, n)
	} else {
		l.array(b, first+1, n)
	}
}

// decodeKey decodes a key of the event. The result is valid until the next call.
func (l *lookup) decodeKey(raw []byte) []byte {
	if !l.dirty && bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	l.key = jsonscan.AppendUnescaped(l.key[:0], raw)
	return l.key
}

// globals records the values of globals as if they were part of the event.
func (l *lookup) globals(t time.Time, id int32) {
	start := len(l.decoded)
	l.decoded = append(l.decoded, `{"dateISO":"`...)
	l.decoded = t.UTC().AppendFormat(l.decoded, time.RFC3339)
	l.decoded = append(l.decoded, `","dateUnix":`...)
	l.decoded = strconv.AppendInt(l.decoded, t.Unix(), 10)
	l.decoded = append(l.decoded, '}')
	l.value(l.decoded[start:], 0, id)
}
