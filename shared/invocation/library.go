package invocation

import (
	"encoding/json"
	"log/slog"
	"strings"

	"github.com/thordata/webhook-integration/shared/logkey"
)

// libraryLog takes what aws-lambda-go writes to the standard log, and makes lines of it as all
// others are. The library repeats there every error that a function answers with, which was logged
// already by whoever knew more of it; with a panic it writes the stack, and that is kept.
type libraryLog struct{ to *slog.Logger }

// Write takes one line.
func (l libraryLog) Write(p []byte) (int, error) {
	var answered struct {
		Type  string          `json:"errorType"`
		Stack json.RawMessage `json:"stackTrace"`
	}
	if json.Unmarshal(p, &answered) == nil && answered.Type != "" && answered.Stack == nil {
		return len(p), nil
	}
	l.to.Error("runtime", logkey.Error, strings.TrimSpace(string(p)))
	return len(p), nil
}
