package template

import (
	"strings"
	"testing"
)

// A limit bounds the work of what is before it: else a template of a thousand placeholders over a large
// event would take seconds.
func TestALimitBoundsTheChain(t *testing.T) {
	values := map[string]string{
		"text":   `"` + strings.Repeat(`\"`, 100_000) + `"`,
		"object": `{"a":["` + strings.Repeat("<\xff", 100_000) + `",` + strings.Repeat("1, ", 50_000) + `1]}`,
		"ascii":  `["` + strings.Repeat("x", 200_000) + `"]`,
	}
	for _, filters := range []string{"limit: 3", "json | limit: 3", "json | slack | json | limit: 3", "slack | text | limit: 3"} {
		s := scanner{src: "{{userId | " + filters + "}}"}
		if err := s.scan(s.value); err != nil {
			t.Fatal(err)
		}
		for name, value := range values {
			var p piped
			s.holes[0].filters.run(&p, []byte(value), true, 1<<20)
			if size := cap(p.text) + cap(p.spare); len(p.text) == 0 || size > 1000 {
				t.Errorf("%s of %s gives %q and takes %d bytes", filters, name, p.text, size)
			}
		}
	}
}

// Without a limit, the room in the body bounds it.
func TestTheBodyBoundsTheChain(t *testing.T) {
	s := scanner{src: "{{userId | json | json | json | json | json}}"}
	if err := s.scan(s.value); err != nil {
		t.Fatal(err)
	}
	var p piped
	s.holes[0].filters.run(&p, []byte(`"`+strings.Repeat(`\"`, 100_000)+`"`), false, 1000)
	if size := cap(p.text) + cap(p.spare); len(p.text) <= 1000 || size > 10_000 {
		t.Errorf("gives %d bytes and takes %d", len(p.text), size)
	}
}
