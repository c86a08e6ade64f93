package delivery

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// asksToWait lists the statuses, in addition to 5xx, whose Retry-After header is obeyed.
var asksToWait = []int{http.StatusForbidden, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests}

// judgeStatus turns a response into an outcome.
func judgeStatus(resp *http.Response, now time.Time) webhook.Outcome {
	status := resp.StatusCode
	o := webhook.Outcome{Status: status, Code: webhook.CodeHTTPStatus, Ask: asked(resp.Header)}
	switch {
	case o.Ask != "":
		o.Message = fmt.Sprintf("answered %s with %s: %s", named(status), askHeader, o.Ask)
		return o
	case status >= 200 && status < 300:
		o.Code = ""
		return o
	case status >= 300 && status < 400:
		o.Code = webhook.CodeRedirect
		o.Message = fmt.Sprintf("answered %s: redirects are not followed, %s", named(status), redirectAdvice(status))
		return o
	case slices.Contains(asksToWait, status) || status >= 500:
		o.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), now)
	}
	o.Message = "answered " + named(status)
	return o
}

// askHeader is a response header with which receivers control deliveries; Svix has it too.
const askHeader = "Webhook-Delivery"

// asked returns what a receiver asks for. Of several values, disable counts most.
func asked(h http.Header) (ask webhook.Ask) {
	for _, value := range h.Values(askHeader) {
		for word := range strings.SplitSeq(value, ",") {
			switch w := webhook.Ask(strings.ToLower(strings.TrimSpace(word))); w {
			case webhook.AskDisable:
				return w
			case webhook.AskAbort:
				ask = w
			}
		}
	}
	return ask
}

// redirectAdvice says what the owner of the integration can do about a redirect.
func redirectAdvice(status int) string {
	if status == http.StatusFound || status == http.StatusSeeOther {
		return "set the request URL to the target, or set redirectIsSuccess if the receiver has done its work by then"
	}
	return "set the request URL to the target"
}

// named formats a status with its standard text. The receiver's own reason phrase is not shown.
func named(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// classify turns the error of a request into an outcome. Its message contains only fixed texts and
// the host: network errors can quote a URL or text that the receiver echoed.
func classify(ctx context.Context, err error, host string) webhook.Outcome {
	outcome := func(code webhook.ErrorCode, format string, args ...any) webhook.Outcome {
		return webhook.Outcome{Code: code, Message: fmt.Sprintf(format, args...)}
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if egress.Blocked(err) {
		return outcome(webhook.CodeBlocked, "%s resolves to an address that is not allowed: only public addresses can be called", host)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return outcome(webhook.CodeDNS, "%s", dnsMessage(dns, host))
	}
	if ctx.Err() != nil || timedOut(err) {
		return outcome(webhook.CodeTimeout, "%s", timeoutMessage(err, host))
	}
	if why := tlsProblem(err); why != "" {
		return outcome(webhook.CodeTLS, "%s: %s", host, why)
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return outcome(webhook.CodeRefused, "%s refused the connection: nothing is listening on that port", host)
	case errors.Is(err, egress.ErrFlood), isProtocolError(err):
		return outcome(webhook.CodeProtocol, "the response of %s is not valid HTTP", host)
	case brokenOff(err):
		return outcome(webhook.CodeReset, "%s closed the connection before it sent a response", host)
	}
	return outcome(webhook.CodeConnection, "the connection to %s failed", host)
}

func dnsMessage(err *net.DNSError, host string) string {
	switch {
	case err.IsNotFound:
		return host + " does not resolve to an address: check the host in the request URL"
	case err.IsTimeout:
		return "the DNS lookup of " + host + " timed out"
	}
	return "the DNS lookup of " + host + " failed"
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
	if _, ok := errors.AsType[*egress.HandshakeError](err); ok {
		return host + " did not finish the TLS handshake in time"
	}
	return host + " did not answer in time"
}

// remoteAlert begins the text of an error that the receiver reported by a TLS alert.
const remoteAlert = "remote error: tls: "

// demandsCertificate is the message for a receiver that requires a client certificate.
const demandsCertificate = "it requires a client certificate, which webhooks do not send: verify the signature instead"

// tlsProblem says what is wrong with the receiver's TLS. It returns "" for other errors.
func tlsProblem(err error) string {
	if name, ok := errors.AsType[x509.HostnameError](err); ok && name.Certificate != nil {
		return "its certificate is for another host"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "its certificate is not signed by a known authority: it is self-signed, or the chain is incomplete"
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
	switch text := signs(err); {
	case strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return "it does not speak TLS on this port"
	case strings.Contains(text, "protocol version"):
		return "it does not speak TLS 1.2 or later"
	case rejectsCertificate(text), askedForCertificate(err):
		return demandsCertificate
	case containsAny(text, "handshake failure", "insufficient security level"):
		return "it offers no cipher suite that this client supports: enable TLS 1.3, or TLS 1.2 with ECDHE and AES-GCM or ChaCha20"
	case containsAny(text, "tls: ", "x509: "):
		return "the TLS handshake failed"
	}
	return ""
}

// rejectsCertificate reports whether the receiver aborted with one of the alerts about a client
// certificate. In TLS 1.3 that comes after the handshake, and not every server sends "certificate
// required": Java's sends "bad certificate".
func rejectsCertificate(text string) bool {
	_, alert, ok := strings.Cut(text, remoteAlert)
	return ok && strings.Contains(alert, "certificate")
}

// askedForCertificate reports whether the receiver aborted the handshake after it asked for a
// client certificate and got none. Connections that the network broke do not count.
func askedForCertificate(err error) bool {
	handshake, ok := errors.AsType[*egress.HandshakeError](err)
	return ok && handshake.ClientCertificate && strings.Contains(signs(err), remoteAlert)
}

// signs returns the parts of the transport's error texts that the transport wrote itself, without
// quoted text, which came from the receiver. The transport exports no types for most of its errors.
func signs(err error) string {
	text, _, _ := strings.Cut(err.Error(), `"`)
	return text
}

func containsAny(text string, signs ...string) bool {
	return slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(text, sign) })
}

// isProtocolError reports whether the response violates HTTP/1.1 or HTTP/2.
func isProtocolError(err error) bool {
	return containsAny(signs(err), "malformed", "Content-Length", "transfer encoding", "Transfer-Encoding", "invalid header",
		"headers exceeded", "header list", "1xx", "frame too large",
		"PROTOCOL_ERROR", "FRAME_SIZE_ERROR", "COMPRESSION_ERROR", "FLOW_CONTROL_ERROR")
}

// brokenOff reports whether the receiver closed the connection or reset the stream.
func brokenOff(err error) bool {
	for _, known := range []error{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, known) {
			return true
		}
	}
	return containsAny(signs(err), "EOF", "server closed idle connection", "GOAWAY", "stream error", "client connection lost", "connection error")
}

