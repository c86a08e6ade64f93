package console

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Config configures the console. The zero value is a page without sign-in that cannot be framed.
type Config struct {
	// SignInIssuer is the OpenID Connect issuer at which users sign in when they open the page
	// without a token, such as "https://login.example.com/tenant". If empty, users cannot sign in.
	SignInIssuer string

	// SignInClientID is the console's public client id at the issuer. Its redirect URI is the URL
	// of /console/.
	SignInClientID string

	// SignInWithKey has users without a token asked for their API key. It needs no issuer.
	SignInWithKey bool

	// SignInOrigins are additional origins for signing in, for issuers whose token endpoint has
	// another origin, such as "https://acme.auth.eu-west-1.amazoncognito.com".
	SignInOrigins []string

	// FrameAncestors are the origins whose pages may embed the console in a frame, such as
	// "https://dashboard.example.com"; none by default.
	FrameAncestors []string

	// ExampleURL is suggested to users who have no endpoint yet. It may be relative to the page's
	// origin, such as "/inbox/mine". If empty, nothing is suggested.
	ExampleURL string
}

// policy returns the page's Content-Security-Policy. It also forbids converting strings to markup
// or code.
func (c Config) policy() string {
	connect := append([]string{"'self'"}, c.SignInOrigins...)
	if o := origin(c.SignInIssuer); o != "" {
		connect = append(connect, o)
	}
	ancestors := "'none'"
	if len(c.FrameAncestors) > 0 {
		ancestors = strings.Join(c.FrameAncestors, " ")
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self'",
		"connect-src " + strings.Join(connect, " "),
		"frame-ancestors " + ancestors,
		"base-uri 'none'",
		"form-action 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")
}

// ParseOrigins parses a comma-separated list of https origins; an empty list has none. Origins become
// part of a header, in which a space or a semicolon would be a separator.
func ParseOrigins(list string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	all := strings.Split(list, ",")
	for _, o := range all {
		u, err := url.Parse(o)
		if err != nil || u.Host == "" || o != "https://"+u.Host || strings.ContainsAny(o, " ;'\"") {
			return nil, fmt.Errorf("must be origins like https://login.example.com with commas between them, not %q", list)
		}
	}
	return all, nil
}

// origin returns "https://host:port" of a URL, or "" if raw is empty.
func origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// page returns the configuration that the page loads first, as JSON.
func (c Config) page() []byte {
	b, _ := json.Marshal(struct { // cannot fail: only strings and a bool
		Issuer     string `json:"issuer,omitempty"`
		ClientID   string `json:"clientId,omitempty"`
		WithKey    bool   `json:"withKey,omitempty"`
		ExampleURL string `json:"exampleUrl,omitempty"`
	}{c.SignInIssuer, c.SignInClientID, c.SignInWithKey, c.ExampleURL})
	return b
}
