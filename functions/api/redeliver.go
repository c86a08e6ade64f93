package api

import (
	"context"
	"net/http"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// redeliver starts a new round of a dispatch, with the same id, the current integration and the
// whole retry schedule.
func (s *server) redeliver(ctx context.Context, req *dispatchInput) (*acceptedOutput, error) {
	in, d, err := s.dispatch(ctx, req)
	if err != nil {
		return nil, err
	}
	switch {
	case !d.Status.Ended():
		return nil, newProblem(http.StatusConflict, "The dispatch is %s: it can be redelivered once it has ended.", d.Status)
	case d.Event == nil:
		return nil, newProblem(http.StatusConflict, "The dispatch's event was too large to store, so it cannot be redelivered.")
	}
	if err := mustBeActive(in); err != nil {
		return nil, err
	}
	if err := s.requeueThese(ctx, []webhook.Dispatch{d}); err != nil {
		return nil, err
	}
	return accepted(webhook.Ref{IntegrationID: in.ID, DispatchID: d.ID}), nil
}