// nearNow is how close to the current time a number must be to count as a Unix time.
const nearNow = 365 * 24 * time.Hour

// retryAfterLayouts are date formats that services send in addition to the three of HTTP.
var retryAfterLayouts = []string{
	"Mon, 02 Jan 2006 15:04:05 UTC",
	time.RFC1123Z, // +0000 instead of GMT
	time.RFC3339,  // ISO 8601
	"2006-01-02T15:04:05Z0700",
}

// retryAfter returns how long a Retry-After header asks to wait. It accepts seconds and dates as in
// RFC 9110, section 10.2.3, and what services send instead: fractions, "120s", Unix times in
// seconds or milliseconds (GitHub), dates in UTC, with an offset or in ISO 8601, and repeated
// headers joined to a list, of which the longest wait counts. It returns 0 for times in the past
// and values that cannot be parsed, and the longest duration for values that exceed it.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if at, ok := parseDate(value); ok {
		return max(at.Sub(now), 0)
	}
	longest := time.Duration(0)
	for entry := range strings.SplitSeq(value, ",") {
		wait, ok := parseWait(strings.TrimSpace(entry), now)
		if !ok {
			return 0
		}
		longest = max(longest, wait)
	}
	return longest
}

func parseDate(value string) (time.Time, bool) {
	if at, err := http.ParseTime(value); err == nil {
		return at, true
	}
	for _, layout := range retryAfterLayouts {
		if at, err := time.Parse(layout, value); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// parseWait parses a number of seconds, or a Unix time close to now.
func parseWait(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSuffix(value, "s")
	if strings.Trim(value, "0123456789.") != "" {
		return 0, false // excludes 1e9, 0x10, inf and signs, which ParseFloat accepts
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return 0, false
	}
	for _, unit := range []float64{1, 1000} {
		if since := n/unit - float64(now.UnixMilli())/1000; math.Abs(since) < nearNow.Seconds() {
			return duration(max(since, 0)), true
		}
	}
	return duration(n), true
}

// duration converts seconds to a duration, limited to the longest one.
func duration(seconds float64) time.Duration {
	if seconds >= math.MaxInt64/float64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Millisecond)
}
