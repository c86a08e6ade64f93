package logkey

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Check returns an error for the first log line with an unknown key. It parses lines written by
// slog.JSONHandler and slog.TextHandler and skips all others. Tests call it with all log output of
// the tested code.
func Check(lines string) error {
	for line := range strings.Lines(lines) {
		keys, err := keysOf(strings.TrimSpace(line))
		if err != nil {
			return fmt.Errorf("log line cannot be parsed: %w: %s", err, line)
		}
		for _, key := range keys {
			if !Known(key) {
				return fmt.Errorf("log key %q is not listed in shared/logkey: %s", key, line)
			}
		}
	}
	return nil
}

func keysOf(line string) ([]string, error) {
	switch {
	case strings.HasPrefix(line, "{"):
		var keys map[string]json.RawMessage
		err := json.Unmarshal([]byte(line), &keys)
		return slices.Collect(maps.Keys(keys)), err
	case strings.HasPrefix(line, "time="), strings.HasPrefix(line, "level="):
		return keysOfText(line)
	}
	return nil, nil
}

// keysOfText returns the keys of a line of key=value pairs. Keys and values may be quoted.
func keysOfText(line string) (keys []string, err error) {
	for line != "" {
		key, rest, err := word(line, "=")
		if err != nil || !strings.HasPrefix(rest, "=") {
			return nil, errors.Join(errors.New("want key=value pairs"), err)
		}
		if _, rest, err = word(rest[1:], " "); err != nil {
			return nil, err
		}
		keys, line = append(keys, key), strings.TrimPrefix(rest, " ")
	}
	return keys, nil
}

// word returns the first word of s, which is quoted or ends before end, and the rest.
func word(s, end string) (first, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		i := strings.Index(s, end)
		if i < 0 {
			i = len(s)
		}
		return s[:i], s[i:], nil
	}
	quoted, err := strconv.QuotedPrefix(s)
	if err != nil {
		return "", "", err
	}
	first, err = strconv.Unquote(quoted)
	return first, s[len(quoted):], err
}
