package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// operation returns an operation with the texts of its id.
func operation(id, method, path string) huma.Operation {
	t := texts[id]
	return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{t.tag}, Summary: t.summary, Description: t.description}
}

func get(id, path string) huma.Operation { return operation(id, http.MethodGet, path) }

// post returns a POST operation with the given success status.
func post(id, path string, status int) huma.Operation {
	op := operation(id, http.MethodPost, path)
	op.DefaultStatus = status
	return op
}

// faultsOfAny are the error statuses of every operation.
var faultsOfAny = []int{http.StatusUnauthorized, http.StatusUnprocessableEntity}

// meanings describes the responses other than success.
var meanings = map[int]string{
	http.StatusNotModified:           "Not modified since you read it.",
	http.StatusBadRequest:            "The body is not valid JSON.",
	http.StatusUnauthorized:          "Authentication required.",
	http.StatusNotFound:              "Not found: it does not exist, was deleted, or has expired.",
	http.StatusConflict:              "Conflict with the current state; the detail says why and what to do.",
	http.StatusPreconditionFailed:    "It has changed since you read it; the ETag header has the current entity tag.",
	http.StatusRequestEntityTooLarge: "The body is too large.",
	http.StatusUnsupportedMediaType:  "The Content-Type is not JSON.",
	http.StatusUnprocessableEntity:   "Validation errors, each listed in errors.",
	http.StatusInternalServerError:   "Internal error.",
}

// add registers an operation that requires a known caller. The statuses are its possible responses,
// in addition to success and those of every operation.
func add[I, O any](s *server, op huma.Operation, run func(context.Context, *I) (*O, error), others ...int) {
	op.Middlewares = append(op.Middlewares, s.identify)
	op.Responses = map[string]*huma.Response{}
	for _, status := range append(others, faultsOfAny...) {
		op.Responses[strconv.Itoa(status)] = s.otherAnswer(status)
	}
	op.Responses["default"] = s.otherAnswer(http.StatusInternalServerError)
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

// addBody registers an operation with a body of type T in one of the given content types.
func addBody[T, I, O any](s *server, op huma.Operation, types []string, run func(context.Context, *I) (*O, error), others ...int) {
	var body T
	media := map[string]*huma.MediaType{}
	for _, kind := range types {
		media[kind] = &huma.MediaType{Schema: s.schemaOf(body)}
		if op.Method == http.MethodPatch {
			media[kind].Example = map[string]any{"status": "paused"}
		}
	}
	op.RequestBody = &huma.RequestBody{Content: media}
	op.SkipValidateBody = true // decode does it and reports all errors together
	op.MaxBodyBytes = -1       // readBodies enforces it
	op.BodyReadTimeout = -1
	add(s, op, run, append(others, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)...)
}

func (s *server) schemaOf(value any) *huma.Schema {
	return s.schemas().Schema(reflect.TypeOf(value), true, "")
}

func (s *server) otherAnswer(status int) *huma.Response {
	r := &huma.Response{Description: meanings[status]}
	if status >= http.StatusBadRequest {
		r.Content = map[string]*huma.MediaType{"application/problem+json": {Schema: s.schemaOf(Problem{})}}
	}
	return r
}
