package webhook

import (
	"fmt"
	"net/http"
	"time"
)

// ErrorCode is the cause of a failed attempt; "" means success.
type ErrorCode string

// The causes of a failed attempt.
const (
	CodeDNS        ErrorCode = "dns_error"          // the name does not resolve
	CodeRefused    ErrorCode = "connection_refused" // nothing listens on the port
	CodeReset      ErrorCode = "connection_reset"   // closed before a response
	CodeConnection ErrorCode = "connection_error"   // no route, or another network error
	CodeTimeout    ErrorCode = "timeout"            // no response in time
	CodeTLS        ErrorCode = "tls_error"          // certificate or handshake
	CodeBlocked    ErrorCode = "blocked_address"    // the address is not allowed
	CodeRedirect   ErrorCode = "redirect"           // a 3xx: redirects are not followed
	CodeHTTPStatus ErrorCode = "http_status"        // any other status that is not 2xx
	CodeProtocol   ErrorCode = "protocol_error"     // the response is not valid HTTP
	CodeRender     ErrorCode = "render_error"       // the template cannot be rendered with this event
	CodeInternal   ErrorCode = "internal_error"     // an error of this program
)

// ErrorCodes returns all causes.
func ErrorCodes() []ErrorCode {
	return []ErrorCode{
		CodeDNS, CodeRefused, CodeReset, CodeConnection, CodeTimeout, CodeTLS, CodeBlocked, CodeRedirect,
		CodeHTTPStatus, CodeProtocol, CodeRender, CodeInternal,
	}
}

// final reports whether the cause is permanent: another attempt would fail too.
func (c ErrorCode) final() bool { return c == CodeBlocked || c == CodeRender }

// Ask is what a receiver asks for in the header Webhook-Delivery of its answer, whatever the status.
type Ask string

// What receivers can ask for.
const (
	AskDisable Ask = "disable"       // no more webhooks of the integration
	AskAbort   Ask = "abort-message" // no further attempt of this dispatch
)

// Outcome is the result of an attempt, as far as it decides what follows.
type Outcome struct {
	Code       ErrorCode     // "" is success
	Status     int           // the response's, 0 without one
	RetryAfter time.Duration // from a 429 or 503; 0 if absent
	Ask        Ask           // "" if the receiver asks for nothing; otherwise Code is not ""
	Message    string
}

// Verdict says what follows an attempt.
type Verdict struct {
	Status  DispatchStatus // SUCCEEDED, FAILED or RETRYING
	Reason  string         // why it FAILED
	Wait    time.Duration  // until the next attempt, when RETRYING
	Disable bool           // the receiver wants no more webhooks

	// MayWait says that the endpoint caused the failure and that another attempt may succeed. If
	// the breaker is open, the dispatch then waits, and this attempt is not counted.
	MayWait bool
}

// For applies the integration's settings to the outcome: with RedirectIsSuccess, 302 and 303 are a
// success. Both send a client to another page once the work is done (RFC 9110, sections 15.4.3 and
// 15.4.4).
func (o Outcome) For(in Integration) Outcome {
	if in.RedirectIsSuccess && o.Ask == "" && (o.Status == http.StatusFound || o.Status == http.StatusSeeOther) {
		return Outcome{Status: o.Status}
	}
	return o
}

// Judge decides what follows the n-th attempt of a round (1, 2, ...). The jitter is a random number
// in [0, 1).
//
//	2xx                               SUCCEEDED
//	410, or Webhook-Delivery: disable FAILED, and the integration is disabled
//	Webhook-Delivery: abort-message   FAILED
//	blocked address, render error     FAILED
//	429 or 503 with Retry-After       the longer of Retry-After and the schedule's wait, at most MaxWait
//	anything else                     retried by the schedule, then FAILED
//	doNotRetry                        FAILED after the first attempt
func (s Schedule) Judge(o Outcome, n int, doNotRetry bool, jitter float64) Verdict {
	failed := func(why string) Verdict { return Verdict{Status: DispatchFailed, Reason: why} }
	switch {
	case o.Code == "":
		return Verdict{Status: DispatchSucceeded}
	case o.Ask == AskDisable:
		v := failed("the receiver wants no more webhooks: it " + o.Message)
		v.Disable = true
		return v
	case o.Ask == AskAbort:
		return failed("the receiver wants no further attempt: it " + o.Message)
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
