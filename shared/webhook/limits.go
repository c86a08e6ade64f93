package webhook

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits bound what users can configure. Each limit is a setting of the deployment.
type Limits struct {
	Integrations    int // of one user
	Name            int // characters
	Description     int // characters
	URL             int // bytes
	PayloadTemplate int // bytes
	HeadersTemplate int // bytes
	Headers         int
	RequestBody     int // bytes of a request to the management API
	Page            int // entries
}

// DefaultLimits returns the default limits.
func DefaultLimits() Limits {
	return Limits{
		Integrations: 100, Name: 100, Description: 1000, URL: 2048,
		PayloadTemplate: 32 << 10, HeadersTemplate: 8 << 10, Headers: 50,
		RequestBody: 256 << 10, Page: 100,
	}
}

// Check returns the validation errors of an integration's own fields. The packages that send
// requests and render templates check the contents of the URL and the templates.
func (l Limits) Check(in Integration, types EventTypes) FieldErrors {
	var errs FieldErrors
	add := func(field, format string, args ...any) {
		errs = append(errs, &FieldError{Field: field, Reason: fmt.Sprintf(format, args...)})
	}
	switch n := utf8.RuneCountInString(in.Name); {
	case !strings.ContainsFunc(in.Name, visible):
		add("name", "must not be empty: give the integration a name of 1 to %d characters", l.Name)
	case n > l.Name:
		add("name", "has %d characters, at most %d are allowed", n, l.Name)
	case !printable(in.Name, ""):
		add("name", "must not contain control characters or line breaks")
	}
	if n := utf8.RuneCountInString(in.Description); n > l.Description {
		add("description", "has %d characters, at most %d are allowed", n, l.Description)
	} else if !printable(in.Description, "\n\r\t") {
		add("description", "must not contain control characters")
	}
	bytes := func(field, value string, most int) {
		if len(value) > most {
			add(field, "has %d bytes, at most %d are allowed", len(value), most)
		}
	}
	bytes("requestUrl", in.RequestURL, l.URL)
	bytes("payloadTemplate", in.PayloadTemplate, l.PayloadTemplate)
	bytes("headersTemplate", in.HeadersTemplate, l.HeadersTemplate)
	errs = append(errs, checkEventTypes(in.EventTypes, types)...)
	if !slices.Contains(IntegrationStatuses(), in.Status) {
		add("status", "must be active, paused or disabled, not %.40q", in.Status)
	}
	return errs
}

func checkEventTypes(asked []EventType, types EventTypes) FieldErrors {
	var errs FieldErrors
	if len(asked) == 0 {
		errs = append(errs, &FieldError{Field: "eventTypes", Reason: "must list at least one of " + types.String()})
	}
	seen := map[EventType]bool{}
	for i, t := range asked {
		field := fmt.Sprintf("eventTypes[%d]", i)
		switch {
		case !types.Known(t):
			errs = append(errs, &FieldError{Field: field, Reason: fmt.Sprintf("unknown event type %.100q; known are %s", t, types)})
		case seen[t]:
			errs = append(errs, &FieldError{Field: field, Reason: fmt.Sprintf("%q is listed twice", t)})
		}
		seen[t] = true
	}
	return errs
}

// visible reports whether r has a visible glyph: it is not a space and not of zero width.
func visible(r rune) bool { return r != ' ' && unicode.IsPrint(r) }

func printable(s, but string) bool {
	for _, r := range s {
		if unicode.IsControl(r) && !strings.ContainsRune(but, r) {
			return false
		}
	}
	return utf8.ValidString(s)
}
