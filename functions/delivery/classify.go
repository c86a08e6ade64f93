package delivery

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// judgeStatus turns a response into an outcome.
func judgeStatus(resp *http.Response, now time.Time) webhook.Outcome {
	status := resp.StatusCode
	o := webhook.Outcome{Status: status, Code: webhook.CodeHTTPStatus}
	switch {
	case status >= 200 && status < 300:
		o.Code = ""
		return o
	case status >= 300 && status < 400:
		o.Code = webhook.CodeRedirect
		o.Message = fmt.Sprintf("answered %s: redirects are not followed, so set the request URL to where it leads", named(status))
		return o
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		o.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), now)
	}
	o.Message = "answered " + named(status)
	return o
}

// named writes a status with its official text; what the receiver calls it is not
// shown.
func named(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// classify turns the error of a request into an outcome. Its message is made of
// our own words and the host: errors of the network can quote a URL, or
// what the receiver echoed.
func classify(ctx context.Context, err error, host string) webhook.Outcome {
	outcome := func(code webhook.ErrorCode, format string, args ...any) webhook.Outcome {
		return webhook.Outcome{Code: code, Message: fmt.Sprintf(format, args...)}
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if egress.Blocked(err) {
		return outcome(webhook.CodeBlocked, "%s leads to an address that may not be called: only public addresses may", host)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return outcome(webhook.CodeDNS, "%s", dnsMessage(dns, host))
	}
	if ctx.Err() != nil || timedOut(err) {
		return outcome(webhook.CodeTimeout, "%s", timeoutMessage(err, host))
	}
	if why := tlsFault(err); why != "" {
		return outcome(webhook.CodeTLS, "%s: %s", host, why)
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return outcome(webhook.CodeRefused, "%s refused the connection: nothing listens there", host)
	case protocolFault(err):
		return outcome(webhook.CodeProtocol, "what %s answered is not HTTP, or breaks its rules", host)
	case brokenOff(err):
		return outcome(webhook.CodeReset, "%s closed the connection before it answered", host)
	}
	return outcome(webhook.CodeConnection, "the connection to %s failed", host)
}

func dnsMessage(err *net.DNSError, host string) string {
	switch {
	case err.IsNotFound:
		return host + " does not resolve to an address: check the host of the request URL"
	case err.IsTimeout:
		return "the name servers did not say in time to which address " + host + " resolves"
	}
	return "the name servers could not say to which address " + host + " resolves"
}

func timedOut(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, syscall.ETIMEDOUT) {
		return true
	}
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

func timeoutMessage(err error, host string) string {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return host + " did not accept the connection in time"
	}
	if strings.Contains(err.Error(), "TLS handshake timeout") {
		return host + " did not finish the TLS handshake in time"
	}
	return host + " did not answer in time"
}

// tlsFault says what is wrong with the receiver's TLS, "" if the error is another.
func tlsFault(err error) string {
	if name, ok := errors.AsType[x509.HostnameError](err); ok && name.Certificate != nil {
		return "its certificate is for another host"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "its certificate is not from a known authority: self-signed, or the chain is incomplete"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if invalid.Reason == x509.Expired {
			return "its certificate has expired or is not valid yet"
		}
		return "its certificate is not valid for this use"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "it does not speak TLS on this port"
	}
	switch text := err.Error(); {
	case strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return "it does not speak TLS on this port"
	case strings.Contains(text, "protocol version"):
		return "it does not speak TLS 1.2 or later"
	case strings.Contains(text, "tls: "), strings.Contains(text, "x509: "):
		return "the TLS handshake went wrong"
	}
	return ""
}

// protocolFault knows the transport's errors by their words: it exports no types for them.
func protocolFault(err error) bool {
	text := err.Error()
	for _, sign := range []string{
		"malformed", "bad Content-Length", "unsupported transfer encoding", "headers exceeded", "too many 1xx",
		"invalid header", "unexpected 1xx", "PROTOCOL_ERROR", "FRAME_SIZE_ERROR", "COMPRESSION_ERROR", "FLOW_CONTROL_ERROR",
		"frame too large", "response header list", "invalid status", "unsupported protocol version",
		"Switching Protocols", "101", "first record does not look like",
	} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

func brokenOff(err error) bool {
	for _, known := range []error{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, known) {
			return true
		}
	}
	text := err.Error()
	for _, sign := range []string{"server closed idle connection", "GOAWAY", "stream error", "client connection lost", "connection error", "EOF"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}
