// Package settings reads a program's configuration from environment variables and collects all
// errors.
package settings

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Reader reads variables. Call Err after reading all of them.
type Reader struct {
	getenv func(string) string
	faults []string
}

// New returns a reader that uses getenv, such as os.Getenv.
func New(getenv func(string) string) *Reader { return &Reader{getenv: getenv} }

// Err returns all errors in one line, or nil.
func (r *Reader) Err() error {
	if len(r.faults) == 0 {
		return nil
	}
	return errors.New(strings.Join(r.faults, "; "))
}

// Add adds an error found elsewhere to Err. It ignores nil.
func (r *Reader) Add(err error) {
	if err != nil {
		r.faults = append(r.faults, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
}

func (r *Reader) fault(name, format string, args ...any) {
	r.faults = append(r.faults, name+" "+fmt.Sprintf(format, args...))
}

// Required reads a required variable.
func (r *Reader) Required(name string) string {
	v := r.getenv(name)
	if v == "" {
		r.fault(name, "is required")
	}
	return v
}

// URL reads a required absolute http or https URL.
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

// Text reads an optional variable.
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

// Int reads an integer from low to high.
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

// Duration reads a duration from low to high, such as "30s" or "12h".
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

// Parse reads a variable with the given parser. parse gets "" if the variable is not set; its error
// should not name the variable.
func Parse[T any](r *Reader, name string, parse func(string) (T, error)) T {
	v, err := parse(r.getenv(name))
	if err != nil {
		r.Add(fmt.Errorf("%s: %w", name, err))
	}
	return v
}
