package request

import (
	"bufio"
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/thordata/webhook-integration/shared/egress"
)

// requestLine returns the request target that net/http writes for a URL.
func requestLine(t interface{ Fatal(...any) }, raw string) string {
	req, err := http.NewRequest(http.MethodPost, sentURL(raw), nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := req.Write(&out); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(&out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(line, "POST "), " HTTP/1.1\r\n")
}

func TestURLsAreSentAsWritten(t *testing.T) {
	for raw, want := range map[string]string{
		"https://h.example":                        "/",
		"https://h.example?a=1":                    "/?a=1",
		"https://h.example/é/a%2Fb":                "/%C3%A9/a%2Fb",
		"https://h.example/a|b/c%2Fd":              "/a%7Cb/c%2Fd",
		"https://h.example/a%2fb%7e":               "/a%2fb%7e",
		"https://h.example/x?q=é":                  "/x?q=%C3%A9",
		`https://h.example/x?q="x"`:                "/x?q=%22x%22",
		"https://h.example/x?a=<b>":                "/x?a=%3Cb%3E",
		"https://h.example/x?a={b}|^`[c]":          "/x?a=%7Bb%7D%7C%5E%60%5Bc%5D",
		"https://h.example/x?a+b%2F;c&&d=&e":       "/x?a+b%2F;c&&d=&e",
		"https://h.example/x?a=100%&b=%zz":         "/x?a=100%&b=%zz",
		"https://h.example/x?a=b?c/d:@!$'()*,~":    "/x?a=b?c/d:@!$'()*,~",
		"https://h.example/a;b=c:@!$&'()*+,=~-._/": "/a;b=c:@!$&'()*+,=~-._/",
		"https://h.example/[a]":                    "/%5Ba%5D",
		"https://h.example//a/../b/./c":            "//a/../b/./c",
		"https://h.example/?":                      "/?",
		"https://h.example/%E2%82%AC/%25":          "/%E2%82%AC/%25",
	} {
		if got := requestLine(t, raw); got != want {
			t.Errorf("%s is sent as %s, want %s", raw, got, want)
		}
	}
}

func TestHostsAreSentAsLookedUp(t *testing.T) {
	for raw, want := range map[string]string{
		"https://bücher.example/x":      "https://xn--bcher-kva.example/x",
		"https://BÜCHER.example:8443/x": "https://xn--bcher-kva.example:8443/x",
		"https://my_app.example.com":    "https://my_app.example.com",
		"https://ü--b.example/":         "https://xn----b-goa.example/",
		"https://[2001:db8::1]:8443/x":  "https://[2001:db8::1]:8443/x",
		"https://[2001:db8::1]/x":       "https://[2001:db8::1]/x",
		"not a URL":                     "not a URL",
	} {
		if got := sentURL(raw); got != want {
			t.Errorf("%s is sent as %s, want %s", raw, got, want)
		}
	}
}

var escapes = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// For every URL that can be saved, the request line is ASCII and contains the owner's escapes in
// their order, and the receiver decodes the owner's path and query.
func TestURLsThatCanBeSavedAreSentUnchanged(t *testing.T) {
	piece := rapid.OneOf(
		rapid.StringMatching(`%[0-9A-Fa-f]{2}`), rapid.StringMatching(`[!-~]`), rapid.SampledFrom([]string{"é", "数", "🚚", "/", "&", "=", "+", ";", "%2F", "%2f", "%"}),
	)
	rapid.Check(t, func(t *rapid.T) {
		raw := "https://h.example/" + strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "path"), "")
		if rapid.Bool().Draw(t, "with a query") {
			raw += "?" + strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "query"), "")
		}
		if (egress.Policy{}).CheckURL(raw) != nil {
			t.Skip("this URL cannot be saved")
		}
		line := requestLine(t, raw)
		for i := range len(line) {
			if line[i] <= ' ' || line[i] > '~' || strings.IndexByte("\"<>{}|^`[]", line[i]) >= 0 {
				t.Fatalf("%s is sent as %s, which contains %q", raw, line, line[i])
			}
		}
		rest := line
		for _, e := range escapes.FindAllString(strings.TrimPrefix(raw, "https://h.example"), -1) {
			_, after, ok := strings.Cut(rest, e)
			if !ok {
				t.Fatalf("%s is sent as %s, without the escape %s", raw, line, e)
			}
			rest = after
		}
		path, query, _ := strings.Cut(strings.TrimPrefix(raw, "https://h.example"), "?")
		sentPath, sentQuery, _ := strings.Cut(line, "?")
		want, err1 := url.PathUnescape(path)
		got, err2 := url.PathUnescape(sentPath)
		if err1 != nil || err2 != nil || got != want {
			t.Fatalf("%s is sent as %s: the receiver decodes the path %q (%v), want %q (%v)", raw, line, got, err2, want, err1)
		}
		wantQuery, wantErr := url.QueryUnescape(query)
		if gotQuery, err := url.QueryUnescape(sentQuery); (err == nil) != (wantErr == nil) || gotQuery != wantQuery {
			t.Fatalf("%s is sent as %s: the receiver decodes the query %q, want %q", raw, line, gotQuery, wantQuery)
		}
	})
}
