package template

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// Mask is what is shown instead of a secret value. It does not tell the value's length.
const Mask = "********"

// DefaultSecretPaths is the setting of the product page's event.
const DefaultSecretPaths = "resource.apiKey"

// Secrets are paths of an event whose values are sent to receivers, but never shown. The zero value
// has none. It is immutable and safe for concurrent use.
type Secrets struct{ paths [][]string }

// ParseSecrets parses a setting: paths or short names as in placeholders, separated by commas. The empty
// string means [DefaultSecretPaths].
func ParseSecrets(setting string) (Secrets, error) {
	if strings.TrimSpace(setting) == "" {
		setting = DefaultSecretPaths
	}
	var s Secrets
	var errs []error
	for text := range strings.SplitSeq(setting, ",") {
		path, err := parseSecret(strings.TrimSpace(text))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		s.paths = append(s.paths, path)
	}
	return s, errors.Join(errs...)
}

func parseSecret(text string) ([]string, error) {
	if text == "" {
		return nil, errors.New("a path is empty: separate paths with single commas, as in resource.apiKey,userName")
	}
	path, fault := parsePath(text)
	switch {
	case fault != nil && fault.Suggestion != "":
		return nil, fmt.Errorf("%s: did you mean %s?", fault.Message, fault.Suggestion)
	case fault != nil:
		return nil, errors.New(fault.Message)
	case path[0] == globals:
		return nil, fmt.Errorf("%q is not a path of an event", text)
	}
	return path, nil
}

// Paths returns the full paths, in the setting's order.
func (s Secrets) Paths() []string {
	paths := make([]string, len(s.paths))
	for i, p := range s.paths {
		paths[i] = strings.Join(p, ".")
	}
	return paths
}

// In returns the secret paths at which an event has values.
func (s Secrets) In(event []byte) []string {
	var in []string
	for i, path := range s.Paths() {
		if one := (Secrets{s.paths[i : i+1]}); len(one.spans(event)) > 0 {
			in = append(in, path)
		}
	}
	return in
}

// Near reports whether the value at a path may be, have, or be part of a secret. The path may lack the
// indexes of lists, as those of event patterns do.
func (s Secrets) Near(path string) bool {
	named := func(path []string) []string {
		return slices.DeleteFunc(slices.Clone(path), func(name string) bool {
			_, err := strconv.Atoi(name)
			return err == nil
		})
	}
	asked := named(strings.Split(path, "."))
	return slices.ContainsFunc(s.paths, func(p []string) bool {
		p = named(p)
		n := min(len(p), len(asked))
		return slices.Equal(p[:n], asked[:n])
	})
}

// MaskEvent returns an event, a valid JSON object, in which every value at a secret path is replaced by
// [Mask] as a string. Null and the empty string stay. Everything else is unchanged, byte for byte.
func (s Secrets) MaskEvent(event []byte) []byte {
	spans := s.spans(event)
	if len(spans) == 0 {
		return event
	}
	var masked []byte
	at := 0
	for _, f := range spans {
		masked = append(append(masked, event[at:f.from]...), f.quote+Mask+f.quote...)
		at = f.to
	}
	return append(masked, event[at:]...)
}

// Values returns the texts of the secret values of an event: decoded strings, and other values as they are
// written.
func (s Secrets) Values(event []byte) []string {
	var values []string
	for _, f := range s.spans(event) {
		text := event[f.from:f.to]
		for range f.depth {
			text = jsonscan.AppendUnescaped(nil, text)
		}
		values = append(values, string(text))
	}
	return values
}

func (s Secrets) spans(event []byte) []found {
	start := jsonscan.Space(event, 0)
	if jsonscan.At(event, start) != '{' {
		return nil
	}
	f := finder{}
	f.value(event, start, s.paths)
	return f.found
}
