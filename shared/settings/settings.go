// Package settings reads a program's configuration from environment variables
// and gathers everything that is wrong with it.
package settings

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Reader reads variables. After the last one, Err says what was wrong with any of them.
type Reader struct {
	getenv func(string) string
	faults []string
}

// New returns a reader of the environment that getenv knows, such as os.Getenv.
func New(getenv func(string) string) *Reader { return &Reader{getenv: getenv} }

// Err returns one line that names every fault, nil if there was none.
func (r *Reader) Err() error {
	if len(r.faults) == 0 {
		return nil
	}
	return errors.New(strings.Join(r.faults, "; "))
}

// Add makes faults found elsewhere a part of Err. A nil error is none.
func (r *Reader) Add(err error) {
	if err != nil {
		r.faults = append(r.faults, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
}

func (r *Reader) fault(name, format string, args ...any) {
	r.faults = append(r.faults, name+" "+fmt.Sprintf(format, args...))
}

// Required reads a variable that must be set.
func (r *Reader) Required(name string) string {
	v := r.getenv(name)
	if v == "" {
		r.fault(name, "is required")
	}
	return v
}

// URL reads a variable that must be set, to an absolute http or https URL.
func (r *Reader) URL(name string) string {
	raw := r.Required(name)
	if raw == "" {
		return ""
	}
	if u, err := url.Parse(raw); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		r.fault(name, "must be a URL, not %q", raw)
	}
	return raw
}

// Text reads a variable that has a default.
func (r *Reader) Text(name, fallback string) string {
	if v := r.getenv(name); v != "" {
		return v
	}
	return fallback
}

// Bool reads "true" or "false".
func (r *Reader) Bool(name string, fallback bool) bool {
	switch v := r.getenv(name); v {
	case "":
		return fallback
	case "true", "false":
		return v == "true"
	default:
		r.fault(name, "must be true or false, not %q", v)
		return fallback
	}
}

// Int reads a whole number from low to high.
func (r *Reader) Int(name string, fallback, low, high int) int {
	v := r.getenv(name)
	if v == "" {
		return fallback
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < low || n > high {
		r.fault(name, "must be a whole number from %d to %d, not %q", low, high, v)
		return fallback
	}
	return n
}

// Duration reads a duration such as "30s" or "12h" from low to high.
func (r *Reader) Duration(name string, fallback, low, high time.Duration) time.Duration {
	v := r.getenv(name)
	if v == "" {
		return fallback
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < low || d > high {
		r.fault(name, "must be a duration from %v to %v, such as %v, not %q", low, high, fallback, v)
		return fallback
	}
	return d
}

// Parse reads a variable with a function that knows its form. The function gets "" for one that is
// not set, and its error says what is wrong without naming the variable.
func Parse[T any](r *Reader, name string, parse func(string) (T, error)) T {
	v, err := parse(r.getenv(name))
	if err != nil {
		r.Add(fmt.Errorf("%s: %w", name, err))
	}
	return v
}
