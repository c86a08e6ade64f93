package egress

import (
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// insideNames are the top-level names that never lead to the public internet.
var insideNames = []string{
	"localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "arpa", "onion",
}

// hosts maps names like browsers do before looking them up. It allows hyphens anywhere, because
// netlify.app and tumblr.com assign such names, and underscores. See
// https://url.spec.whatwg.org/#concept-domain-to-ascii.
var hosts = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.CheckHyphens(false), idna.StrictDomainName(false))

// ToASCII returns a host as it is looked up: in lower case, and in Punycode if it is not ASCII. It
// returns an error if the result contains anything but letters, digits, hyphens, underscores and
// dots.
func ToASCII(host string) (string, error) {
	ascii, err := hosts.ToASCII(host)
	if err != nil {
		return "", err
	}
	ascii = strings.ToLower(ascii)
	inside := func(r rune) bool {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("-_.", r)
	}
	if ascii == "" || strings.ContainsFunc(ascii, func(r rune) bool { return !inside(r) }) {
		return "", fmt.Errorf("%q is not a domain name", host)
	}
	return ascii, nil
}

// checkName checks a host that is not in brackets. It first maps the host like a client does before
// looking it up, so that full-width digits, circled letters and ideographic full stops are
// recognized.
func (p Policy) checkName(host string) string {
	if strings.Contains(host, "%") {
		return "must not have escapes (%...) in its host"
	}
	ascii, err := ToASCII(host)
	if err != nil {
		return fmt.Sprintf("has a host that is not a domain name: %.100q", host)
	}
	if strings.HasSuffix(ascii, ".") {
		return "has a host with a dot at its end: leave the dot off"
	}
	if looksNumeric(ascii) {
		return p.checkNumeric(ascii)
	}
	return p.checkDomain(ascii)
}

func (p Policy) checkNumeric(host string) string {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return "has a host that reads like a number: write an IPv4 address as four decimal numbers, like 203.0.114.7"
	}
	return p.checkAddr(addr)
}

func (p Policy) checkDomain(host string) string {
	if p.Allow.hasName(host) {
		return ""
	}
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if p.AllowLoopback && last == "localhost" {
		return ""
	}
	for _, inside := range insideNames {
		if last == inside {
			return fmt.Sprintf("has a host under %q, a name that is not public", inside)
		}
	}
	if len(labels) == 1 {
		return fmt.Sprintf("has the host %.100q, a name that is not public: a public one has a dot, like example.com", host)
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || len(host) > 253 {
			return "has a host with a part that is empty or too long"
		}
	}
	return ""
}

// looksNumeric reports whether some client would parse the host as an IPv4 address: its last part
// is a decimal, octal or hexadecimal number. See
// https://url.spec.whatwg.org/#ends-in-a-number-checker.
func looksNumeric(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}
