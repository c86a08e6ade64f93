// Package request builds what is sent to a receiver. Building is deterministic:
// the same version of an integration, event, attempt and time give the same bytes,
// so that a request can be shown as it was sent without having been stored.
package request

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Opener opens sealed secrets.
type Opener interface {
	// Open returns the secret that was sealed for the same bind.
	Open(ctx context.Context, sealed []byte, bind string) ([]byte, error)
}

// Config says what is the same in every request.
type Config struct {
	Secrets   Opener
	Origin    string // the Request-Origin header; "thordata"
	UserAgent string // product/version; "thordata-webhooks/1.0"
	MaxBody   int    // bytes of a rendered body; 1 MiB
	Templates int    // compiled templates kept; 1,024
}

// Builder builds requests. It is safe for concurrent use.
type Builder struct {
	cfg      Config
	payloads *cache[*template.Payload]
	headers  *cache[*template.Headers]
}

// NewBuilder returns a builder; what is zero in cfg but Secrets has the default
// that its comment names.
func NewBuilder(cfg Config) *Builder {
	if cfg.Origin == "" {
		cfg.Origin = "thordata"
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "thordata-webhooks/1.0"
	}
	if cfg.MaxBody == 0 {
		cfg.MaxBody = 1 << 20
	}
	if cfg.Templates == 0 {
		cfg.Templates = 1024
	}
	return &Builder{
		cfg:      cfg,
		payloads: newCache(cfg.Templates, template.CompilePayload),
		headers:  newCache(cfg.Templates, template.CompileHeaders),
	}
}

// Input is what a request is built from.
type Input struct {
	Integration webhook.Integration // in the version that the attempt uses
	Dispatch    webhook.Dispatch
	Number      int       // of the attempt: 1, 2, ...
	At          time.Time // of the attempt
}

// Request is a POST to URL. The header Host is the URL's, and not among Header. The names of headers
// are spelled as they are to be sent over HTTP/1.1, which is not http.Header's canonical form: the
// integration's as its owner wrote them, the signature's as the specification does. No two differ in
// case alone.
type Request struct {
	URL    string
	Header http.Header
	Body   []byte
}

// RenderError reports an event over which the integration's templates cannot be
// rendered, or templates that don't compile.
type RenderError struct {
	Reason string // for the integration's owner; shows nothing of templates or event
	Err    error  // the cause, a *template.Error with the places of what is wrong among others; may be nil
}

func (e *RenderError) Error() string { return e.Reason }

// Unwrap returns the cause.
func (e *RenderError) Unwrap() error { return e.Err }

// Build returns the request of an attempt. It returns a *RenderError where the
// owner of the integration must mend something, any other error where we must.
func (b *Builder) Build(ctx context.Context, in Input) (*Request, error) {
	body, err := b.renderBody(in)
	if err != nil {
		return nil, err
	}
	header, err := b.renderHeader(in)
	if err != nil {
		return nil, err
	}
	if err := b.sign(ctx, header, in, body); err != nil {
		return nil, err
	}
	return &Request{URL: sentURL(in.Integration.RequestURL), Header: header, Body: body}, nil
}

func (b *Builder) renderBody(in Input) ([]byte, error) {
	payload, err := b.payloads.get(in.Integration.PayloadTemplate)
	if err != nil {
		return nil, broken("payload template", err)
	}
	body, err := payload.Append(nil, event(in.Dispatch), b.cfg.MaxBody)
	if errors.Is(err, template.ErrTooLarge) {
		reason := fmt.Sprintf("payload template: the body would be larger than %d bytes: use fewer or smaller variables", b.cfg.MaxBody)
		return nil, &RenderError{reason, err}
	}
	if err != nil {
		return nil, &RenderError{"payload template: " + err.Error(), err}
	}
	return body, nil
}

// renderHeader returns the integration's own headers, with ours over them.
func (b *Builder) renderHeader(in Input) (http.Header, error) {
	compiled, err := b.headers.get(in.Integration.HeadersTemplate)
	if err != nil {
		return nil, broken("headers template", err)
	}
	own, err := compiled.Render(event(in.Dispatch))
	if err != nil {
		return nil, &RenderError{"headers template: " + err.Error(), err}
	}
	system := [...]template.Header{
		{Name: "Content-Type", Value: "application/json"},
		{Name: "User-Agent", Value: b.cfg.UserAgent},
		{Name: "Request-Origin", Value: b.cfg.Origin},
		{Name: "Webhook", Value: in.Integration.ID},
		{Name: "Webhook-Dispatch-Id", Value: in.Dispatch.ID},
		{Name: "Webhook-Attempt", Value: strconv.Itoa(in.Number)},
		{Name: signing.HeaderID, Value: in.Dispatch.ID},
		{Name: signing.HeaderTimestamp, Value: strconv.FormatInt(in.At.Unix(), 10)},
	}
	h := make(http.Header, len(own)+len(system)+1)
	accept := false
	for _, o := range own {
		h[o.Name] = []string{o.Value}
		accept = accept || strings.EqualFold(o.Name, "Accept")
	}
	if !accept { // some receivers refuse requests without it
		h["Accept"] = []string{"*/*"}
	}
	values := make([]string, len(system)) // one allocation for all of them
	for i, ours := range system {
		values[i] = ours.Value
		h[ours.Name] = values[i : i+1 : i+1]
	}
	return h, nil
}

// sign adds the signature: one of each secret that is valid at the time of the attempt.
func (b *Builder) sign(ctx context.Context, h http.Header, in Input, body []byte) error {
	sealed := in.Integration.Secrets.At(in.At)
	secrets := make([]string, len(sealed))
	for i, s := range sealed {
		secret, err := b.cfg.Secrets.Open(ctx, s, in.Integration.ID)
		if err != nil {
			return fmt.Errorf("signing secret of integration %s: %w", in.Integration.ID, err)
		}
		secrets[i] = string(secret)
	}
	signature, err := signing.Sign(secrets, in.Dispatch.ID, in.At, body)
	if err != nil {
		return fmt.Errorf("sign for integration %s: %w", in.Integration.ID, err)
	}
	h[signing.HeaderSignature] = []string{signature}
	return nil
}

// broken is a template that was saved under other rules. What is wrong with it
// quotes it, so only the place is told; saving it again tells the rest.
func broken(which string, err error) *RenderError {
	reason := which + " is not valid"
	if faults, ok := errors.AsType[*template.Error](err); ok && len(faults.Faults) > 0 {
		reason += fmt.Sprintf(" (line %d, column %d)", faults.Faults[0].Line, faults.Faults[0].Column)
	}
	return &RenderError{reason + ": save the integration again to see why", err}
}

func event(d webhook.Dispatch) template.Event {
	return template.Event{JSON: d.Event, Time: d.CreatedAt}
}
