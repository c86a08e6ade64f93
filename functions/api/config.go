package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Config configures an API. Fields without a default are required.
type Config struct {
	Store    Store
	Queue    Queue
	Box      Box
	Requests Requests

	// CheckURL validates a request URL. It returns a *webhook.FieldError.
	CheckURL func(raw string) error

	// Caller returns the id of the user who sent the request, or false if the caller is unknown.
	Caller func(*http.Request) (userID string, ok bool)

	// EventTypes are the event types that integrations can subscribe to; those of the product page
	// by default.
	EventTypes webhook.EventTypes

	// Secrets are the paths of events whose values are masked in every response;
	// template.DefaultSecretPaths by default.
	Secrets template.Secrets

	Policy webhook.Policy   // the deployment's delivery settings, shown to users; webhook.DefaultPolicy by default
	Limits webhook.Limits   // webhook.DefaultLimits by default
	Now    func() time.Time // time.Now by default
	Log    *slog.Logger     // one line for each request; none by default

	// Metrics counts queued messages; if nil, nothing is counted.
	Metrics metrics.Emitter

	// Console serves /console and everything below; nil if there is no console.
	Console http.Handler

	// FrameAncestors are the origins whose pages may embed the docs in a frame, such as
	// "https://dashboard.example.com"; none by default.
	FrameAncestors []string

	// Origins are other origins whose pages may call the API. Browser requests from pages of any
	// other site are rejected.
	Origins []string
}

func (c Config) withDefaults() Config {
	if c.Limits == (webhook.Limits{}) {
		c.Limits = webhook.DefaultLimits()
	}
	if c.Policy == (webhook.Policy{}) {
		c.Policy = webhook.DefaultPolicy()
	}
	if len(c.Secrets.Paths()) == 0 {
		c.Secrets, _ = template.ParseSecrets("")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Store stores what the API manages. Package storetest tests the promises of each method.
// Implementations are safe for concurrent use.
type Store interface {
	IntegrationStore
	IntegrationLifecycle
	DispatchStore
	WaitingStore
}

// IntegrationStore reads and writes integrations.
type IntegrationStore interface {
	Integration(ctx context.Context, userID, id string) (webhook.Integration, error)
	Integrations(ctx context.Context, userID, after string, limit int) (page []webhook.Integration, next string, err error)
	UpdateIntegration(ctx context.Context, in webhook.Integration) error
	Version(ctx context.Context, integrationID string, n int) (webhook.Integration, error)
}

// IntegrationLifecycle creates and deletes integrations.
type IntegrationLifecycle interface {
	CreateIntegration(ctx context.Context, in webhook.Integration, opt webhook.CreateOptions) (webhook.Integration, error)
	DeleteIntegration(ctx context.Context, userID, id string, version int) error
	SaveHealth(ctx context.Context, userID, id string, from, to webhook.Health) error
}

// DispatchStore reads and writes dispatches.
type DispatchStore interface {
	Dispatch(ctx context.Context, integrationID, id string) (webhook.Dispatch, error)
	Dispatches(ctx context.Context, integrationID string, q webhook.DispatchQuery) (webhook.DispatchPage, error)
	SaveDispatch(ctx context.Context, d webhook.Dispatch) error
}

// WaitingStore shows what waits for an integration's endpoint, and has it released.
type WaitingStore interface {
	Line(ctx context.Context, integrationID string) (webhook.Line, error)
	MoveLine(ctx context.Context, from, to webhook.Line) error
	Waiting(ctx context.Context, integrationID string, q webhook.WaitingQuery) (webhook.WaitingPage, error)
	CountWaiting(ctx context.Context, integrationID string, shards, atMost int) (int, error)
}

// Queue takes messages that ask for a delivery. When Send returns an error, any
// part of them may have been taken; to send them again is harmless.
type Queue interface {
	Send(ctx context.Context, messages []webhook.Message) error
}

// Box encrypts secrets before they are stored. A secret can only be decrypted with the same bind
// value.
type Box interface {
	Seal(ctx context.Context, plain []byte, bind string) ([]byte, error)
	Open(ctx context.Context, sealed []byte, bind string) ([]byte, error)
}

// Requests renders the request of an attempt: byte for byte as it is delivered, and as it is shown.
type Requests interface {
	Build(ctx context.Context, in request.Input) (*request.Request, error)
	Show(in request.Input, built *request.Request, secrets template.Secrets) (*request.Request, error)
}
