package webhook

import (
	"fmt"
	"net/http"
	"time"
)

// ErrorCode names the cause of a failed attempt; "" is success.
type ErrorCode string

// The causes of a failed attempt.
const (
	CodeDNS        ErrorCode = "dns_error"          // the name does not resolve
	CodeRefused    ErrorCode = "connection_refused" // nobody listens
	CodeReset      ErrorCode = "connection_reset"   // closed before it answered
	CodeConnection ErrorCode = "connection_error"   // no route, or another fault of the network
	CodeTimeout    ErrorCode = "timeout"            // no answer in time
	CodeTLS        ErrorCode = "tls_error"          // certificate or handshake
	CodeBlocked    ErrorCode = "blocked_address"    // the address may not be called
	CodeRedirect   ErrorCode = "redirect"           // a 3xx: redirects are not followed
	CodeHTTPStatus ErrorCode = "http_status"        // any other status that is not 2xx
	CodeProtocol   ErrorCode = "protocol_error"     // the answer is not HTTP, or breaks its rules
	CodeRender     ErrorCode = "render_error"       // the template cannot be rendered over this event
	CodeInternal   ErrorCode = "internal_error"     // our fault
)

// ErrorCodes returns all of them.
func ErrorCodes() []ErrorCode {
	return []ErrorCode{
		CodeDNS, CodeRefused, CodeReset, CodeConnection, CodeTimeout, CodeTLS, CodeBlocked, CodeRedirect,
		CodeHTTPStatus, CodeProtocol, CodeRender, CodeInternal,
	}
}

// final reports causes that another attempt cannot cure.
func (c ErrorCode) final() bool { return c == CodeBlocked || c == CodeRender }

// Outcome is what an attempt met, as far as it decides what follows.
type Outcome struct {
	Code       ErrorCode     // "" is success
	Status     int           // the response's, 0 without one
	RetryAfter time.Duration // what a 429 or 503 asked for, 0 if it did not
	Message    string
}

// Verdict is what follows an attempt.
type Verdict struct {
	Status  DispatchStatus // SUCCEEDED, FAILED or RETRYING
	Reason  string         // why it FAILED
	Wait    time.Duration  // until the next attempt, when RETRYING
	Disable bool           // the receiver wants no more: 410

	// MayWait says that the endpoint is to blame, and another attempt may succeed: while the
	// endpoint's breaker is open the dispatch waits instead, and this attempt is not counted.
	MayWait bool
}

// For returns the outcome as the integration counts it: 302 and 303, which send a browser on once the
// work is done (RFC 9110, sections 15.4.3 and 15.4.4), are a success where RedirectIsSuccess is set.
func (o Outcome) For(in Integration) Outcome {
	if in.RedirectIsSuccess && (o.Status == http.StatusFound || o.Status == http.StatusSeeOther) {
		return Outcome{Status: o.Status}
	}
	return o
}

// Judge decides what follows the n-th attempt of a round (1, 2, ...). The
// jitter is a random number in [0, 1).
//
//	2xx                               SUCCEEDED
//	410                               FAILED, and the integration is disabled
//	blocked address, render fault     FAILED
//	429 or 503 with Retry-After       the longer of Retry-After and the schedule, at most its longest wait
//	anything else                     the schedule, FAILED at its end
//	doNotRetry                        FAILED after the first
func (s Schedule) Judge(o Outcome, n int, doNotRetry bool, jitter float64) Verdict {
	failed := func(why string) Verdict { return Verdict{Status: DispatchFailed, Reason: why} }
	switch {
	case o.Code == "":
		return Verdict{Status: DispatchSucceeded}
	case o.Status == http.StatusGone:
		v := failed("the receiver answered 410 Gone: it wants no more webhooks")
		v.Disable = true
		return v
	case o.Code.final():
		return failed(o.Message)
	case doNotRetry:
		return failed("the only attempt failed, and the integration says not to retry: " + o.Message)
	case n >= s.MaxAttempts:
		v := failed(fmt.Sprintf("gave up after %d attempts; the last: %s", n, o.Message))
		v.MayWait = o.Code != CodeInternal
		return v
	}
	wait := max(s.Wait(n, jitter), min(o.RetryAfter, s.MaxWait))
	return Verdict{Status: DispatchRetrying, Wait: wait, MayWait: o.Code != CodeInternal}
}
