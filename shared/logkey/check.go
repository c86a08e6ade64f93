package logkey

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Check reports the keys of JSON log lines, as slog.JSONHandler writes them, that are not known.
// Tests call it with everything that they made the code log.
func Check(lines string) error {
	for line := range strings.Lines(lines) {
		if !strings.HasPrefix(line, "{") {
			continue
		}
		var keys map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &keys); err != nil {
			return fmt.Errorf("log line is not JSON: %w: %s", err, line)
		}
		for key := range keys {
			if !Known(key) {
				return fmt.Errorf("log key %q is not listed in shared/logkey: %s", key, line)
			}
		}
	}
	return nil
}
