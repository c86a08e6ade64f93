package lambdaruntime

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// maxAnswer is Lambda's limit for responses, in bytes.
const maxAnswer = 6 << 20

// invocation is an event that waits for its response.
type invocation struct {
	id     string
	event  []byte
	fn     Function
	answer chan answer // holds one
}

type answer struct {
	payload []byte
	err     error
}

var invocations atomic.Int64

func newInvocation(event []byte, fn Function) *invocation {
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", invocations.Add(1))
	return &invocation{id: id, event: event, fn: fn, answer: make(chan answer, 1)}
}

// runtimeAPI is the Runtime API server for a bootstrap.
type runtimeAPI struct {
	pending   chan *invocation
	first     chan time.Time // time of the first request for an invocation
	initError chan error

	mu      sync.Mutex
	seen    bool        // an invocation was requested
	current *invocation // the invocation in progress
}

func newRuntimeAPI() *runtimeAPI {
	return &runtimeAPI{
		pending: make(chan *invocation), first: make(chan time.Time, 1), initError: make(chan error, 1),
	}
}

func (a *runtimeAPI) routes() http.Handler {
	const root = "/2018-06-01/runtime"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+root+"/invocation/next", a.next)
	mux.HandleFunc("POST "+root+"/invocation/{id}/response", a.response)
	mux.HandleFunc("POST "+root+"/invocation/{id}/error", a.failure)
	mux.HandleFunc("POST "+root+"/init/error", a.failedInit)
	return mux
}

// next waits for an invocation, without a timeout.
func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	if !a.seen {
		a.seen = true
		a.first <- time.Now()
	}
	a.mu.Unlock()
	select {
	case inv := <-a.pending:
		a.mu.Lock()
		a.current = inv
		a.mu.Unlock()
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
		h.Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(inv.fn.Timeout).UnixMilli()))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", inv.fn.ARN)
		h.Set("Lambda-Runtime-Trace-Id", "Root=1-5e1f6b2d-0c9a4b7f8e3d2c1b0a998877;Parent=53995c3f42cd8ad8;Sampled=0")
		_, _ = w.Write(inv.event)
	case <-r.Context().Done():
	}
}

func (a *runtimeAPI) response(w http.ResponseWriter, r *http.Request) {
	inv := a.taken(w, r)
	if inv == nil {
		return
	}
	payload, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer+1))
	if err == nil && len(payload) > maxAnswer {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		err = &FunctionError{Type: "Function.ResponseSizeTooLarge", Message: fmt.Sprintf("the response is larger than %d bytes", maxAnswer)}
	} else {
		w.WriteHeader(http.StatusAccepted)
	}
	inv.answer <- answer{payload, err}
}

func (a *runtimeAPI) failure(w http.ResponseWriter, r *http.Request) {
	if inv := a.taken(w, r); inv != nil {
		inv.answer <- answer{err: functionError(r)}
		w.WriteHeader(http.StatusAccepted)
	}
}

func (a *runtimeAPI) failedInit(w http.ResponseWriter, r *http.Request) {
	select {
	case a.initError <- functionError(r):
	default:
	}
	w.WriteHeader(http.StatusAccepted)
}

// taken returns the invocation that the request responds to. Each can be responded to once.
func (a *runtimeAPI) taken(w http.ResponseWriter, r *http.Request) *invocation {
	a.mu.Lock()
	defer a.mu.Unlock()
	inv := a.current
	if inv == nil || inv.id != r.PathValue("id") {
		http.Error(w, `{"errorType":"InvalidRequestID","errorMessage":"no such invocation is running"}`, http.StatusBadRequest)
		return nil
	}
	a.current = nil
	return inv
}

func functionError(r *http.Request) error {
	var e FunctionError
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
		return &FunctionError{Type: "Runtime.Unknown", Message: "the error is not JSON: " + err.Error()}
	}
	return &e
}
