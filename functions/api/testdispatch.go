package api

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// TestRequest configures a test.
type TestRequest struct {
	EventType webhook.EventType `json:"eventType,omitempty" enum:"$eventTypes" doc:"The event type whose sample data is sent; the first of the integration by default. The event itself has the type TEST." example:"ACTOR.RUN.SUCCEEDED"`
}

type testInput struct {
	ID   string `path:"id" doc:"The integration's id." example:"01JX4A0000XK3Q9R2M4K6H8B5T"`
	Body *json.RawMessage
}

// testIntegration sends a sample event through the normal delivery path, whatever the integration's
// status, so that users can test before they activate it. The dispatch is recorded before it is
// queued, so that its URL works immediately.
func (s *server) testIntegration(ctx context.Context, req *testInput) (*acceptedOutput, error) {
	in, err := s.integration(ctx, req.ID)
	if err != nil {
		return nil, err
	}
	like, err := testLike(s, req.Body, in)
	if err != nil {
		return nil, err
	}
	now := s.now()
	eventID := "test-" + ids.New(now)
	msg := webhook.Message{
		Ref:     webhook.Ref{UserID: in.UserID, IntegrationID: in.ID, DispatchID: ids.Dispatch(now, eventID, in.ID), Shards: in.Shards},
		EventID: eventID, EventType: webhook.Test, Trigger: webhook.TriggerTest,
		CreatedAt: now, Accepted: now, Event: sampleEvent(in.UserID, webhook.Test, like, now),
	}
	d := msg.Dispatch()
	d.Revision = 1
	if err := s.cfg.Store.SaveDispatch(ctx, d); err != nil {
		return nil, err
	}
	if err := s.send(ctx, msg); err != nil {
		ended := d.Ending(webhook.DispatchFailed, "the test could not be queued: try again", now)
		return nil, errors.Join(err, s.cfg.Store.SaveDispatch(ctx, ended))
	}
	return accepted(msg.Ref), nil
}

func testLike(s *server, body *json.RawMessage, in webhook.Integration) (webhook.EventType, error) {
	like := in.EventTypes[0]
	if body == nil || len(*body) == 0 {
		return like, nil
	}
	asked, fs := decode[TestRequest](s, *body)
	if err := fs.err(); err != nil {
		return like, err
	}
	if asked.EventType != "" {
		like = asked.EventType
	}
	return like, nil
}
