package cli

import (
	"errors"
	"flag"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// settings has a flag of each kind.
type settings struct {
	events, most int
	life         time.Duration
	keep         time.Duration
	times        float64
	seed         uint64
	log          slog.Level
	file         string
	loud         bool
}

func define(s *settings) *Command {
	c := New("shake", "Shake shakes the tree and counts what falls.")
	c.Count(&s.events, "events", 20, "leaves to count")
	c.Count(&s.most, "most", 0, "maximum number of leaves; all by default")
	c.Duration(&s.life, "life", 400*time.Millisecond, "lifetime of a leaf")
	c.Duration(&s.keep, "keep", 720*time.Hour, "`time` to keep leaves")
	c.Factor(&s.times, "times", "how often to shake")
	c.Seed(&s.seed, "seed of the wind")
	c.Level(&s.log, "log", slog.LevelInfo, "lowest level to log")
	c.StringVar(&s.file, "file", "tree.db", "the `file`\nof the tree")
	c.BoolVar(&s.loud, "loud", false, "with noise")
	return c
}

func TestHelp(t *testing.T) {
	var out strings.Builder
	if err := define(new(settings)).Parse([]string{"-h"}, &out); !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("error %v; want flag.ErrHelp", err)
	}
	const want = `Shake shakes the tree and counts what falls.

Usage: go run ./infra/shake [flags]

  -events number
        leaves to count (default 20)
  -file file
        the file
        of the tree (default tree.db)
  -keep time
        time to keep leaves (default 720h)
  -life duration
        lifetime of a leaf (default 400ms)
  -log level
        lowest level to log (default info)
  -loud
        with noise
  -most number
        maximum number of leaves; all by default
  -seed number
        seed of the wind (default random)
  -times number
        how often to shake
`
	if out.String() != want {
		t.Errorf("help:\n%s\nwant:\n%s", out.String(), want)
	}
}

func TestParse(t *testing.T) {
	var s settings
	c := define(&s)
	err := c.Parse(strings.Fields("-events 3 -most 2 -life 1s -keep 2h -times 1.5 -seed 9 -log WARN -file x -loud"), io.Discard)
	want := settings{events: 3, most: 2, life: time.Second, keep: 2 * time.Hour, times: 1.5, seed: 9, log: slog.LevelWarn, file: "x", loud: true}
	if err != nil || s != want {
		t.Errorf("settings %+v, %v; want %+v", s, err, want)
	}
	if !c.Given("log") || define(new(settings)).Given("log") {
		t.Error("Given is wrong")
	}
}

func TestDefaults(t *testing.T) {
	var a, b settings
	for _, s := range []*settings{&a, &b} {
		if err := define(s).Parse(nil, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	if a.seed == b.seed {
		t.Error("two runs have the same seed")
	}
	a.seed = 0
	if want := (settings{events: 20, life: 400 * time.Millisecond, keep: 720 * time.Hour, file: "tree.db"}); a != want {
		t.Errorf("settings %+v; want %+v", a, want)
	}
}

func TestUsageErrors(t *testing.T) {
	for args, want := range map[string]string{
		"-events 0":       "-events 0: want a whole number of at least 1",
		"-events x":       "-events x: want a whole number of at least 1",
		"-most 0":         "-most 0: want a whole number of at least 1",
		"-life x":         "-life x: want a duration greater than 0, such as 400ms",
		"-keep -1h":       "-keep -1h: want a duration greater than 0, such as 720h",
		"-times -1":       "-times -1: want a number of at least 0, such as 1.5",
		"-times NaN":      "-times NaN: want a number of at least 0, such as 1.5",
		"-seed -1":        "-seed -1: want a whole number of at least 0",
		"-log loud":       "-log loud: want debug, info, warn or error",
		"-speed 9":        "flag provided but not defined: -speed; see -h",
		"-events 1 extra": `unexpected argument "extra"; see -h`,
	} {
		if err := define(new(settings)).Parse(strings.Fields(args), io.Discard); err == nil || err.Error() != want {
			t.Errorf("%s: error %v; want %s", args, err, want)
		}
	}
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Minute: "1m", 10 * time.Minute: "10m", time.Hour: "1h", 90 * time.Minute: "1h30m", 10 * time.Second: "10s", 70 * time.Second: "1m10s",
	} {
		if got := short(d); got != want {
			t.Errorf("%v is written %s; want %s", d, got, want)
		}
	}
}
