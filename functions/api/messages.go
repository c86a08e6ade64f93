package api

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// shapeFault converts a validation error of huma. It omits the value, which may be a secret.
func shapeFault(d *huma.ErrorDetail) Fault {
	if rest, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		name, _, _ := strings.Cut(rest, " ")
		return Fault{Location: d.Location + "." + name, Message: "is required"}
	}
	if rest, ok := strings.CutPrefix(d.Message, "expected value to be one of "); ok {
		return Fault{Location: d.Location, Message: "must be one of " + strings.Trim(rest, `"`)} // one pair of quotes around all values
	}
	return Fault{Location: d.Location, Message: plain(d.Message)}
}

// wantTime is the message for values that are not RFC 3339 times.
const wantTime = "must be a time like 2025-06-07T06:33:14Z or 2025-06-07T06:33:14+08:00"

// wordings maps prefixes of huma's messages to ours.
var wordings = []struct{ theirs, ours string }{
	{"unexpected property", "unknown field"},
	{"unknown query parameter", "unknown query parameter"},
	{"expected string to be RFC 3339 date-time", wantTime},
	{"expected string", "must be a string"},
	{"expected boolean", "must be true or false"},
	{"expected array", "must be a list"},
	{"expected object", "must be an object"},
	{"expected integer", "must be a whole number"},
	{"invalid integer", "must be a whole number"},
	{"expected number", "must be a number"}, // "expected number >= 1" keeps its rest
}

func plain(message string) string {
	for _, w := range wordings {
		if rest, ok := strings.CutPrefix(message, w.theirs); ok {
			return w.ours + rest
		}
	}
	return message
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
