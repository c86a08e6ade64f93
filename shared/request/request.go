// Package request builds the requests to receivers. Building is deterministic: the same version of
// an integration, event, attempt and time give the same bytes. So a past request can be shown as it
// was sent without storing it.
package request

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/shared/compiled"
	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Opener decrypts sealed secrets.
type Opener interface {
	// Open decrypts a secret that was sealed with the same bind.
	Open(ctx context.Context, sealed []byte, bind string) ([]byte, error)
}

// Config configures a Builder.
type Config struct {
	Secrets   Opener
	Origin    string // the Request-Origin header; "thordata"
	UserAgent string // product/version; "thordata-webhooks/1.0"
	MaxBody   int    // bytes of a rendered body; 1 MiB
	MaxURL    int    // bytes of a rendered URL with variables; 2,048
	Templates int    // compiled templates kept; 1,024
}

// Builder builds requests. It is safe for concurrent use.
type Builder struct {
	cfg      Config
	payloads *compiled.Cache[*template.Payload]
	headers  *compiled.Cache[*template.Headers]
	targets  *compiled.Cache[target]
}

// NewBuilder returns a builder. Zero fields of cfg, except for Secrets, get the default given in
// their comment.
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
	if cfg.MaxURL == 0 {
		cfg.MaxURL = webhook.DefaultLimits().URL
	}
	if cfg.Templates == 0 {
		cfg.Templates = 1024
	}
	return &Builder{
		cfg:      cfg,
		payloads: compiled.NewCache(cfg.Templates, template.CompilePayload),
		headers:  compiled.NewCache(cfg.Templates, template.CompileHeaders),
		targets:  compiled.NewCache(cfg.Templates, compileTarget),
	}
}

// Input is the input of Build.
type Input struct {
	Integration webhook.Integration // in the version that the attempt uses
	Dispatch    webhook.Dispatch
	Number      int       // of the attempt: 1, 2, ...
	At          time.Time // of the attempt
}

// Request is a POST request to URL. The Host header is that of the URL, not part of Header. Header's
// keys are not in canonical form, but spelled as they are sent over HTTP/1.1: the integration's as
// its owner wrote them except for User-Agent, the signature's as in the specification. No two keys differ only in case.
type Request struct {
	URL    string
	Header http.Header
	Body   []byte
}

// RenderError reports that an integration's templates cannot be rendered with an event, or that
// they do not compile.
type RenderError struct {
	Reason string // for the integration's owner; contains nothing of the templates or the event
	Err    error  // the cause, for example a *template.Error with positions; may be nil
}

func (e *RenderError) Error() string { return e.Reason }

// Unwrap returns the cause.
func (e *RenderError) Unwrap() error { return e.Err }

// Build returns the request of an attempt. It returns a *RenderError if the integration's owner
// must fix something. Any other error is for the operator.
func (b *Builder) Build(ctx context.Context, in Input) (*Request, error) {
	to, err := b.renderURL(in)
	if err != nil {
		return nil, err
	}
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
	return &Request{URL: to, Header: header, Body: body}, nil
}

// Show returns the request that Build has built of in as it may be shown: with the values at secret paths
// of the event, and headers that look like credentials, replaced. The signature is that of the request
// itself.
func (b *Builder) Show(in Input, built *Request, secrets template.Secrets) (*Request, error) {
	payload, err := b.payloads.Get(in.Integration.PayloadTemplate)
	if err != nil {
		return nil, broken("payload template", err)
	}
	body, err := payload.AppendMasked(nil, event(in.Dispatch), secrets)
	if err != nil {
		return nil, fmt.Errorf("mask the body: %w", err)
	}
	headers, err := b.headers.Get(in.Integration.HeadersTemplate)
	if err != nil {
		return nil, broken("headers template", err)
	}
	own, err := headers.RenderMasked(event(in.Dispatch), secrets)
	if err != nil {
		return nil, fmt.Errorf("mask the headers: %w", err)
	}
	to, err := b.targets.Get(in.Integration.RequestURL)
	if err != nil {
		return nil, err
	}
	url, err := to.masked(event(in.Dispatch), secrets)
	if err != nil {
		return nil, fmt.Errorf("mask the URL: %w", err)
	}
	shown := b.header(in, own)
	shown[signing.HeaderSignature] = built.Header[signing.HeaderSignature]
	return &Request{URL: url, Header: Mask(shown), Body: body}, nil
}

func (b *Builder) renderURL(in Input) (string, error) {
	to, err := b.targets.Get(in.Integration.RequestURL)
	if err != nil {
		return "", err
	}
	sent, err := to.render(event(in.Dispatch), b.cfg.MaxURL)
	switch {
	case errors.Is(err, template.ErrTooLarge):
		reason := fmt.Sprintf("request URL: with the values of its variables it would be longer than %d bytes: use fewer or shorter variables", b.cfg.MaxURL)
		return "", &RenderError{reason, err}
	case err != nil:
		return "", &RenderError{"request URL: " + err.Error(), err}
	}
	return sent, nil
}

func (b *Builder) renderBody(in Input) ([]byte, error) {
	payload, err := b.payloads.Get(in.Integration.PayloadTemplate)
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

// renderHeader returns the headers of the request but for the signature.
func (b *Builder) renderHeader(in Input) (http.Header, error) {
	compiled, err := b.headers.Get(in.Integration.HeadersTemplate)
	if err != nil {
		return nil, broken("headers template", err)
	}
	own, err := compiled.Render(event(in.Dispatch))
	if err != nil {
		return nil, &RenderError{"headers template: " + err.Error(), err}
	}
	return b.header(in, own), nil
}

// header returns the integration's headers, overridden by the system's.
func (b *Builder) header(in Input, own []template.Header) http.Header {
	system := [...]template.Header{
		{Name: "Content-Type", Value: "application/json"},
		{Name: "Request-Origin", Value: b.cfg.Origin},
		{Name: "Webhook", Value: in.Integration.ID},
		{Name: "Webhook-Dispatch-Id", Value: in.Dispatch.ID},
		{Name: "Webhook-Attempt", Value: strconv.Itoa(in.Number)},
		{Name: signing.HeaderID, Value: in.Dispatch.ID},
		{Name: signing.HeaderTimestamp, Value: strconv.FormatInt(in.At.Unix(), 10)},
	}
	h := make(http.Header, len(own)+len(system)+3)
	accept, agent := false, b.cfg.UserAgent
	for _, o := range own {
		if strings.EqualFold(o.Name, "User-Agent") {
			agent = o.Value
			continue
		}
		h[o.Name] = []string{o.Value}
		accept = accept || strings.EqualFold(o.Name, "Accept")
	}
	h["User-Agent"] = []string{agent} // net/http adds its own to a name in another spelling
	if !accept {                      // some receivers reject requests without it
		h["Accept"] = []string{"*/*"}
	}
	values := make([]string, len(system)) // one allocation for all values
	for i, ours := range system {
		values[i] = ours.Value
		h[ours.Name] = values[i : i+1 : i+1]
	}
	return h
}

// sign adds the signature header, with a signature for each secret that is valid at the time of the
// attempt.
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

// broken reports a template that was valid by older rules when it was saved. The template's error
// quotes it, so only the position is shown; saving the integration again shows the rest.
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
