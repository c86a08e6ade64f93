package egress

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// CheckURL checks what can be checked about a request URL before it is called. It returns a
// *webhook.FieldError for the field requestUrl. Its text does not contain the URL, which may
// include a token.
func (p Policy) CheckURL(raw string) error {
	if reason := p.checkURL(raw); reason != "" {
		return &webhook.FieldError{Field: "requestUrl", Reason: reason}
	}
	return nil
}

func (p Policy) checkURL(raw string) string {
	if reason := p.checkText(raw); reason != "" {
		return reason
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "is not a URL: write it like https://example.com/hooks"
	}
	switch {
	case u.Scheme == "":
		return "has no scheme: it must begin with https://"
	case u.Scheme == "http" && !p.AllowHTTP:
		return "must begin with https:// here: http would carry your data in the open"
	case u.Scheme != "https" && u.Scheme != "http":
		return fmt.Sprintf("has the scheme %.20q: it must begin with https://", u.Scheme)
	case u.Host == "" || u.Hostname() == "":
		return "has no host: write it like https://example.com/hooks"
	case u.User != nil:
		return "must not hold a user name or password: put credentials into the headers template"
	case strings.Contains(raw, "#"):
		return "must not have a fragment (#...): it is never sent"
	}
	if reason := checkPortText(u); reason != "" {
		return reason
	}
	return p.checkHost(u)
}

func (p Policy) checkText(raw string) string {
	most := defaultMaxURL
	if p.MaxURL > 0 {
		most = p.MaxURL
	}
	switch {
	case raw == "":
		return "must not be empty: write it like https://example.com/hooks"
	case len(raw) > most:
		return fmt.Sprintf("has %d bytes, at most %d are allowed", len(raw), most)
	case !utf8.ValidString(raw):
		return "is not valid UTF-8"
	case strings.IndexFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) >= 0:
		return "must not contain spaces, line breaks, control or invisible characters"
	case strings.Contains(raw, `\`):
		return "must not contain a backslash"
	}
	return ""
}

// checkPortText also rejects "https://host:", which Go dials as 443 and other clients do not.
func checkPortText(u *url.URL) string {
	_, after, found := strings.Cut(u.Host[strings.LastIndexByte(u.Host, ']')+1:], ":")
	if !found {
		return ""
	}
	port, err := strconv.ParseUint(after, 10, 16)
	if err != nil || port == 0 || after != strconv.FormatUint(port, 10) {
		return "has a port that is not a number from 1 to 65535"
	}
	return checkPort(uint16(port))
}

// checkHost rejects addresses that are not public, and names that can only mean this machine or its
// network.
func (p Policy) checkHost(u *url.URL) string {
	host := u.Hostname()
	if strings.HasPrefix(u.Host, "[") {
		addr, err := netip.ParseAddr(host)
		switch {
		case err != nil:
			return "has brackets around something that is no IPv6 address"
		case addr.Zone() != "":
			return "has an IPv6 address with a zone: zones exist only inside a network"
		}
		return p.checkAddr(addr)
	}
	return p.checkName(host)
}

func (p Policy) checkAddr(addr netip.Addr) string {
	if !p.Allow.permits(addr) && p.guardian().SafeAddr(addr) != nil {
		return fmt.Sprintf("has the address %s, which is not a public one", addr)
	}
	return ""
}
