package template

import (
	"strings"
	"sync"
)

// Payload is a compiled payload template. It never changes, and may be used by
// many goroutines at once.
type Payload struct {
	parts  []part
	chains chains
	paths  trie
}

// part is a piece of what rendering puts out: literal bytes, then a value.
type part struct {
	literal string
	node    int32  // of the value in the trie; 0: none
	filters uint16 // of the value, in the template's chains; 0: none
	text    bool   // the value stands within a string
}

var compileDefault = sync.OnceValues(func() (*Payload, error) { return compilePayload(DefaultPayload) })

// CompilePayload compiles a payload template; a blank one means [DefaultPayload].
// Every error is an [*Error]. What stands between placeholders is sent as it was
// written, blanks and line breaks included.
func CompilePayload(source string) (*Payload, error) {
	if strings.TrimSpace(source) == "" {
		return compileDefault()
	}
	return compilePayload(source)
}

func compilePayload(source string) (*Payload, error) {
	s := scanner{src: source}
	if err := s.scan(s.value); err != nil {
		return nil, err
	}
	paths, nodes := newTrie(s.holes)
	p := &Payload{parts: make([]part, 0, len(s.holes)+1), paths: paths}
	at := 0
	for i, h := range s.holes {
		p.parts = append(p.parts, part{literal: source[at:h.start], node: nodes[i], filters: p.chains.add(h.filters), text: h.text})
		at = h.end
	}
	p.parts = append(p.parts, part{literal: source[at:]})
	return p, nil
}
