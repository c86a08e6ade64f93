package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// value is a flag.Value whose error messages say which values are valid.
type value struct {
	c          *Command
	name, kind string
	text       string // the given value, or the default as shown by -h
	want       string
	set        func(string) error
}

func (v *value) String() string { return v.text }

func (v *value) Set(s string) error {
	if err := v.set(s); err != nil {
		v.c.refused = fmt.Errorf("-%s %s: want %s", v.name, s, v.want)
		return v.c.refused
	}
	v.text = s
	return nil
}

func (c *Command) add(v *value, usage string) {
	v.c = c
	c.Var(v, v.name, usage)
}

var errRange = errors.New("out of range")

// Count defines a flag for a whole number of at least 1. If initial is 0, help shows no default,
// and usage should say what the default means.
func (c *Command) Count(to *int, name string, initial int, usage string) {
	*to = initial
	v := &value{name: name, kind: "number", want: "a whole number of at least 1"}
	if initial > 0 {
		v.text = strconv.Itoa(initial)
	}
	v.set = func(s string) error {
		n, err := strconv.Atoi(s)
		if err == nil && n < 1 {
			err = errRange
		}
		*to = n
		return err
	}
	c.add(v, usage)
}

// Duration defines a flag for a duration greater than 0.
func (c *Command) Duration(to *time.Duration, name string, initial time.Duration, usage string) {
	*to = initial
	v := &value{name: name, kind: "duration", text: short(initial), want: "a duration greater than 0, such as " + short(initial)}
	v.set = func(s string) error {
		d, err := time.ParseDuration(s)
		if err == nil && d <= 0 {
			err = errRange
		}
		*to = d
		return err
	}
	c.add(v, usage)
}

// short formats a duration without zero parts: 720h, not 720h0m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Factor defines a flag for a number of at least 0, with the default 0.
func (c *Command) Factor(to *float64, name, usage string) {
	v := &value{name: name, kind: "number", want: "a number of at least 0, such as 1.5"}
	v.set = func(s string) error {
		f, err := strconv.ParseFloat(s, 64)
		if err == nil && !(f >= 0) {
			err = errRange
		}
		*to = f
		return err
	}
	c.add(v, usage)
}

// Seed defines the flag -seed for the seed of random choices. By default it is random.
func (c *Command) Seed(to *uint64, usage string) {
	*to = rand.Uint64()
	v := &value{name: "seed", kind: "number", text: "random", want: "a whole number of at least 0"}
	v.set = func(s string) (err error) {
		*to, err = strconv.ParseUint(s, 10, 64)
		return err
	}
	c.add(v, usage)
}

// Level defines a flag for a log level.
func (c *Command) Level(to *slog.Level, name string, initial slog.Level, usage string) {
	*to = initial
	v := &value{name: name, kind: "level", text: strings.ToLower(initial.String()), want: "debug, info, warn or error"}
	v.set = func(s string) error {
		for _, l := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
			if strings.EqualFold(s, l.String()) {
				*to = l
				return nil
			}
		}
		return errRange
	}
	c.add(v, usage)
}
