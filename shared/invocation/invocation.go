// Package invocation runs a Lambda function: it passes invocations to a handler.
package invocation

import (
	"context"
	"encoding/json"
	"fmt"
	stdlog "log"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/thordata/webhook-integration/shared/logkey"
)

// Handler handles invocations with events of one type.
type Handler[In, Out any] struct {
	// Check returns why an event is not one that the function handles, or nil. It is needed because
	// JSON of another kind decodes into In without an error, leaving it empty.
	Check func(In) error

	// Handle handles an event. It logs its own errors.
	Handle func(ctx context.Context, event In) (Out, error)

	Log *slog.Logger
}

// Start creates the handler with wire and serves invocations until the process ends. If wire fails,
// Start logs the error in one line and exits with status 1. Before calling wire, it redirects the
// standard library's log to the function's log.
func Start[In, Out any](wire func(getenv func(string) string, log *slog.Logger) (Handler[In, Out], error)) {
	log := lambdacontext.NewLogger()
	stdlog.SetFlags(0)
	stdlog.SetOutput(libraryLog{log})
	h, err := wire(os.Getenv, log)
	if err != nil {
		log.Error("cold start: the function cannot run", logkey.Error, err.Error())
		os.Exit(1)
	}
	lambda.Start(h.Invoke)
}

// Invoke decodes and checks an event and passes it to Handle. A wrong event is logged in one line,
// and returned as an error to the caller.
func (h Handler[In, Out]) Invoke(ctx context.Context, raw json.RawMessage) (out Out, err error) {
	var in In
	if err := json.Unmarshal(raw, &in); err != nil {
		return out, h.wrong(ctx, err)
	}
	if err := h.Check(in); err != nil {
		return out, h.wrong(ctx, err)
	}
	return h.Handle(ctx, in)
}

func (h Handler[In, Out]) wrong(ctx context.Context, err error) error {
	err = fmt.Errorf("invoked with the wrong event: %w", err)
	h.Log.ErrorContext(ctx, "wrong event", logkey.Error, err.Error())
	return err
}
