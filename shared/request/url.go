package request

import (
	"strings"

	"github.com/thordata/webhook-integration/shared/egress"
)

// sentURL returns a URL as it goes into the request line: as its owner wrote it, escapes included,
// and only what may not stand there is percent-encoded. The host is written as it is looked up. A
// URL that egress.Policy refuses is returned as it is, or nearly so.
func sentURL(raw string) string {
	scheme, rest, found := strings.Cut(raw, "://")
	if !found {
		return raw
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, rest := rest[:end], rest[end:]
	rest, fragment, hasFragment := strings.Cut(rest, "#")
	path, query, hasQuery := strings.Cut(rest, "?")
	var b strings.Builder
	b.Grow(len(raw) + 16)
	b.WriteString(scheme + "://" + asciiHost(host))
	encode(&b, path)
	if hasQuery {
		b.WriteByte('?')
		encode(&b, query)
	}
	if hasFragment {
		b.WriteString("#" + fragment)
	}
	return b.String()
}

// asciiHost maps a host as the check of addresses does, keeping its port.
func asciiHost(hostport string) string {
	host, port := hostport, ""
	if i := strings.LastIndexByte(hostport, ':'); i > strings.LastIndexByte(hostport, ']') {
		host, port = hostport[:i], hostport[i:]
	}
	if ascii, err := egress.ToASCII(host); err == nil && !strings.HasPrefix(host, "[") {
		return ascii + port
	}
	return hostport
}

// notSent are the ASCII characters that strict receivers refuse in a request line, Tomcat and
// Node.js among them, although some are allowed there. See RFC 3986, appendix A.
const notSent = "\"<>{}|^`[]"

const upperHex = "0123456789ABCDEF"

func encode(b *strings.Builder, s string) {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7F || strings.IndexByte(notSent, c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
			continue
		}
		b.WriteByte(c)
	}
}
