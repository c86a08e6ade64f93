package template

import "strings"

// Reserved reports whether only the system can set the header with that name, in any case. A template
// that sets it is rendered without it.
func Reserved(name string) bool { return overwritten[strings.ToLower(name)] || framing(name) }

// overwritten are the headers that this program sets on each request.
var overwritten = map[string]bool{
	"host":                true,
	"content-type":        true,
	"request-origin":      true,
	"webhook":             true,
	"webhook-attempt":     true,
	"webhook-dispatch-id": true,
	"webhook-id":          true,
	"webhook-signature":   true,
	"webhook-timestamp":   true,
}

// framing reports whether the header with that name, in any case, belongs to the connection (RFC 9110,
// section 7.6.1) or to the message's framing.
func framing(name string) bool {
	name = strings.ToLower(name)
	return framingNames[name] || strings.HasPrefix(name, "proxy-")
}

var framingNames = map[string]bool{
	"connection":        true,
	"content-encoding":  true, // the body is sent as it is signed
	"content-length":    true,
	"expect":            true,
	"http2-settings":    true,
	"keep-alive":        true,
	"te":                true,
	"trailer":           true,
	"transfer-encoding": true,
	"upgrade":           true,
}

// isToken reports whether s is a valid header name (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}
