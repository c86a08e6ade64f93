package delivery_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// A compressed response body that was not requested is decompressed, or its encoding is named.
func TestCompressedResponseIsDecompressed(t *testing.T) {
	pack := func(to func(io.Writer) io.WriteCloser, text string) string {
		var packed bytes.Buffer
		z := to(&packed)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
		return packed.String()
	}
	gz := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	raw := func(w io.Writer) io.WriteCloser {
		z, err := flate.NewWriter(w, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	fine := pack(gz, "it's fine")
	const cutOff = "nothing of the body arrives"
	hidden := func(encoding string) string {
		return fmt.Sprintf("(not shown: the body has the content encoding %q, which was not requested)", encoding)
	}
	for name, c := range map[string]struct{ encoding, body, want string }{
		"gzip":                 {"gzip", fine, "it's fine"},
		"in upper case":        {"GZIP", fine, "it's fine"},
		"by its old name":      {"x-gzip", fine, "it's fine"},
		"a bomb":               {"gzip", pack(gz, strings.Repeat("0", 16<<20)), strings.Repeat("0", 1<<10)},
		"a bomb of characters": {"gzip", pack(gz, strings.Repeat("é", 8<<20)), strings.Repeat("é", 512)},
		"deflate":              {"deflate", pack(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, "it's fine"), "it's fine"},
		"deflate, no header":   {"deflate", pack(raw, "it's fine"), "it's fine"},
		"nothing in gzip":      {"gzip", pack(gz, ""), ""},
		"empty":                {"gzip", "", ""},
		"empty, unknown":       {"br", "", ""},
		"cut off":              {"gzip", cutOff, ""},
		"text called gzip":     {"gzip", "it's fine", "it's fine"},
		"text called deflate":  {"deflate", `{"ok": true}`, `{"ok": true}`},
		"text called utf-8":    {"utf-8", "é is fine", "é is fine"},
		"long text":            {"utf-8", "a" + strings.Repeat("é", 1000), "a" + strings.Repeat("é", 511)},
		"bytes called gzip":    {"gzip", "\x00\xff", hidden("gzip")},
		"bytes called deflate": {"deflate", "\xff\xff\xff", hidden("deflate")},
		"broken at once":       {"gzip", fine[:10] + "\xff\xff\xff\xff", hidden("gzip")},
		"checksum cut off":     {"gzip", fine[:len(fine)-8], "it's fine"},
		"brotli":               {"br", "\x0b\x02\x80hello\x03", hidden("br")},
		"brotli that is ASCII": {"br", "\x0b\x02", hidden("br")},
		"packed twice":         {"gzip, gzip", pack(gz, fine), hidden("gzip, gzip")},
		"a long name":          {strings.Repeat("n", 99), "\x00", hidden(strings.Repeat("n", 40))},
		"as it is":             {"identity", "it's fine", "it's fine"},
		"bytes as they are":    {"identity", "\xff", "\uFFFD"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Encoding", c.encoding)
				if c.body == cutOff {
					rw.Header().Set("Content-Length", "5")
					return
				}
				_, _ = io.WriteString(rw, c.body)
			}))
			defer server.Close()
			w := onNetwork(t, nil, nil)
			m := w.send(w.integration(func(in *webhook.Integration) { in.RequestURL = server.URL }))
			w.step()
			d := w.dispatch(m)
			if got := d.Attempts[0].ResponseBody; d.Status != webhook.DispatchSucceeded || got != c.want {
				t.Errorf("%s with %.80q, want %.80q", d.Status, got, c.want)
			}
		})
	}
}
