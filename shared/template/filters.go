package template

import (
	"fmt"
	"slices"
	"strconv"
)

// Filter is what a placeholder can do to its value: {{apiErrorMsg | default: "none"}}.
type Filter struct {
	Name        string `json:"name"`
	Argument    string `json:"argument,omitempty"` // what follows the colon; "" where there is none
	Description string `json:"description"`        // for people
	Example     string `json:"example"`            // a placeholder
}

// Filters lists every filter. The caller may change the slice.
func Filters() []Filter { return slices.Clone(filterTable) }

// filterTable is the one list of filters. They are applied from left to right.
var filterTable = []Filter{
	{"text", "", "Always a string: the text of a number, of true or false, or of an object as compact JSON; empty for null and for what is missing.", "{{apiCode | text}}"},
	{"default", "a text in quotes, a number, true or false", "Stands in for a value that is missing, null or an empty text.", `{{apiErrorMsg | default: "none"}}`},
	{"limit", "a number of characters", "Cuts a text after so many characters.", "{{detail | limit: 1500}}"},
	{"slack", "", "Escapes &, < and > as Slack's markup wants it, so that a text calls nobody and makes no link.", "{{detail | slack}}"},
	{"json", "", "Compact JSON as a text.", "{{resource | json}}"},
}

// filter is a compiled use of a Filter. Every filter but default makes a value text.
type filter struct {
	apply   func(*piped)
	limit   int    // characters that are kept; 0: all
	literal string // text of the template that may be sent
}

// makers are the functions of filterTable: each makes a filter of its argument, or says what that must be.
var makers = map[string]func(argument) (f filter, wants string){
	"text":    func(argument) (filter, string) { return filter{apply: (*piped).spell}, "" },
	"default": makeDefault,
	"limit":   makeLimit,
	"slack":   func(argument) (filter, string) { return filter{apply: (*piped).slack}, "" },
	"json":    func(argument) (filter, string) { return filter{apply: (*piped).json}, "" },
}

func makeDefault(a argument) (filter, string) {
	value := []byte(a.text)
	switch {
	case a.quoted:
		value = appendQuoted(nil, value)
	case a.text != "true" && a.text != "false" && !number.MatchString(a.text):
		return filter{}, "a text in quotes, a number, true or false"
	}
	return filter{apply: func(p *piped) { p.orElse(value) }, literal: a.text}, ""
}

const maxLimit = 1_000_000 // characters

func makeLimit(a argument) (filter, string) {
	n, err := strconv.Atoi(a.text)
	if err != nil || a.quoted || !number.MatchString(a.text) || n < 1 || n > maxLimit {
		return filter{}, fmt.Sprintf("a number of characters from 1 to %d", maxLimit)
	}
	return filter{apply: func(p *piped) { p.limit(n) }, limit: n}, ""
}

func lookupFilter(name string) (Filter, bool) {
	i := slices.IndexFunc(filterTable, func(f Filter) bool { return f.Name == name })
	if i < 0 {
		return Filter{}, false
	}
	return filterTable[i], true
}

func filterNames() []string {
	names := make([]string, len(filterTable))
	for i, f := range filterTable {
		names[i] = f.Name
	}
	return names
}
