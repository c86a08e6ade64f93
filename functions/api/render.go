package api

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/functions/api/preset"
	"github.com/thordata/webhook-integration/shared/eventfilter"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// RenderRequest selects the templates and the event of a preview. Omitted templates are those of
// the integration. The event is given, a sample, or that of a past dispatch.
type RenderRequest struct {
	IntegrationID   string            `json:"integrationId,omitempty" doc:"Fields that are omitted below are taken from this integration." example:"01JX4A6V8Z5T3N7Q9R2M4K6H8B"`
	Filter          *string           `json:"filter,omitempty" example:"{\"resource\": {\"apiCode\": [200]}}"`
	RequestURL      *string           `json:"requestUrl,omitempty" example:"https://example.com/hooks/scraper"`
	PayloadTemplate *string           `json:"payloadTemplate,omitempty" example:"{\"task\": \"{{taskId}}\"}"`
	HeadersTemplate *string           `json:"headersTemplate,omitempty" example:"{\"X-Task\": \"{{taskId}}\"}"`
	Sample          webhook.EventType `json:"sample,omitempty" enum:"$eventTypes,TEST" doc:"Render over a sample event of this type; without any event, over one of ACTOR.RUN.SUCCEEDED, or of the first type where there is no such." example:"ACTOR.RUN.SUCCEEDED"`
	Event           json.RawMessage   `json:"event,omitempty" doc:"Render over this event: a JSON object."`
	Dispatch        *DispatchRef      `json:"dispatch,omitempty" doc:"Render over the event of this dispatch."`
}

// DispatchRef identifies a dispatch.
type DispatchRef struct {
	IntegrationID string `json:"integrationId" example:"01JX4A6V8Z5T3N7Q9R2M4K6H8B"`
	DispatchID    string `json:"dispatchId" example:"01JX4A6V8Z5T3N7Q9R2M4K6H8B"`
}

// Rendering is the request that a delivery would send, without the parts whose templates have
// errors, and these errors.
type Rendering struct {
	Method    string            `json:"method" example:"POST"`
	URL       string            `json:"url" doc:"As it is sent; if it has errors, as it is written." example:"https://example.com/hooks/2e9ddee0582a"`
	Headers   map[string]string `json:"headers,omitempty" doc:"Values that look like credentials, and secret values of the event, are masked. Absent if the headers template is wrong."`
	Body      *string           `json:"body,omitempty" doc:"Absent if the payload template has errors."`
	BodyBytes int               `json:"bodyBytes"`
	NotSent   string            `json:"notSent,omitempty" doc:"Why the filter would keep the event from being sent; absent if it would be sent, or if the filter has an error." example:"resource.apiCode is 500, and the filter wants 200"`
	Masked    []string          `json:"maskedPaths,omitempty" nullable:"false" doc:"Paths of the event with secret values: these are sent, and shown as ******** here." example:"[\"resource.apiKey\"]"`
	Faults    []Fault           `json:"faults" nullable:"false" doc:"Errors that would prevent this delivery, or saving these settings. Locations refer to the body of this request."`
	Warnings  []string          `json:"warnings" nullable:"false" doc:"What can be saved, and is probably a mistake." example:"[\"payloadTemplate: line 1, column 10: ${taskId} is sent as it is written: write {{taskId}} for its value\"]"`
	Preset    string            `json:"preset,omitempty" doc:"The id of the preset for the service that the URL belongs to; absent if there is none." example:"slack"`
}

type renderInput struct{ Body json.RawMessage }

type renderOutput struct{ Body Rendering }

// render previews a request. Errors of the templates are part of the response and not a problem
// document, because editors preview on every key press.
func (s *server) render(ctx context.Context, req *renderInput) (*renderOutput, error) {
	asked, fs := decode[RenderRequest](s, req.Body)
	if err := append(fs, asked.check()...).err(); err != nil {
		return nil, err
	}
	in, err := s.draft(ctx, asked)
	if err != nil {
		return nil, err
	}
	d, err := s.previewed(ctx, asked, in)
	if err != nil {
		return nil, err
	}
	out, err := s.preview(ctx, in, d)
	return &renderOutput{Body: out}, err
}

// check returns errors if more than one event is given, or if the event is not an object.
func (r RenderRequest) check() faults {
	var fs faults
	named := 0
	for _, given := range []bool{r.Sample != "", r.Event != nil, r.Dispatch != nil} {
		if given {
			named++
		}
	}
	if named > 1 {
		fs = append(fs, Fault{Location: "body", Message: "names more than one event: use only one of sample, event and dispatch"})
	}
	if r.Event != nil && !strings.HasPrefix(string(r.Event), "{") {
		fs = append(fs, Fault{Location: "body.event", Message: "must be a JSON object"})
	}
	return fs
}

// draft returns the integration with the templates of the request.
func (s *server) draft(ctx context.Context, asked RenderRequest) (webhook.Integration, error) {
	now := s.now()
	in := webhook.Integration{ID: ids.New(now), UserID: userOf(ctx)}
	var err error
	if asked.IntegrationID != "" {
		if in, err = s.integration(ctx, asked.IntegrationID); err != nil {
			return in, err
		}
	} else if in.Secrets.Current, err = s.cfg.Box.Seal(ctx, []byte(signing.NewSecret()), in.ID); err != nil {
		return in, err
	}
	for _, f := range []struct {
		given *string
		field *string
	}{{asked.Filter, &in.Filter}, {asked.RequestURL, &in.RequestURL}, {asked.PayloadTemplate, &in.PayloadTemplate}, {asked.HeadersTemplate, &in.HeadersTemplate}} {
		if f.given != nil {
			*f.field = *f.given
		}
	}
	return in, nil
}

