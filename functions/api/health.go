package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Health is how an integration's endpoint is doing: its circuit breaker.
type Health struct {
	State       string     `json:"state" enum:"$breakerStates" doc:"closed: dispatches are sent at once. open: the endpoint is down, and dispatches wait for it. releasing: it is back, or maxPerMinute was reached, and what waits goes out." example:"closed"`
	Since       *time.Time `json:"since,omitempty" doc:"When the state began; absent if it is closed."`
	Reason      string     `json:"reason,omitempty" doc:"Why it is not closed." example:"answered 503 Service Unavailable"`
	NextProbeAt *time.Time `json:"nextProbeAt,omitempty" doc:"When a dispatch is sent to see whether the endpoint is back."`
	Waiting     *int       `json:"waiting,omitempty" doc:"How many dispatches wait, counted up to 1,000; only in the response to reading one integration."`
}

// breakerStates are the states as the API names them.
var breakerStates = []string{"closed", string(webhook.BreakerOpen), string(webhook.BreakerReleasing)}

// maxCounted is how many waiting dispatches are counted.
const maxCounted = 1000

func showHealth(b webhook.Breaker) *Health {
	if b.State == webhook.BreakerClosed {
		return &Health{State: breakerStates[0]}
	}
	h := &Health{State: string(b.State), Since: optional(b.Since), Reason: b.Why}
	if b.Rate {
		h.Reason = "maxPerMinute is reached"
	}
	return h
}

// healthOf is showHealth with what takes a look at the store and the clock.
func (s *server) healthOf(ctx context.Context, in webhook.Integration) (*Health, error) {
	h := showHealth(in.Health.Breaker)
	line, err := s.cfg.Store.Line(ctx, in.ID)
	switch {
	case errors.Is(err, webhook.ErrNotFound):
		return h, nil
	case err != nil:
		return nil, err
	}
	n, err := s.cfg.Store.CountWaiting(ctx, in.ID, in.Shards, maxCounted)
	if err != nil {
		return nil, err
	}
	h.Waiting = &n
	if in.Health.Breaker.State == webhook.BreakerOpen && in.Status == webhook.Active {
		h.NextProbeAt = optional(line.DueAt)
	}
	return h, nil
}

type probeInput struct {
	ID string `path:"id" doc:"The integration's id." example:"01JX4A0000XK3Q9R2M4K6H8B5T"`
}

// probe sends a dispatch to an endpoint that is down, now instead of when the next probe is due.
func (s *server) probe(ctx context.Context, req *probeInput) (*acceptedOutput, error) {
	in, err := s.integration(ctx, req.ID)
	if err != nil {
		return nil, err
	}
	if err := mustBeActive(in); err != nil {
		return nil, err
	}
	b := in.Health.Breaker
	switch {
	case b.State != webhook.BreakerOpen:
		return nil, newProblem(http.StatusConflict, "The endpoint is not down: dispatches are sent as they come.")
	case b.NotBefore.After(s.now()):
		return nil, newProblem(http.StatusConflict, "The endpoint asked to send nothing before %s.", b.NotBefore.UTC().Format(time.RFC3339))
	}
	d, err := s.firstWaiting(ctx, in)
	if errors.Is(err, webhook.ErrNotFound) {
		return nil, newProblem(http.StatusConflict, "Nothing waits for the endpoint. Send a test instead: if it succeeds, the endpoint counts as working again.")
	}
	if err != nil {
		return nil, err
	}
	if err := s.sendProbe(ctx, d); err != nil {
		return nil, err
	}
	return accepted(d.Ref()), nil
}

// firstWaiting returns the oldest dispatch that waits, webhook.ErrNotFound if none does.
func (s *server) firstWaiting(ctx context.Context, in webhook.Integration) (webhook.Dispatch, error) {
	page, err := s.cfg.Store.Waiting(ctx, in.ID, webhook.WaitingQuery{Shards: in.Shards, Limit: recoverPage})
	if err != nil {
		return webhook.Dispatch{}, err
	}
	for _, place := range page.Entries {
		d, err := s.cfg.Store.Dispatch(ctx, in.ID, place.Ref.DispatchID)
		if errors.Is(err, webhook.ErrNotFound) || err == nil && (d.Status != webhook.DispatchWaiting || d.Event == nil) {
			continue
		}
		return d, err
	}
	return webhook.Dispatch{}, webhook.ErrNotFound
}

func (s *server) sendProbe(ctx context.Context, d webhook.Dispatch) error {
	m := d.Message()
	m.Probe = true
	return s.send(ctx, m)
}

// probeEdited tries an endpoint that is down once its integration was edited: that may have cured it. An
// error is left to the next probe.
func (s *server) probeEdited(ctx context.Context, in webhook.Integration) {
	b := in.Health.Breaker
	if in.Status != webhook.Active || b.State != webhook.BreakerOpen || b.NotBefore.After(s.now()) {
		return
	}
	d, err := s.firstWaiting(ctx, in)
	if err == nil {
		err = s.sendProbe(ctx, d)
	}
	if err != nil && !errors.Is(err, webhook.ErrNotFound) {
		s.cfg.Log.WarnContext(ctx, "probe of an edited integration failed", logkey.IntegrationID, in.ID, logkey.Error, err)
	}
}

// resumed returns the health of an integration that becomes active: its failures are forgotten, else the
// first one after a long pause would count as days of them; and what waits is released.
func (s *server) resumed(ctx context.Context, in webhook.Integration) (webhook.Health, error) {
	_, err := s.cfg.Store.Line(ctx, in.ID)
	switch {
	case err == nil:
		return s.rules().Resumed(in.Health, s.now()), nil
	case errors.Is(err, webhook.ErrNotFound):
		return webhook.Health{Breaker: webhook.Breaker{ToldAt: in.Health.Breaker.ToldAt}}, nil
	}
	return webhook.Health{}, err
}

func (s *server) rules() webhook.BreakerRules { return s.cfg.Policy.BreakerRules() }

// releaseNow has the next tick release what waits.
func (s *server) releaseNow(ctx context.Context, in webhook.Integration) error {
	for range maxTries {
		from, err := s.cfg.Store.Line(ctx, in.ID)
		if errors.Is(err, webhook.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		to := from
		to.DueAt, to.After = s.now().UTC().Truncate(time.Millisecond), ""
		if err := s.cfg.Store.MoveLine(ctx, from, to); !errors.Is(err, webhook.ErrConflict) {
			return err
		}
	}
	return webhook.ErrConflict
}
