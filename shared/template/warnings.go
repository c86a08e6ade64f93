package template

import (
	"regexp"
	"strings"
)

// PayloadWarnings returns the probable mistakes in a payload template that compiles. It returns nothing
// for a template that does not compile or is blank.
func PayloadWarnings(source string) []Fault {
	s := scanner{src: source}
	if s.scan(s.value) != nil {
		return nil
	}
	if len(s.holes) == 0 {
		s.fault(0, len(source), "there is no placeholder, so every request has the same body: write variables like {{taskId}}")
	}
	return s.lookAlikes()
}

// HeadersWarnings does the same for a headers template, which often has no placeholder, but may set
// headers that the system overwrites.
func HeadersWarnings(source string) []Fault {
	c := headersCompiler{scanner: scanner{src: source}, seen: map[string]bool{}}
	if c.scan(c.root) != nil {
		return nil
	}
	c.name(func(name string) bool { return overwritten[strings.ToLower(name)] },
		"the system sets the header %q itself, so this value is not sent: remove it")
	return c.lookAlikes()
}

// URLWarnings does the same for a request URL.
func URLWarnings(source string) []Fault {
	c := urlCompiler{scanner{src: source}}
	if c.scan(c.root) != nil {
		return nil
	}
	return c.lookAlikes()
}

// RefusedHeaders returns an error for each header of a template that must not be saved because it
// belongs to the connection or to the message's framing. Templates that were saved with one are
// rendered without it. It returns nothing for a template that does not compile.
func RefusedHeaders(source string) []Fault {
	c := headersCompiler{scanner: scanner{src: source}, seen: map[string]bool{}}
	if c.scan(c.root) != nil {
		return nil
	}
	c.name(framing, "the header %q belongs to the connection and cannot be set: remove it")
	return c.faults
}

// name adds a fault for each header whose name is one of those.
func (c *headersCompiler) name(is func(string) bool, format string) {
	for _, f := range c.found {
		if is(f.name) {
			c.fault(f.key.start, f.key.end-f.key.start, format, f.name)
		}
	}
}

// lookAlike matches what is a placeholder in other systems: ${taskId} and <taskId>.
var lookAlike = regexp.MustCompile(`\$\{[ \t]*([^\s{}<>"$|]+)[ \t]*\}|<([^\s{}<>"$|]+)>`)

// lookAlikes adds a warning for known variables in the placeholder syntax of another system, and returns
// all warnings. An element with a closing tag, as in <url>...</url>, is markup.
func (s *scanner) lookAlikes() []Fault {
	holes := s.holes
	known := map[string]bool{} // by the text as written, which can occur thousands of times
	for _, at := range lookAlike.FindAllStringSubmatchIndex(s.src, -1) {
		start, end := at[0], at[1]
		for len(holes) > 0 && holes[0].end <= start {
			holes = holes[1:]
		}
		if len(holes) > 0 && holes[0].start < end { // it is in a filter's argument
			continue
		}
		written, name := s.src[start:end], s.src[max(at[2], at[4]):max(at[3], at[5])]
		variable, seen := known[written]
		if !seen {
			_, wrong := parsePath(name)
			variable = wrong == nil && !(written[0] == '<' && strings.Contains(s.src, "</"+name+">"))
			known[written] = variable
		}
		if variable {
			s.fault(start, end-start, "%s is sent as it is written: write {{%s}} for its value", written, name)
		}
	}
	return s.faults
}
