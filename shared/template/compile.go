package template

import (
	"strings"
	"sync"
)

// Payload is a compiled payload template. It is immutable and safe for concurrent use.
type Payload struct {
	parts  []part
	chains chains
	paths  trie
}

// part is a piece of the output: literal bytes, then a value.
type part struct {
	literal string
	node    int32  // of the value in the trie; 0: none
	filters uint16 // of the value, in the template's chains; 0: none
	text    bool   // the value is inside a string
}

var compileDefault = sync.OnceValues(func() (*Payload, error) { return compilePayload(DefaultPayload) })

// CompilePayload compiles a payload template. A blank one means [DefaultPayload]. Every error is an
// [*Error]. Text between placeholders is sent unchanged, including white space and line breaks.
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
