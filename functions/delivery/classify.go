package delivery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
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
	if strings.Contains(signs(err), "TLS handshake timeout") {
		return host + " did not finish the TLS handshake in time"
	}
	return host + " did not answer in time"
}
