package console

import (
	"encoding/json"
	"net/url"
	"strings"
)

// Config is what a deployment says about its console. Its zero value serves a
// page without sign-in that nobody may show in a frame.
type Config struct {
	// SignInIssuer is the OpenID Connect issuer at which users sign in when the page was
	// opened without a token: "https://login.example.com/tenant". "" if there is none.
	SignInIssuer string

	// SignInClientID is the public client that the console is at the issuer. Its
	// redirect URI is the address of /console/.
	SignInClientID string

	// SignInOrigins are further origins that take part in signing in, for issuers
	// whose token endpoint is not on their own: "https://acme.auth.eu-west-1.amazoncognito.com".
	SignInOrigins []string

	// FrameAncestors are the origins whose pages may show the console in a frame:
	// "https://dashboard.example.com". By default nobody may.
	FrameAncestors []string

	// ExampleURL is offered to a user who has no endpoint yet, and may be relative to
	// the page's origin: "/inbox/mine". "" offers nothing.
	ExampleURL string
}

// policy is the page's Content-Security-Policy. Beyond the usual, it makes the
// browser refuse to turn any string into markup or code.
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

// origin returns "https://host:port" of a URL, "" for none.
func origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// page is what the page asks for before anything else, as JSON.
func (c Config) page() []byte {
	b, _ := json.Marshal(struct { // strings always have a JSON form
		Issuer     string `json:"issuer,omitempty"`
		ClientID   string `json:"clientId,omitempty"`
		ExampleURL string `json:"exampleUrl,omitempty"`
	}{c.SignInIssuer, c.SignInClientID, c.ExampleURL})
	return b
}
