package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Problem is the response to a failed request: a problem document as in RFC 9457.
type Problem struct {
	Title    string  `json:"title" doc:"The kind of problem, in words." example:"Unprocessable Entity"`
	Status   int     `json:"status" doc:"The HTTP status." example:"422"`
	Detail   string  `json:"detail" doc:"What is wrong, and what to do about it." example:"1 validation error."`
	Instance string  `json:"instance,omitempty" doc:"The id of this request in the service's log." example:"urn:request:01JX4A6V8Z0000000000000000"`
	Errors   []Fault `json:"errors,omitempty" doc:"The validation errors, at most the first 100."`

	header http.Header // of the response
	cause  error       // logged, never shown
}

// Error returns the detail. With GetStatus it makes a Problem an error response of huma.
func (p *Problem) Error() string { return p.Detail }

// Unwrap returns the cause, which is only logged.
func (p *Problem) Unwrap() error { return p.cause }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func newProblem(status int, detail string, args ...any) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(detail, args...)}
}

// problem converts an error to what the client may see. All errors pass through it.
func problem(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if fs := faultsOf(err, "body."); fs != nil {
		return refused(fs)
	}
	switch {
	case errors.Is(err, webhook.ErrNotFound):
		return newProblem(http.StatusNotFound, "Not found: it does not exist, was deleted, or has expired.")
	case errors.Is(err, webhook.ErrConflict):
		return newProblem(http.StatusConflict, "Changed concurrently: read it again and repeat the change.")
	case errors.Is(err, webhook.ErrQuota):
		return newProblem(http.StatusConflict, "Quota exceeded: delete an integration that you no longer need.")
	case errors.Is(err, webhook.ErrKeyReused):
		return refused(faults{{Location: "header.Idempotency-Key", Message: "was used for a different request within the last 24 hours: use a new key"}})
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return &Problem{Title: "Client Closed Request", Status: 499, Detail: "The client closed the connection.", cause: err}
	}
	return internal(ctx, err)
}

// mostFaults limits the response: a body with many small errors would otherwise get a response
// forty times its size, which is more than a Lambda function can return.
const mostFaults = 100

// refused returns the problem of an invalid request.
func refused(fs faults) *Problem {
	detail := "1 validation error."
	switch n := len(fs); {
	case n > mostFaults:
		detail = fmt.Sprintf("%d validation errors; these are the first %d.", n, mostFaults)
	case n != 1:
		detail = fmt.Sprintf("%d validation errors.", n)
	}
	p := newProblem(http.StatusUnprocessableEntity, "%s", detail)
	p.Errors = fs[:min(len(fs), mostFaults)]
	return p
}

// internal returns the problem of an internal error: a fixed text and the id under which the error
// is logged.
func internal(ctx context.Context, err error) *Problem {
	p := newProblem(http.StatusInternalServerError, "Internal error: try again; if it persists, report the instance below.")
	if errors.Is(err, webhook.ErrNewerFormat) {
		p = newProblem(http.StatusServiceUnavailable, "A newer version of this service wrote this record. Try again in a few minutes.")
		p.header = http.Header{"Retry-After": {"60"}}
	}
	p.Instance, p.cause = "urn:request:"+requestOf(ctx).id, err
	return p
}

// fromHuma converts an error of huma, mostly about parameters, to a Problem. It is a
// huma.Transformer, which is called for every response.
func fromHuma(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	if m.Status >= http.StatusInternalServerError {
		p := internal(ctx.Context(), m)
		requestOf(ctx.Context()).err = p.cause
		return p, nil
	}
	var fs faults
	for _, d := range m.Errors {
		fs = append(fs, shapeFault(d))
	}
	p := refused(fs)
	if m.Status != p.Status {
		p.Title, p.Status, p.Detail = http.StatusText(m.Status), m.Status, sentence(m.Detail)
	}
	return p, nil
}
