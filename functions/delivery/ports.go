package delivery

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Dispatches keeps the records of dispatches. Repeating a write is harmless.
type Dispatches interface {
	// Load returns what is stored for each ref, in their order; there are at most 10.
	Load(ctx context.Context, refs []webhook.Ref) ([]webhook.Loaded, error)

	// SaveDispatch returns webhook.ErrConflict unless d is the next revision of
	// what is stored.
	SaveDispatch(ctx context.Context, d webhook.Dispatch) error

	// HoldDispatch is SaveDispatch that also returns webhook.ErrConflict unless the
	// integration is still paused.
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

// Integrations keeps integrations and their health.
type Integrations interface {
	// Integration returns webhook.ErrNotFound if it is gone.
	Integration(ctx context.Context, userID, id string) (webhook.Integration, error)

	// UpdateIntegration returns webhook.ErrConflict unless in is the next version
	// of what is stored.
	UpdateIntegration(ctx context.Context, in webhook.Integration) error

	// SaveHealth returns webhook.ErrConflict unless the health is from.
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

// Queue is where the messages came from.
type Queue interface {
	// Hide keeps a received message out of sight for a while, at most 12 hours from
	// when it was received.
	Hide(ctx context.Context, m events.SQSMessage, d time.Duration) error
}

// Requests builds what is sent. It returns a *request.RenderError where the owner
// of the integration must mend something.
type Requests interface {
	Build(ctx context.Context, in request.Input) (*request.Request, error)
}

// Client sends requests. It follows no redirects, and its errors wrap
// egress.ErrBlocked when the address may not be called.
type Client interface {
	Do(*http.Request) (*http.Response, error)
}

// Notices tells the platform about the health of integrations.
type Notices interface {
	// Notify may be called again with the same notice.
	Notify(ctx context.Context, n webhook.Notice) error
}
