// Package cli is the common behavior of the project's commands: -h starts with what the command
// does, errors in the command line are one line, and Ctrl-C cancels the command.
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

// Command is a command, or one word of a Program, with flags. Flags must be defined before it
// parses a command line.
type Command struct {
	*flag.FlagSet
	about   string
	refused error // the error of a flag's value
}

// New returns the command for "go run ./infra/name"; name may include a word, as in "webhooks
// serve". about is a description of one or more sentences.
func New(name, about string) *Command {
	c := &Command{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError), about: about}
	c.SetOutput(io.Discard) // the caller prints errors
	return c
}

// A UsageError is an error in a command line.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.Err }

// Main parses the process's command line, runs run and exits like Program.Main. SIGINT and SIGTERM
// cancel the context.
func (c *Command) Main(run func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := c.Parse(os.Args[1:], os.Stdout)
	if err == nil {
		err = run(ctx)
	}
	os.Exit(status(c.Name(), err, os.Stderr))
}

// status prints an error and returns the exit status: 0 for success or help, 2 for a *UsageError,
// and 1 for any other error.
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

// Parse parses a command line that only has flags. It returns flag.ErrHelp after it has printed
// help to out, and a *UsageError for a wrong command line.
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
		return &UsageError{fmt.Errorf("unexpected argument %q; see -h", c.Arg(0))}
	}
	return nil
}

// Given reports whether the command line set the flag.
func (c *Command) Given(name string) (given bool) {
	c.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	return given
}
