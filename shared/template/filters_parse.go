package template

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

const (
	// maxFilters is how many filters a placeholder may chain: json may double a text each time.
	maxFilters = 5

	maxLimit = 1_000_000 // characters
)

// parsePlaceholder reads what stands between the braces: a path, and filters behind bars. A fault's
// offset counts from the start of text, and is -1 where it concerns all of it.
func parsePlaceholder(text string) (path []string, filters []filter, fault *Fault) {
	name, rest, some := strings.Cut(text, "|")
	if path, fault = parsePath(strings.Trim(name, " \t")); fault != nil {
		fault.Offset = -1
		return nil, nil, fault
	}
	at := len(name) + 1
	for some {
		if len(filters) == maxFilters {
			return nil, nil, &Fault{Offset: at - 1, Length: 1, Message: fmt.Sprintf("a placeholder has at most %d filters", maxFilters)}
		}
		size := filterSize(rest)
		f, fault := parseFilter(rest[:size])
		if fault != nil {
			fault.Offset += at
			return nil, nil, fault
		}
		filters = append(filters, f)
		if some = size < len(rest); some {
			rest, at = rest[size+1:], at+size+1
		}
	}
	return path, filters, nil
}

// filterSize is where the filter at the start of text ends: at the next bar outside of quotes.
func filterSize(text string) int {
	quote := byte(0)
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
		case c == '"' || c == '\'':
			quote = c
		case c == '|':
			return i
		}
	}
	return len(text)
}

// parseFilter reads one filter with its argument.
func parseFilter(text string) (filter, *Fault) {
	name, argument, some := strings.Cut(text, ":")
	at := len(name) - len(strings.TrimLeft(name, " \t"))
	name, argument = strings.Trim(name, " \t"), strings.Trim(argument, " \t")
	wrong := func(suggestion, format string, args ...any) (filter, *Fault) {
		return filter{}, &Fault{Offset: at, Length: max(len(strings.Trim(text, " \t")), 1), Message: fmt.Sprintf(format, args...), Suggestion: suggestion}
	}
	known, ok := lookupFilter(name)
	switch {
	case name == "":
		return wrong("", `a filter is missing after "|": one of %s`, filterNames())
	case !ok:
		return wrong(nearestOf(name, filterList()), "unknown filter %q: there are %s", name, filterNames())
	case known.Argument == "" && some:
		return wrong("", "the filter %s takes no argument: write %s", name, known.Example)
	case known.Argument != "" && argument == "":
		return wrong("", "the filter %s needs %s: write %s", name, known.Argument, known.Example)
	}
	f := filter{apply: filtering[name]}
	switch name {
	case "limit":
		n, err := strconv.Atoi(argument)
		if err != nil || n < 1 || n > maxLimit {
			return wrong("", "the filter limit needs a number of characters from 1 to %d: write %s", maxLimit, known.Example)
		}
		f.limit = n
	case "default":
		if f.raw = parseDefault(argument); f.raw == nil {
			return wrong("", "the filter default needs %s: write %s", known.Argument, known.Example)
		}
	}
	return f, nil
}

// parseDefault reads the argument of default, nil if it is none. A text stands in double quotes, which
// a JSON string writes as \", though they are understood without; or in single quotes.
func parseDefault(argument string) []byte {
	if strings.HasPrefix(argument, `\"`) {
		argument = unescape(argument)
	}
	if n := len(argument); n >= 2 && argument[0] == '\'' && argument[n-1] == '\'' {
		return quote(strings.ToValidUTF8(unescape(argument[1:n-1]), "\uFFFD"))
	}
	var value any
	if json.Unmarshal([]byte(argument), &value) != nil {
		return nil
	}
	switch value := value.(type) {
	case string:
		return quote(value)
	case float64, bool:
		return []byte(argument)
	}
	return nil
}

func lookupFilter(name string) (Filter, bool) {
	for _, f := range filterTable {
		if f.Name == name {
			return f, true
		}
	}
	return Filter{}, false
}

func filterList() []string {
	names := make([]string, len(filterTable))
	for i, f := range filterTable {
		names[i] = f.Name
	}
	return names
}

func filterNames() string { return strings.Join(filterList(), ", ") }
