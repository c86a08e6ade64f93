// Package invocation hands the invocations of a Lambda function to its handler.
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

// Handler answers invocations with events of one shape.
type Handler[In, Out any] struct {
	// Check says what is wrong with an event that is not of the shape that the function is for, nil if
	// it is. JSON of another shape decodes without an error, into nothing.
	Check func(In) error

	// Handle answers an event. It logs its own errors.
	Handle func(ctx context.Context, event In) (Out, error)

	Log *slog.Logger
}

// Start makes a handler from the environment and serves invocations until the process ends. If it
// cannot be made, Start logs why in one line and ends the process with 1. What libraries write to
// the standard log goes to the function's log from before wire is called.
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

// Invoke decodes an event, checks it, and answers it. An event of the wrong kind gives one
// line in the log, and an error to whoever invoked the function.
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
