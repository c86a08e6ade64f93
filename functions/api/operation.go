package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// operation returns an operation with the texts that belong to its id.
func operation(id, method, path string) huma.Operation {
	t := texts[id]
	return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{t.tag}, Summary: t.summary, Description: t.description}
}

func get(id, path string) huma.Operation { return operation(id, http.MethodGet, path) }

// post returns an operation that answers with the given status.
func post(id, path string, status int) huma.Operation {
	op := operation(id, http.MethodPost, path)
	op.DefaultStatus = status
	return op
}

// faultsOfAny are the problems that every operation may answer with.
var faultsOfAny = []int{http.StatusUnauthorized, http.StatusUnprocessableEntity}

// meanings says when an operation gives another answer than the one it is for.
var meanings = map[int]string{
	http.StatusNotModified:           "You have it already.",
	http.StatusBadRequest:            "The body is not JSON.",
	http.StatusUnauthorized:          "It is not known who calls.",
	http.StatusNotFound:              "You have no such thing.",
	http.StatusConflict:              "Not possible in the present state; the detail says why and what to do.",
	http.StatusPreconditionFailed:    "It has changed since you read it; the ETag header has the present tag.",
	http.StatusRequestEntityTooLarge: "The body is too large.",
	http.StatusUnsupportedMediaType:  "The body is not declared as JSON.",
	http.StatusUnprocessableEntity:   "The request breaks rules; errors names each.",
	http.StatusInternalServerError:   "Something went wrong on our side.",
}

// add registers an operation that only known callers may use. The given statuses are
// what it may answer, next to its result and what every operation may answer.
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

// addBody registers an operation whose body is a T, in one of the given types.
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
	op.SkipValidateBody = true // decode does it, and says all at once
	op.MaxBodyBytes = -1       // readBodies saw to it
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