// previewed returns the dispatch to preview: a past one, or a new one for the event.
func (s *server) previewed(ctx context.Context, asked RenderRequest, in webhook.Integration) (webhook.Dispatch, error) {
	now := s.now()
	if asked.Dispatch != nil {
		_, d, err := s.dispatch(ctx, &dispatchInput{ID: asked.Dispatch.IntegrationID, DispatchID: asked.Dispatch.DispatchID})
		if err == nil && d.Event == nil {
			err = faults{{Location: "body.dispatch", Message: "has no event: it was too large to store"}}
		}
		return d, err
	}
	sample := asked.Sample
	if sample == "" {
		sample = s.cfg.EventTypes.Sample()
	}
	event := []byte(asked.Event)
	if event == nil {
		event = sampleEvent(in.UserID, sample, sample, now)
	}
	at := s.eventTime(event, now)
	return webhook.Dispatch{ID: ids.Dispatch(at, "preview", in.ID), IntegrationID: in.ID, UserID: in.UserID, CreatedAt: at, Event: event}, nil
}

// eventTime returns the time of an event, or now if it has none: events in previews may be
// incomplete.
func (s *server) eventTime(event []byte, now time.Time) time.Time {
	if ev, err := webhook.ParseEvent(s.cfg.EventTypes, event, "preview", now); err == nil {
		return ev.CreatedAt
	}
	return now
}

// preview builds the request from the valid templates and reports the errors of the others.
func (s *server) preview(ctx context.Context, in webhook.Integration, d webhook.Dispatch) (Rendering, error) {
	out := Rendering{Method: "POST", URL: in.RequestURL, Preset: preset.ForURL(in.RequestURL), Faults: []Fault{}, Warnings: append([]string{}, warnings(in)...), Masked: s.cfg.Secrets.In(d.Event)}
	if given := s.maskGiven(d.Event); given != "" {
		out.Warnings = append(out.Warnings, given)
	}
	if in.RequestURL != "" {
		out.Faults = append(out.Faults, s.checkURL(in.RequestURL)...)
	}
	out.Faults = append(out.Faults, s.checkSizes(in)...)
	out.Faults = append(out.Faults, checkFilter(in.Filter)...)
	out.Faults = append(out.Faults, s.checkTemplates(in)...)
	out.NotSent = s.notSent(in.Filter, d.Event)

	onlyURL, noHeaders, noBody := in, in, in
	onlyURL.HeadersTemplate, noHeaders.HeadersTemplate = "", ""
	onlyURL.PayloadTemplate, noBody.PayloadTemplate = "{}", "{}"
	noHeaders.RequestURL, noBody.RequestURL = "", ""
	to, fs, err := s.build(ctx, onlyURL, d, "body.requestUrl", out.Faults)
	if err != nil {
		return out, err
	}
	out.Faults = append(out.Faults, fs...)
	body, fs, err := s.build(ctx, noHeaders, d, "body.payloadTemplate", out.Faults)
	if err != nil {
		return out, err
	}
	out.Faults = append(out.Faults, fs...)
	headers, fs, err := s.build(ctx, noBody, d, "body.headersTemplate", out.Faults)
	if err != nil {
		return out, err
	}
	out.Faults = append(out.Faults, fs...)
	if to != nil {
		out.URL = to.URL
	}
	if body != nil {
		out.Body, out.BodyBytes = &body.Body, body.BodyBytes
	}
	if headers != nil {
		out.Headers = headers.Headers
	}
	if body != nil && headers != nil { // the signature covers the body
		out.Headers[signing.HeaderSignature] = body.Headers[signing.HeaderSignature]
	}
	return out, nil
}

// build returns, as it is shown, the request with only one of the templates, or nil if that template has
// errors. It does not repeat errors that are already known.
func (s *server) build(ctx context.Context, in webhook.Integration, d webhook.Dispatch, location string, known faults) (*Request, faults, error) {
	for _, f := range known {
		if f.Location == location {
			return nil, nil, nil
		}
	}
	input := request.Input{Integration: in, Dispatch: d, Number: 1, At: s.now()}
	built, err := s.cfg.Requests.Build(ctx, input)
	if r, ok := errors.AsType[*request.RenderError](err); ok {
		_, what, _ := strings.Cut(r.Error(), ": ")
		return nil, faults{{Location: location, Message: what}}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	shown, err := s.shown(input, built)
	return shown, nil, err
}

// notSent returns why a filter does not want an event, "" if it does or is not valid.
func (s *server) notSent(filter string, event []byte) string {
	if filter == "" {
		return ""
	}
	pattern, err := eventfilter.Compile(filter)
	if err != nil {
		return ""
	}
	return s.because(pattern.Explain(event))
}

// checkSizes returns the errors of templates that exceed their limits.
func (s *server) checkSizes(in webhook.Integration) faults {
	var fs faults
	for _, f := range faultsOf(s.cfg.Limits.Check(in, s.cfg.EventTypes).Err(), "body.") {
		if strings.HasSuffix(f.Location, "Template") {
			fs = append(fs, f)
		}
	}
	return fs
}
