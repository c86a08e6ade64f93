package invocation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

type event struct{ Name string }

func TestInvoke(t *testing.T) {
	unanswerable := errors.New("no answer to that")
	for name, tc := range map[string]struct {
		raw, want, wantErr string
		lines              int
	}{
		"the right event":     {`{"Name": "world"}`, "hello world", "", 0},
		"an event that fails": {`{"Name": "bad"}`, "", "no answer to that", 0}, // logged by Handle
		"another shape":       {`{"Records": []}`, "", "invoked with the wrong event: it has no name", 1},
		"another JSON type":   {`[1]`, "", "invoked with the wrong event: json: cannot unmarshal array into Go value of type invocation.event", 1},
		"not JSON":            {`{`, "", "invoked with the wrong event: unexpected end of JSON input", 1},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			h := Handler[event, string]{
				Check: func(e event) error {
					if e.Name == "" {
						return errors.New("it has no name")
					}
					return nil
				},
				Handle: func(_ context.Context, e event) (string, error) {
					if e.Name == "bad" {
						return "", unanswerable
					}
					return "hello " + e.Name, nil
				},
				Log: slog.New(slog.NewJSONHandler(&log, nil)),
			}
			got, err := h.Invoke(t.Context(), json.RawMessage(tc.raw))
			if got != tc.want || (err == nil) != (tc.wantErr == "") || err != nil && err.Error() != tc.wantErr {
				t.Errorf("Invoke = %q, %v; want %q, %s", got, err, tc.want, tc.wantErr)
			}
			if n := strings.Count(log.String(), "\n"); n != tc.lines {
				t.Errorf("logged %d lines, want %d: %s", n, tc.lines, &log)
			}
		})
	}
}
