package delivery

import (
	"context"
	"crypto/x509"
	"errors"
	"math"
	"net"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// The transport's network errors and the messages about them.
func TestClassify(t *testing.T) {
	dial := func(err error) error { return &url.Error{Op: "Post", Err: &net.OpError{Op: "dial", Err: err}} }
	read := func(err error) error { return &url.Error{Op: "Post", Err: &net.OpError{Op: "read", Err: err}} }
	for name, c := range map[string]struct {
		err  error
		code webhook.ErrorCode
		says string
	}{
		"deadline while dialling":     {dial(context.DeadlineExceeded), webhook.CodeTimeout, "h did not accept the connection in time"},
		"timeout of the kernel":       {dial(syscall.ETIMEDOUT), webhook.CodeTimeout, "did not accept the connection in time"},
		"deadline while reading":      {read(context.DeadlineExceeded), webhook.CodeTimeout, "did not answer in time"},
		"reused connection timed out": {read(syscall.ETIMEDOUT), webhook.CodeTimeout, "did not answer in time"},
		"refused":                     {dial(syscall.ECONNREFUSED), webhook.CodeRefused, "refused the connection"},
		"no route":                    {dial(syscall.EHOSTUNREACH), webhook.CodeConnection, "the connection to h failed"},
		"reset":                       {read(syscall.ECONNRESET), webhook.CodeReset, "closed the connection"},
		"name not found":              {dial(&net.DNSError{IsNotFound: true}), webhook.CodeDNS, "does not resolve"},
		"DNS lookup times out":        {dial(&net.DNSError{IsTimeout: true}), webhook.CodeDNS, "DNS lookup of h timed out"},
		"DNS lookup fails":            {dial(&net.DNSError{IsTemporary: true}), webhook.CodeDNS, "DNS lookup of h failed"},
		"another host":                {read(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "h"}), webhook.CodeTLS, "is for another host"},
		"expired":                     {read(x509.CertificateInvalidError{Reason: x509.Expired}), webhook.CodeTLS, "has expired"},
		"not valid for this use":      {read(x509.CertificateInvalidError{Reason: x509.IncompatibleUsage}), webhook.CodeTLS, "not valid for this use"},
		"cipher suites too weak":      {&url.Error{Op: "Post", Err: &net.OpError{Op: "remote error", Err: errors.New("tls: insufficient security level")}}, webhook.CodeTLS, "enable TLS 1.3"},
		"unknown authority":           {read(x509.UnknownAuthorityError{}), webhook.CodeTLS, "not signed by a known authority"},
	} {
		t.Run(name, func(t *testing.T) {
			o := classify(t.Context(), c.err, "h")
			if o.Code != c.code || !strings.Contains(o.Message, c.says) {
				t.Errorf("%s: %q, want %s with %q", o.Code, o.Message, c.code, c.says)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if o := classify(ctx, errors.New("whatever"), "h"); o.Code != webhook.CodeTimeout {
		t.Errorf("after the deadline: %s", o.Code)
	}
}

var noon = time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC)

func TestRetryAfter(t *testing.T) {
	const longest = time.Duration(math.MaxInt64)
	for value, want := range map[string]time.Duration{
		"":                                 0,
		"0":                                0,
		"120":                              2 * time.Minute,
		" 120\t":                           2 * time.Minute,
		"0120":                             2 * time.Minute,
		"-1":                               0,
		"+1":                               0,
		"1.5":                              1500 * time.Millisecond,
		"120s":                             2 * time.Minute,
		"120, 120":                         2 * time.Minute,
		"1.5.2":                            0,
		".":                                0,
		"s":                                0,
		"1e9":                              0,
		"soon":                             0,
		"1, 2":                             2 * time.Second,
		"1, soon":                          0,
		"1749297720":                       2 * time.Minute, // a Unix time
		"1749297720.5":                     2*time.Minute + 500*time.Millisecond,
		"1749297720500":                    2*time.Minute + 500*time.Millisecond,
		"1749297000":                       0, // one that has passed
		"١٢":                               0,
		"9223372037":                       longest,
		"99999999999999999999999":          longest,
		"Sat, 07 Jun 2025 12:02:00 GMT":    2 * time.Minute,
		"Saturday, 07-Jun-25 12:02:00 GMT": 2 * time.Minute,
		"Sat Jun  7 12:02:00 2025":         2 * time.Minute,
		"Sat, 07 Jun 2025 11:00:00 GMT":    0,
		"Fri, 31 Dec 9999 23:59:59 GMT":    longest,
		"Sat, 31 Feb 2025 11:00:00 GMT":    0,
		"2025-06-07T12:02:00Z":             2 * time.Minute,
		"2025-06-07T14:02:00+02:00":        2 * time.Minute,
		"2025-06-07T14:02:00+0200":         2 * time.Minute,
		"Sat, 07 Jun 2025 12:02:00 UTC":    2 * time.Minute,
		"Sat, 07 Jun 2025 12:02:00 +0000":  2 * time.Minute,
		"Sat, 07 Jun 2025 14:02:00 +0200":  2 * time.Minute,
		"Sat, 07 Jun 2025 14:02:00 CEST":   0,
	} {
		if got := retryAfter(value, noon); got != want {
			t.Errorf("Retry-After: %s asks for %v, want %v", value, got, want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"", "120", "-1", "99999999999999999999", "Sat, 07 Jun 2025 12:02:00 GMT", "soon", "0x10", "1\x00"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if got := retryAfter(value, noon); got < 0 {
			t.Errorf("Retry-After: %q asks for %v", value, got)
		}
	})
}

func FuzzTrimCut(f *testing.F) {
	for _, s := range []string{"", "a", "数", "数"[:2], "a\xff", "\x80\x80\x80\x80", "🚚"[:3]} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := trimCut(s)
		if len(s)-len(got) >= utf8.UTFMax || s[:len(got)] != got {
			t.Errorf("trimCut(%q) = %q", s, got)
		}
		if utf8.ValidString(s) && got != s {
			t.Errorf("trimCut(%q) = %q, though nothing was cut off", s, got)
		}
	})
}
