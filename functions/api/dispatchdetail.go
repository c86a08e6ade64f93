package api

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// maxShown bounds the request bodies in one answer, in bytes as they are sent: together
// with the event they stay below the 6 MB that Lambda can answer.
const maxShown = 2 << 20

type dispatchOutput struct{ Body Dispatch }

// getDispatch shows a dispatch. Its requests are built again: the version of that
// time, the event and the attempt give the same bytes as when they were sent.
func (s *server) getDispatch(ctx context.Context, req *dispatchInput) (*dispatchOutput, error) {
	in, d, err := s.dispatch(ctx, req)
	if err != nil {
		return nil, err
	}
	out := Dispatch{DispatchSummary: summary(d), Attempts: make([]SentAttempt, len(d.Attempts)), Event: d.Event}
	if d.Event == nil {
		out.EventNote = "The event was too large to keep."
	}
	v := versions{store: s.cfg.Store, known: map[int]webhook.Integration{in.Version: in}}
	room := maxShown
	for i := len(d.Attempts) - 1; i >= 0; i-- { // the newest are the likeliest to matter
		sent := SentAttempt{Attempt: attempt(d.Attempts[i])}
		sent.Request, sent.RequestNote, err = s.asSent(ctx, &v, d, d.Attempts[i])
		if err != nil {
			return nil, err
		}
		room = clip(&sent, room)
		out.Attempts[i] = sent
	}
	return &dispatchOutput{Body: out}, nil
}

// asSent builds the request of an attempt, or says why that can no longer be done.
func (s *server) asSent(ctx context.Context, v *versions, d webhook.Dispatch, a webhook.Attempt) (*Request, string, error) {
	if d.Event == nil {
		return nil, "The event was too large to keep, and the request is made from it.", nil
	}
	in, err := v.get(ctx, d.IntegrationID, a.IntegrationVersion)
	if errors.Is(err, webhook.ErrNotFound) {
		return nil, fmt.Sprintf("Version %d of the integration is no longer kept.", a.IntegrationVersion), nil
	}
	if err != nil {
		return nil, "", err
	}
	built, err := s.cfg.Requests.Build(ctx, request.Input{Integration: in, Dispatch: d, Number: a.Number, At: a.StartedAt})
	if r, ok := errors.AsType[*request.RenderError](err); ok {
		return nil, "Nothing was sent: " + r.Error(), nil
	}
	if err != nil {
		return nil, "", err
	}
	return showRequest(built), "", nil
}

// showRequest returns a request for people to see.
func showRequest(r *request.Request) *Request {
	headers := make(map[string]string, len(r.Header))
	for name, values := range request.Mask(r.Header) {
		headers[name] = strings.Join(values, ", ")
	}
	return &Request{Method: "POST", URL: r.URL, Headers: headers, Body: string(r.Body), BodyBytes: len(r.Body)}
}

// clip cuts a body to the room that is left, and returns the room that is left then.
func clip(sent *SentAttempt, room int) int {
	r := sent.Request
	if r == nil {
		return room
	}
	end := fitting(r.Body, &room)
	if end == len(r.Body) {
		return room
	}
	for end > 0 && !utf8.RuneStart(r.Body[end]) {
		end--
	}
	r.Body = r.Body[:end]
	sent.RequestNote = fmt.Sprintf("Only the first %d of the body's %d bytes are shown.", end, r.BodyBytes)
	return 0
}

// versions reads each version of one integration once.
type versions struct {
	store IntegrationStore
	known map[int]webhook.Integration
}

func (v *versions) get(ctx context.Context, integrationID string, n int) (webhook.Integration, error) {
	if in, ok := v.known[n]; ok {
		return in, nil
	}
	in, err := v.store.Version(ctx, integrationID, n)
	if err == nil {
		v.known[n] = in
	}
	return in, err
}
