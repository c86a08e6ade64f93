package webhook

import (
	"fmt"
	"strconv"
	"strings"
)

// A limitSetting is the name of a limit in the LIMITS setting, and its allowed range.
type limitSetting struct {
	name      string
	of        func(*Limits) *int
	low, high int
}

// limitSettings lists every limit. The maximum sizes follow from what a DynamoDB item can hold.
var limitSettings = []limitSetting{
	{"integrations", func(l *Limits) *int { return &l.Integrations }, 1, 10_000},
	{"name", func(l *Limits) *int { return &l.Name }, 1, 1000},
	{"description", func(l *Limits) *int { return &l.Description }, 0, 10_000},
	{"url", func(l *Limits) *int { return &l.URL }, 10, 16 << 10},
	{"payloadTemplate", func(l *Limits) *int { return &l.PayloadTemplate }, 1, 256 << 10},
	{"headersTemplate", func(l *Limits) *int { return &l.HeadersTemplate }, 1, 64 << 10},
	{"headers", func(l *Limits) *int { return &l.Headers }, 0, 1000},
	{"requestBody", func(l *Limits) *int { return &l.RequestBody }, 1 << 10, 6 << 20},
	{"page", func(l *Limits) *int { return &l.Page }, 1, 1000},
}

// ParseLimits parses limits such as "integrations=100,page=50". Limits that are not listed have
// their defaults. The names are integrations, name and description (characters), url,
// payloadTemplate, headersTemplate and requestBody (bytes), headers, and page (entries). The error
// lists every mistake.
func ParseLimits(raw string) (Limits, error) {
	limits := DefaultLimits()
	var wrong []string
	seen := map[string]bool{}
	for entry := range strings.SplitSeq(raw, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		name, value, _ := strings.Cut(entry, "=")
		s, ok := findLimit(name)
		if !ok {
			wrong = append(wrong, fmt.Sprintf("unknown limit %.40q (known are %s)", name, limitNames()))
			continue
		}
		if seen[name] {
			wrong = append(wrong, fmt.Sprintf("%s is set twice", name))
		}
		seen[name] = true
		n, err := strconv.Atoi(value)
		if err != nil || n < s.low || n > s.high {
			wrong = append(wrong, fmt.Sprintf("%s must be a whole number from %d to %d, not %.40q", name, s.low, s.high, value))
			continue
		}
		*s.of(&limits) = n
	}
	if len(wrong) > 0 {
		return DefaultLimits(), fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	return limits, nil
}

func findLimit(name string) (limitSetting, bool) {
	for _, s := range limitSettings {
		if s.name == name {
			return s, true
		}
	}
	return limitSetting{}, false
}

func limitNames() string {
	names := make([]string, len(limitSettings))
	for i, s := range limitSettings {
		names[i] = s.name
	}
	return strings.Join(names, ", ")
}
