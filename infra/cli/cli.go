// Package cli gives the project's own commands one manner: -h begins with what the command does,
// whatever is wrong with the command line is one line that names it, and Ctrl-C ends the work.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Command is a command, or one word of a Program, with flags. They are defined before it parses a
// command line.
type Command struct {
	*flag.FlagSet
	about   string
	refused error // what was wrong with the value of a flag
}

// New returns the command that "go run ./infra/name" runs; name may go on with a word, as in
// "webhooks serve". about, one sentence or more, says what it does.
func New(name, about string) *Command {
	c := &Command{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError), about: about}
	c.SetOutput(io.Discard) // what is wrong is one line, which the caller prints
	return c
}

// A UsageError is a command line that cannot be run. Its text says why.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.Err }

// Main parses the process's command line, runs, and ends the process as Exit says. SIGINT and
// SIGTERM end the context.
func (c *Command) Main(run func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := c.Parse(os.Args[1:], os.Stdout)
	if err == nil {
		err = run(ctx)
	}
	os.Exit(status(c.Name(), err, os.Stderr))
}

// status prints an error and returns the process's exit status: 0 after success or help, 2 for a
// *UsageError, 1 for any other error.
func status(name string, err error, stderr io.Writer) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintf(stderr, "%s: %v\n", name, err)
	if _, usage := errors.AsType[*UsageError](err); usage {
		return 2
	}
	return 1
}

// Parse reads a command line of flags only. It returns flag.ErrHelp when help was asked for and
// shown on out, and a *UsageError when something is wrong.
func (c *Command) Parse(args []string, out io.Writer) error {
	err := c.FlagSet.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help(out)
		return err
	case c.refused != nil:
		return &UsageError{c.refused}
	case err != nil:
		return &UsageError{fmt.Errorf("%w; see -h", err)}
	case c.NArg() > 0:
		return &UsageError{fmt.Errorf("unexpected argument %q: there are flags only, see -h", c.Arg(0))}
	}
	return nil
}

// Given reports whether a flag stood on the command line.
func (c *Command) Given(name string) (given bool) {
	c.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	return given
}
