package invocation

import (
	"encoding/json"
	"log/slog"
	"strings"

	"github.com/thordata/webhook-integration/shared/logkey"
)

// libraryLog converts what aws-lambda-go writes to the standard log to the format of other lines.
// It drops the errors that a function returns, because the function has already logged them with
// more detail. It keeps panics, which have a stack.
type libraryLog struct{ to *slog.Logger }

// Write writes one line.
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
