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

// asksToWait are the statuses with which a Retry-After counts, next to 5xx.
var asksToWait = []int{http.StatusForbidden, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests}

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
		o.Message = fmt.Sprintf("answered %s: redirects are not followed, %s", named(status), redirectAdvice(status))
		return o
	case slices.Contains(asksToWait, status) || status >= 500:
		o.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), now)
	}
	o.Message = "answered " + named(status)
	return o
}

// redirectAdvice is what the owner of the integration can do about a redirect.
func redirectAdvice(status int) string {
	if status == http.StatusFound || status == http.StatusSeeOther {
		return "so set the request URL to its target, or set redirectIsSuccess if the receiver has done its work by then"
	}
	return "so set the request URL to its target"
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
	case errors.Is(err, egress.ErrFlood), protocolFault(err):
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
	if _, ok := errors.AsType[*egress.HandshakeError](err); ok {
		return host + " did not finish the TLS handshake in time"
	}
	return host + " did not answer in time"
}

// demandsCertificate is said where a receiver wants to know the client by a certificate.
const demandsCertificate = "it demands a client certificate, which webhooks do not have: let it check the signature instead"

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
	switch text := signs(err); {
	case strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return "it does not speak TLS on this port"
	case strings.Contains(text, "protocol version"):
		return "it does not speak TLS 1.2 or later"
	case containsAny(text, "certificate required"), askedForCertificate(err):
		return demandsCertificate
	case strings.Contains(text, "handshake failure"):
		return "it shares no cipher with this client: let it offer TLS 1.3, or TLS 1.2 with ECDHE and AES-GCM or ChaCha20"
	case containsAny(text, "tls: ", "x509: "):
		return "the TLS handshake failed"
	}
	return ""
}

// askedForCertificate reports a handshake that the receiver ended after it had got no certificate
// of the client. What the network did to the connection has other reasons.
func askedForCertificate(err error) bool {
	handshake, ok := errors.AsType[*egress.HandshakeError](err)
	return ok && handshake.ClientCertificate && strings.Contains(signs(err), "remote error: tls: ")
}

// signs returns what the transport says in its own words: it exports no types for most
// of its errors. What it quotes came from the receiver, and is left out.
func signs(err error) string {
	text, _, _ := strings.Cut(err.Error(), `"`)
	return text
}

func containsAny(text string, signs ...string) bool {
	return slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(text, sign) })
}

// protocolFault reports an answer that breaks the rules of HTTP/1.1 or HTTP/2.
func protocolFault(err error) bool {
	return containsAny(signs(err), "malformed", "Content-Length", "transfer encoding", "Transfer-Encoding", "invalid header",
		"headers exceeded", "header list", "1xx", "frame too large",
		"PROTOCOL_ERROR", "FRAME_SIZE_ERROR", "COMPRESSION_ERROR", "FLOW_CONTROL_ERROR")
}

// brokenOff reports a connection, or a stream of one, that the receiver ended.
func brokenOff(err error) bool {
	for _, known := range []error{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, known) {
			return true
		}
	}
	return containsAny(signs(err), "EOF", "server closed idle connection", "GOAWAY", "stream error", "client connection lost", "connection error")
}

// nearNow is how far from now a number may lie, taken for a Unix time, to be one.
const nearNow = 365 * 24 * time.Hour

// retryAfterLayouts are forms of a date that services send, next to HTTP's own three.
var retryAfterLayouts = []string{
	"Mon, 02 Jan 2006 15:04:05 UTC",
	time.RFC1123Z, // +0000 instead of GMT
	time.RFC3339,  // ISO 8601
	"2006-01-02T15:04:05Z0700",
}

// retryAfter returns how long a Retry-After header asks to wait: seconds or a date as in RFC 9110,
// section 10.2.3, and what services send instead: a fraction, "120s", a Unix time in seconds or
// milliseconds (GitHub), dates in UTC, with an offset or in ISO 8601, and a repeated header joined
// to a list, of which the longest counts. A time in the past and what cannot be read ask for
// nothing; what is longer than a duration holds, for the longest.
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

// parseWait reads a number of seconds, or a Unix time that is near now.
func parseWait(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSuffix(value, "s")
	if strings.Trim(value, "0123456789.") != "" {
		return 0, false // among them 1e9, 0x10, inf and signs, which ParseFloat reads
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

// duration is the time of some seconds, the longest there is if they are more.
func duration(seconds float64) time.Duration {
	if seconds >= math.MaxInt64/float64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Millisecond)
}
