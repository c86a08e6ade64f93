package api

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// maxTries is how many times a change is tried when the integration changes concurrently.
const maxTries = 4

type changeInput struct {
	ID      string `path:"id" doc:"The integration's id." example:"01JX4A0000XK3Q9R2M4K6H8B5T"`
	IfMatch string `header:"If-Match" doc:"The entity tag that you read: if the integration has changed since, nothing is changed and the response is 412."`
	Body    json.RawMessage
}

// replaceIntegration sets every field that a user can set. Fields that the body omits get their
// defaults.
func (s *server) replaceIntegration(ctx context.Context, req *changeInput) (*integrationOutput, error) {
	return s.change(ctx, req, func(webhook.Integration) json.RawMessage { return req.Body })
}

// patchIntegration changes the fields of the body. null restores a field's default.
func (s *server) patchIntegration(ctx context.Context, req *changeInput) (*integrationOutput, error) {
	if _, ok := object(req.Body); !ok {
		return nil, faults{{Location: "body", Message: "must be an object"}}
	}
	return s.change(ctx, req, func(current webhook.Integration) json.RawMessage {
		now, _ := json.Marshal(settings(current)) // cannot fail: strings and booleans
		return mergePatch(now, req.Body)
	})
}

// change applies wanted to the current integration and saves the result. Without If-Match it
// overrides concurrent changes.
func (s *server) change(ctx context.Context, req *changeInput, wanted func(webhook.Integration) json.RawMessage) (*integrationOutput, error) {
	for range maxTries {
		current, err := s.integration(ctx, req.ID)
		if err != nil {
			return nil, err
		}
		if !matches(req.IfMatch, current) {
			return nil, preconditionFailed(current)
		}
		asked, fs := decode[Integration](s, wanted(current))
		next := asked.apply(current)
		if err := append(fs, s.checkChange(next, current)...).err(); err != nil {
			return nil, err
		}
		if fingerprint(next) == fingerprint(current) {
			return shown(current), nil
		}
		out, err := s.save(ctx, current, next)
		if !errors.Is(err, webhook.ErrConflict) {
			return out, err
		}
	}
	return nil, webhook.ErrConflict
}

// save writes the next version. An integration that becomes active begins with a new health, and
// what was held for it, or waits, is queued.
func (s *server) save(ctx context.Context, current, wanted webhook.Integration) (*integrationOutput, error) {
	resumes := current.Status != webhook.Active && wanted.Status == webhook.Active
	if resumes {
		health, err := s.resumed(ctx, current)
		if err != nil {
			return nil, err
		}
		if health != current.Health { // first: the new version must not begin with the old failures
			if err := s.cfg.Store.SaveHealth(ctx, current.UserID, current.ID, current.Health, health); err != nil {
				return nil, err
			}
		}
		wanted.Health = health
	}
	next := wanted.Changed(s.now())
	if err := s.cfg.Store.UpdateIntegration(ctx, next); err != nil {
		return nil, err
	}
	out := shown(next)
	if !resumes {
		s.probeEdited(ctx, next)
		return out, nil
	}
	if err := s.releaseNow(ctx, next); err != nil { // a tick comes by itself, only later
		s.cfg.Log.WarnContext(ctx, "release of what waits failed", logkey.IntegrationID, next.ID, logkey.Error, err)
	}
	out.Body.Held = s.queueHeld(ctx, next)
	return out, nil
}

// shown returns the response to a change.
func shown(in webhook.Integration) *integrationOutput {
	out := &integrationOutput{ETag: etag(in), CacheControl: "no-store", Body: show(in)}
	out.Body.Warnings = warnings(in)
	return out
}

type deleteInput struct {
	ID      string `path:"id" doc:"The integration's id." example:"01JX4A0000XK3Q9R2M4K6H8B5T"`
	IfMatch string `header:"If-Match" doc:"The entity tag that you read: if the integration has changed since, nothing is changed and the response is 412."`
}

func (s *server) deleteIntegration(ctx context.Context, req *deleteInput) (*struct{}, error) {
	for range maxTries {
		current, err := s.integration(ctx, req.ID)
		if err != nil {
			return nil, err
		}
		if !matches(req.IfMatch, current) {
			return nil, preconditionFailed(current)
		}
		err = s.cfg.Store.DeleteIntegration(ctx, current.UserID, current.ID, current.Version)
		if !errors.Is(err, webhook.ErrConflict) {
			return nil, err
		}
	}
	return nil, webhook.ErrConflict
}
