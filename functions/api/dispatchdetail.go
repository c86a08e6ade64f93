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

// maxShown limits the request bodies in one response, in bytes as sent: together with the event
// they stay below Lambda's limit of 6 MB.
const maxShown = 2 << 20

type dispatchOutput struct{ Body Dispatch }

// getDispatch returns a dispatch with its requests. These are rendered again: the integration
// version, the event and the attempt give the same bytes that were sent.
func (s *server) getDispatch(ctx context.Context, req *dispatchInput) (*dispatchOutput, error) {
	in, d, err := s.dispatch(ctx, req)
	if err != nil {
		return nil, err
	}
	out := Dispatch{
		DispatchSummary: s.summary(d), Attempts: make([]SentAttempt, len(d.Attempts)),
		Event: s.cfg.Secrets.MaskEvent(d.Event), Masked: s.cfg.Secrets.In(d.Event),
	}
	if d.Event == nil {
		out.EventNote = "The event was too large to store."
	}
	v := versions{store: s.cfg.Store, known: map[int]webhook.Integration{in.Version: in}}
	room := maxShown
	for i := len(d.Attempts) - 1; i >= 0; i-- { // newest first: they matter most if space runs out
		sent := SentAttempt{Attempt: s.attempt(d, d.Attempts[i])}
		sent.Request, sent.RequestNote, err = s.asSent(ctx, &v, d, d.Attempts[i])
		if err != nil {
			return nil, err
		}
		room = clip(&sent, room)
		out.Attempts[i] = sent
	}
	return &dispatchOutput{Body: out}, nil
}

// asSent renders the request of an attempt again, or says why that is not possible.
func (s *server) asSent(ctx context.Context, v *versions, d webhook.Dispatch, a webhook.Attempt) (*Request, string, error) {
	if d.Event == nil {
		return nil, "The event, from which the request is rendered, was too large to store.", nil
	}
	in, err := v.get(ctx, d.IntegrationID, a.IntegrationVersion)
	if errors.Is(err, webhook.ErrNotFound) {
		return nil, fmt.Sprintf("Version %d of the integration is no longer stored.", a.IntegrationVersion), nil
	}
	if err != nil {
		return nil, "", err
	}
	input := request.Input{Integration: in, Dispatch: d, Number: a.Number, At: a.StartedAt}
	built, err := s.cfg.Requests.Build(ctx, input)
	if r, ok := errors.AsType[*request.RenderError](err); ok {
		return nil, "Nothing was sent: " + r.Error(), nil
	}
	if err != nil {
		return nil, "", err
	}
	shown, err := s.shown(input, built)
	return shown, "", err
}

// shown converts a request to its representation in the API, which has no secrets.
func (s *server) shown(in request.Input, built *request.Request) (*Request, error) {
	r, err := s.cfg.Requests.Show(in, built, s.cfg.Secrets)
	if err != nil {
		return nil, err
	}
	headers := make(map[string]string, len(r.Header))
	for name, values := range r.Header {
		headers[name] = strings.Join(values, ", ")
	}
	return &Request{Method: "POST", URL: r.URL, Headers: headers, Body: string(r.Body), BodyBytes: len(built.Body)}, nil
}

// clip truncates a body to the remaining room and returns what then remains.
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

// versions caches the versions of one integration.
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
