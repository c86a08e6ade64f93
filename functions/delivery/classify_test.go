package delivery

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Errors of the network as the transport reports them, and what is said of them.
func TestClassify(t *testing.T) {
	dial := func(err error) error { return &url.Error{Op: "Post", Err: &net.OpError{Op: "dial", Err: err}} }
	read := func(err error) error { return &url.Error{Op: "Post", Err: &net.OpError{Op: "read", Err: err}} }
	for name, c := range map[string]struct {
		err  error
		code webhook.ErrorCode
		says string
	}{
		"deadline while dialling": {dial(context.DeadlineExceeded), webhook.CodeTimeout, "h did not accept the connection in time"},
		"the kernel gave up":      {dial(syscall.ETIMEDOUT), webhook.CodeTimeout, "did not accept the connection in time"},
		"deadline while reading":  {read(context.DeadlineExceeded), webhook.CodeTimeout, "did not answer in time"},
		"a kept connection timed": {read(syscall.ETIMEDOUT), webhook.CodeTimeout, "did not answer in time"},
		"refused":                 {dial(syscall.ECONNREFUSED), webhook.CodeRefused, "refused the connection"},
		"no route":                {dial(syscall.EHOSTUNREACH), webhook.CodeConnection, "the connection to h failed"},
		"reset":                   {read(syscall.ECONNRESET), webhook.CodeReset, "closed the connection"},
		"name not found":          {dial(&net.DNSError{IsNotFound: true}), webhook.CodeDNS, "does not resolve"},
		"name servers are late":   {dial(&net.DNSError{IsTimeout: true}), webhook.CodeDNS, "did not say in time"},
		"name servers fail":       {dial(&net.DNSError{IsTemporary: true}), webhook.CodeDNS, "could not say"},
		"another host":            {read(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "h"}), webhook.CodeTLS, "is for another host"},
		"expired":                 {read(x509.CertificateInvalidError{Reason: x509.Expired}), webhook.CodeTLS, "has expired"},
		"not valid for this use":  {read(x509.CertificateInvalidError{Reason: x509.IncompatibleUsage}), webhook.CodeTLS, "not valid for this use"},
		"unknown authority":       {read(x509.UnknownAuthorityError{}), webhook.CodeTLS, "not from a known authority"},
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
