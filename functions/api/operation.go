package api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// about introduces the API in its document.
func about(l webhook.Limits) string {
	return "Tells your systems what happens to your scraping tasks: an integration says of which events, to which URL, and in which form.\n\n" +
		"Times are RFC 3339 in UTC. Lists come in pages: pass an answer's cursor to get the next. Every fault is a problem document (RFC 9457) that names each thing that is wrong. What is not yours does not exist: 404.\n\n" +
		fmt.Sprintf("Limits: %d integrations; of each, a name of %d characters, a description of %d, a URL of %d bytes, a payload template of %d bytes, a headers template of %d bytes and %d headers. A request's body has at most %d bytes, a page %d entries.",
			l.Integrations, l.Name, l.Description, l.URL, l.PayloadTemplate, l.HeadersTemplate, l.Headers, l.RequestBody, l.Page)
}

// faultsOfAny are the problems that every operation may answer with.
var faultsOfAny = []int{http.StatusUnauthorized, http.StatusUnprocessableEntity}

// meanings says when an operation answers with a problem of that status.
var meanings = map[int]string{
	http.StatusBadRequest:            "The body is not JSON.",
	http.StatusUnauthorized:          "It is not known who calls.",
	http.StatusNotFound:              "You have no such thing.",
	http.StatusConflict:              "Not possible in the present state; the detail says why and what to do.",
	http.StatusPreconditionFailed:    "It has changed since you read it; the ETag header has the present tag.",
	http.StatusRequestEntityTooLarge: "The body is too large.",
	http.StatusUnsupportedMediaType:  "The body is not declared as JSON.",
	http.StatusUnprocessableEntity:   "The request breaks rules; errors names each.",
}

// add registers an operation that only known callers may use. The given statuses are
// the problems that it may answer with, beside those that every operation may.
func add[I, O any](s *server, op huma.Operation, run func(context.Context, *I) (*O, error), problems ...int) {
	op.Middlewares = append(op.Middlewares, s.identify)
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	for _, status := range append(problems, faultsOfAny...) {
		op.Responses[strconv.Itoa(status)] = s.problemResponse(meanings[status])
	}
	op.Responses["default"] = s.problemResponse("Something went wrong on our side.")
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := run(ctx, in)
		if err == nil {
			return out, nil
		}
		p := problem(ctx, err)
		if p.cause != nil {
			requestOf(ctx).err = p.cause
		}
		return nil, p
	})
}

// addBody registers an operation whose body is a T, in one of the given types.
func addBody[T, I, O any](s *server, op huma.Operation, types []string, run func(context.Context, *I) (*O, error), problems ...int) {
	var body T
	media := map[string]*huma.MediaType{}
	for _, kind := range types {
		media[kind] = &huma.MediaType{Schema: s.schemaOf(body)}
		if op.Method == http.MethodPatch {
			media[kind].Example = map[string]any{"status": "paused"}
		}
	}
	op.RequestBody = &huma.RequestBody{Content: media}
	op.SkipValidateBody = true // decode does it, and says all at once
	op.MaxBodyBytes = -1       // readBodies saw to it
	op.BodyReadTimeout = -1
	add(s, op, run, append(problems, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)...)
}

func (s *server) schemaOf(value any) *huma.Schema {
	return s.schemas().Schema(reflect.TypeOf(value), true, "")
}

func (s *server) problemResponse(description string) *huma.Response {
	return &huma.Response{
		Description: description,
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: s.schemaOf(Problem{})}},
	}
}
