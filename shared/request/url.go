package request

import (
	"strings"

	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/template"
)

// target is a compiled request URL.
type target struct {
	url   *template.URL // nil if fixed is sent
	fixed string
}

// compileTarget compiles a request URL. One with braces that are not placeholders was saved before there
// were placeholders in URLs; it is sent as it was then. It returns no error.
func compileTarget(raw string) (target, error) {
	u, err := template.CompileURL(raw)
	if err != nil || u.Fixed() {
		return target{fixed: sentURL(raw)}, nil
	}
	return target{url: u}, nil
}

// render returns the URL for the request line. With placeholders, it has at most so many bytes before
// characters in the template's own text are encoded.
func (t target) render(ev template.Event, limit int) (string, error) {
	if t.url == nil {
		return t.fixed, nil
	}
	rendered, err := t.url.Append(nil, ev, limit)
	return sentURL(string(rendered)), err
}

// masked returns what render does, with each value at a secret path replaced.
func (t target) masked(ev template.Event, secrets template.Secrets) (string, error) {
	if t.url == nil {
		return t.fixed, nil
	}
	rendered, err := t.url.AppendMasked(nil, ev, secrets)
	return sentURL(string(rendered)), err
}

// sentURL returns the URL for the request line: unchanged, including escapes, except that
// characters that are not allowed there are percent-encoded and that the host is in the form used
// for DNS. A URL that egress.Policy rejects is returned almost unchanged.
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

// asciiHost converts the host like the check of addresses does, and keeps the port.
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

// notSent are the ASCII characters that strict receivers, such as Tomcat and Node.js, reject in a
// request line, although some of them are allowed. See RFC 3986, appendix A.
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
