package delivery

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Dispatches stores dispatch records. Repeating a write is harmless.
type Dispatches interface {
	// Load returns what is stored for each ref, in the same order. It takes at most 10 refs.
	Load(ctx context.Context, refs []webhook.Ref) ([]webhook.Loaded, error)

	// SaveDispatch returns webhook.ErrConflict unless d is the next revision of the stored record.
	SaveDispatch(ctx context.Context, d webhook.Dispatch) error

	// HoldDispatch is like SaveDispatch, but also returns webhook.ErrConflict if the integration is
	// no longer paused.
	HoldDispatch(ctx context.Context, d webhook.Dispatch) error

	Waiting
}

// Waiting keeps dispatches that are not attempted now, so that their messages can leave the queue.
type Waiting interface {
	// Park is SaveDispatch for a dispatch that waits for its endpoint or its turn: it also gets its
	// place among those that wait. Repeating it is harmless.
	Park(ctx context.Context, d webhook.Dispatch) error

	// Keeps reports whether the record of d keeps its event. What it does not keep stays in the queue.
	Keeps(d webhook.Dispatch) bool

	// RemoveWaiting removes the place of a dispatch, if it has one.
	RemoveWaiting(ctx context.Context, ref webhook.Ref, accepted time.Time) error

	// PutDue has the minute's tick queue the dispatch when it is due.
	PutDue(ctx context.Context, d webhook.Due) error
}

// History shows what became of an integration's dispatches.
type History interface {
	Dispatches(ctx context.Context, integrationID string, q webhook.DispatchQuery) (webhook.DispatchPage, error)
}

// Integrations stores integrations and their health.
type Integrations interface {
	// Integration returns webhook.ErrNotFound if the integration does not exist.
	Integration(ctx context.Context, userID, id string) (webhook.Integration, error)

	// UpdateIntegration returns webhook.ErrConflict unless in is the next version of the stored
	// integration.
	UpdateIntegration(ctx context.Context, in webhook.Integration) error

	// SaveHealth returns webhook.ErrConflict unless the stored health equals from.
	SaveHealth(ctx context.Context, userID, id string, from, to webhook.Health) error

	Lines
	Capacity
	History
}

// Lines says when the minute's tick looks at what waits for an integration.
type Lines interface {
	// Line returns webhook.ErrNotFound if there is none.
	Line(ctx context.Context, integrationID string) (webhook.Line, error)

	// MoveLine replaces a line, or none if it is zero; webhook.ErrConflict if another is stored.
	MoveLine(ctx context.Context, from, to webhook.Line) error
}

// Capacity is how much may be sent for an integration, and written.
type Capacity interface {
	// Reserve takes one of an integration's requests a minute, if one is free now.
	Reserve(ctx context.Context, integrationID string, perMinute, burst int, now time.Time) (bool, error)

	// GrowShards spreads an integration's new dispatches over more parts of the store;
	// webhook.ErrConflict if that has happened already.
	GrowShards(ctx context.Context, userID, id string, from, to int) error
}

// Queue is the queue that the messages came from.
type Queue interface {
	// Hide makes a received message invisible for d, at most until 12 hours after it was received.
	Hide(ctx context.Context, m events.SQSMessage, d time.Duration) error
}

// Requests builds HTTP requests. It returns a *request.RenderError for errors that the owner of the
// integration has to fix.
type Requests interface {
	Build(ctx context.Context, in request.Input) (*request.Request, error)
}

// Client sends requests. It does not follow redirects. Its errors wrap egress.ErrBlocked when the
// address is not allowed.
type Client interface {
	Do(*http.Request) (*http.Response, error)
}

// Notices publishes notices about the health of integrations to the platform.
type Notices interface {
	// Notify may be called more than once with the same notice.
	Notify(ctx context.Context, n webhook.Notice) error
}
