package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// canonical returns the canonical request, over the headers with the given names.
func canonical(r *http.Request, signed []string, body []byte) string {
	var b strings.Builder
	b.WriteString(r.Method + "\n" + path(r.URL) + "\n" + query(r.URL) + "\n")
	for _, name := range signed {
		b.WriteString(name + ":" + header(r, name) + "\n")
	}
	sum := sha256.Sum256(body)
	b.WriteString("\n" + strings.Join(signed, ";") + "\n" + hex.EncodeToString(sum[:]))
	return b.String()
}

// header returns the canonical value of a header. net/http keeps Host and Content-Length elsewhere.
func header(r *http.Request, name string) string {
	switch name {
	case "host":
		return r.Host
	case "content-length":
		return strconv.FormatInt(r.ContentLength, 10)
	}
	var values []string
	for _, v := range r.Header.Values(name) {
		values = append(values, strings.Join(strings.Fields(v), " "))
	}
	return strings.Join(values, ",")
}

// path returns the path, whose segments are escaped again: every service but S3 does so.
func path(u *url.URL) string {
	p := u.EscapedPath()
	if p == "" {
		return "/"
	}
	segments := strings.Split(p, "/")
	for i, s := range segments {
		segments[i] = escape(s)
	}
	return strings.Join(segments, "/")
}

// query returns the parameters sorted by name, then by value.
func query(u *url.URL) string {
	given := map[string][]string{}
	for name, values := range u.Query() {
		for _, v := range values {
			given[escape(name)] = append(given[escape(name)], escape(v))
		}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		slices.Sort(given[name])
		for _, v := range given[name] {
			all = append(all, name+"="+v)
		}
	}
	return strings.Join(all, "&")
}

// escape escapes every byte but unreserved ones (RFC 3986, section 2.3).
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
