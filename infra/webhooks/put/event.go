package put

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/thordata/webhook-integration/events"
)

// samples are the words for the kinds of sample events.
var samples = []string{"succeeded", "failed", "running"}

// setting is a value for a path such as resource.taskId.
type setting struct {
	path  []string
	value any
}

// parseSetting parses path=value. A value that is JSON is used as it is, anything else is a text.
func parseSetting(s string) (setting, error) {
	path, raw, ok := strings.Cut(s, "=")
	parts := strings.Split(path, ".")
	if !ok || slices.Contains(parts, "") {
		return setting{}, fmt.Errorf("%q: want path=value, such as resource.taskId=t-1", s)
	}
	var value any = raw
	if d := decoder([]byte(raw)); json.Valid([]byte(raw)) {
		_ = d.Decode(&value) // cannot fail: it is valid
	}
	return setting{parts, value}, nil
}

func decoder(raw []byte) *json.Decoder {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // keeps the digits
	return d
}

// event returns the sample event of a kind: with an id of its own, so that it is not a repeat, with
// the time now, and with the settings, the last of which win.
func event(kind string, settings []setting, now time.Time) ([]byte, error) {
	var sample struct{ Detail map[string]any }
	if err := decoder(events.Sample("fanout-" + kind)).Decode(&sample); err != nil {
		return nil, err
	}
	e := sample.Detail
	e["eventId"], e["createdAt"] = uuid.NewString(), now.UTC().Format(time.RFC3339)
	for _, s := range settings {
		if err := set(e, s.path, s.value); err != nil {
			return nil, fmt.Errorf("-set %s: %w", strings.Join(s.path, "."), err)
		}
	}
	return encode(e)
}

// encode encodes JSON as the platform does, without escapes for HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// set replaces or adds the value at a path. It goes into texts that hold a JSON object, as templates
// do.
func set(in map[string]any, path []string, value any) error {
	name := path[0]
	if len(path) == 1 {
		in[name] = value
		return nil
	}
	switch inner := in[name].(type) {
	case nil:
		made := map[string]any{}
		in[name] = made
		return set(made, path[1:], value)
	case map[string]any:
		return set(inner, path[1:], value)
	case []any:
		i, err := strconv.Atoi(path[1])
		if err != nil || i < 0 || i >= len(inner) || len(path) > 2 {
			return fmt.Errorf("%s is a list of %d elements", name, len(inner))
		}
		inner[i] = value
		return nil
	case string:
		var held map[string]any
		if decoder([]byte(inner)).Decode(&held) != nil || held == nil {
			return fmt.Errorf("%s is a text without a JSON object", name)
		}
		if err := set(held, path[1:], value); err != nil {
			return err
		}
		text, err := encode(held)
		in[name] = string(text)
		return err
	}
	return errors.New(name + " has no members")
}
