package user

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// store is what is read of a store.
type store interface {
	Integrations(ctx context.Context, userID, after string, limit int) (page []webhook.Integration, next string, err error)
	DeleteIntegration(ctx context.Context, userID, id string, version int) error
	Versions(ctx context.Context, integrationID string) ([]webhook.Integration, error)
	Dispatches(ctx context.Context, integrationID string, q webhook.DispatchQuery) (webhook.DispatchPage, error)
}

// eraser deletes everything of a user. Package storetest says what it promises.
type eraser interface {
	EraseUser(ctx context.Context, userID string, limit int) (erased int, err error)
	IntegrationIDs(ctx context.Context, userID string) ([]string, error)
}

// archive is what is stored of all users.
type archive struct {
	store  store
	eraser eraser
}

// page is how many records are read or erased at once.
const page = 500

// erase deletes everything of a user. The integrations go first, so that nothing new is stored.
func (a archive) erase(ctx context.Context, userID string) (erased int, err error) {
	for {
		all, _, err := a.store.Integrations(ctx, userID, "", page)
		if err != nil {
			return erased, err
		}
		if len(all) == 0 {
			break
		}
		for _, in := range all {
			err := a.store.DeleteIntegration(ctx, userID, in.ID, in.Version)
			if err != nil && !errors.Is(err, webhook.ErrNotFound) && !errors.Is(err, webhook.ErrConflict) { // it is read again
				return erased, fmt.Errorf("delete integration %s: %w", in.ID, err)
			}
			erased++
		}
	}
	for {
		n, err := a.eraser.EraseUser(ctx, userID, page)
		if erased += n; err != nil || n == 0 {
			return erased, err
		}
	}
}

// line is a line of an export: one of the two.
type line struct {
	Integration *integration `json:"integration,omitempty"`
	Dispatch    *dispatch    `json:"dispatch,omitempty"`
}

// integration is a version of an integration, with the names of the API, without its secrets.
type integration struct {
	ID                string                    `json:"id"`
	Version           int                       `json:"version"`
	Name              string                    `json:"name"`
	Description       string                    `json:"description,omitempty"`
	EventTypes        []webhook.EventType       `json:"eventTypes"`
	Filter            string                    `json:"filter,omitempty"`
	RequestURL        string                    `json:"requestUrl"`
	PayloadTemplate   string                    `json:"payloadTemplate,omitempty"`
	HeadersTemplate   string                    `json:"headersTemplate,omitempty"`
	Status            webhook.IntegrationStatus `json:"status"`
	StatusReason      string                    `json:"statusReason,omitempty"`
	DoNotRetry        bool                      `json:"doNotRetry,omitempty"`
	RedirectIsSuccess bool                      `json:"redirectIsSuccess,omitempty"`
	MaxPerMinute      int                       `json:"maxPerMinute,omitempty"`
	CreatedAt         time.Time                 `json:"createdAt"`
	ModifiedAt        time.Time                 `json:"modifiedAt"`
}

// dispatch is a dispatch with its event and attempts, with the names of the API.
type dispatch struct {
	ID            string                 `json:"id"`
	IntegrationID string                 `json:"integrationId"`
	EventID       string                 `json:"eventId"`
	EventType     webhook.EventType      `json:"eventType"`
	Status        webhook.DispatchStatus `json:"status"`
	Reason        string                 `json:"reason,omitempty"`
	CreatedAt     time.Time              `json:"createdAt"`
	Attempts      []attempt              `json:"attempts"`
	Event         json.RawMessage        `json:"event,omitempty"`
}

type attempt struct {
	Number         int               `json:"number"`
	StartedAt      time.Time         `json:"startedAt"`
	DurationMs     int64             `json:"durationMs"`
	ResponseStatus int               `json:"responseStatus,omitempty"`
	ResponseBody   string            `json:"responseBody,omitempty"`
	ErrorCode      webhook.ErrorCode `json:"errorCode,omitempty"`
	ErrorMessage   string            `json:"errorMessage,omitempty"`
}

// export writes everything of a user, integration by integration.
func (a archive) export(ctx context.Context, userID string, out io.Writer) error {
	ids, err := a.eraser.IntegrationIDs(ctx, userID)
	if err != nil {
		return err
	}
	w := json.NewEncoder(out)
	w.SetEscapeHTML(false)
	for _, id := range ids {
		if err := errors.Join(a.versions(ctx, id, w), a.dispatches(ctx, id, w)); err != nil {
			return fmt.Errorf("export integration %s: %w", id, err)
		}
	}
	return nil
}

func (a archive) versions(ctx context.Context, id string, w *json.Encoder) error {
	all, err := a.store.Versions(ctx, id)
	if err != nil {
		return err
	}
	for _, in := range all {
		if err := w.Encode(line{Integration: &integration{
			ID: in.ID, Version: in.Version, Name: in.Name, Description: in.Description, EventTypes: in.EventTypes, Filter: in.Filter,
			RequestURL: in.RequestURL, PayloadTemplate: in.PayloadTemplate, HeadersTemplate: in.HeadersTemplate,
			Status: in.Status, StatusReason: in.StatusReason, DoNotRetry: in.DoNotRetry, RedirectIsSuccess: in.RedirectIsSuccess,
			MaxPerMinute: in.MaxPerMinute, CreatedAt: in.CreatedAt, ModifiedAt: in.ModifiedAt,
		}}); err != nil {
			return err
		}
	}
	return nil
}

func (a archive) dispatches(ctx context.Context, id string, w *json.Encoder) error {
	q := webhook.DispatchQuery{Shards: webhook.MaxShards, Limit: 100, OldestFirst: true}
	for {
		found, err := a.store.Dispatches(ctx, id, q)
		if err != nil {
			return err
		}
		for _, d := range found.Dispatches {
			if err := w.Encode(line{Dispatch: exported(d)}); err != nil {
				return err
			}
		}
		if q.After = found.Next; q.After == "" {
			return nil
		}
	}
}

func exported(d webhook.Dispatch) *dispatch {
	out := &dispatch{
		ID: d.ID, IntegrationID: d.IntegrationID, EventID: d.EventID, EventType: d.EventType, Status: d.Status, Reason: d.Reason,
		CreatedAt: d.CreatedAt, Event: slices.Clone(d.Event), Attempts: []attempt{},
	}
	for _, at := range d.Attempts {
		out.Attempts = append(out.Attempts, attempt{
			Number: at.Number, StartedAt: at.StartedAt, DurationMs: at.Duration.Milliseconds(), ResponseStatus: at.ResponseStatus,
			ResponseBody: at.ResponseBody, ErrorCode: at.Code, ErrorMessage: at.Message,
		})
	}
	return out
}
