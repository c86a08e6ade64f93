// Package command gives the project's own commands one manner: -h begins with what the command
// does, whatever the command line has wrong is one line that names it, and Ctrl-C ends the work.
package command

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

// Command is a command below infra. Its flags are defined before it parses a command line.
type Command struct {
	*flag.FlagSet
	about   string
	roles   map[string]Run
	refused error // what was wrong with the value of a flag
}

// Run does what a command is for.
type Run func(ctx context.Context, args []string) error

// New returns the command in the folder infra/name; about, one sentence or more, says what it does.
func New(name, about string) *Command {
	c := &Command{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError), about: about, roles: map[string]Run{}}
	c.SetOutput(io.Discard) // what is wrong is one line, which the caller prints
	return c
}

// Role has the command do something else when it is called with that word as its first argument,
// which is how it calls itself. The role gets what comes after the word; -h says nothing of it.
func (c *Command) Role(word string, run Run) { c.roles[word] = run }

// Main parses the process's command line, runs, and ends the process: with 1 if run returned an
// error, which it prints, and with 2 if the command line is wrong. SIGINT and SIGTERM end the context.
func (c *Command) Main(run func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	args := os.Args[1:]
	if len(args) > 0 && c.roles[args[0]] != nil {
		c.exit(c.roles[args[0]](ctx, args[1:]), 1)
	}
	switch err := c.Parse(args, os.Stdout); {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(0)
	case err != nil:
		c.exit(err, 2)
	}
	c.exit(run(ctx), 1)
}

func (c *Command) exit(err error, code int) {
	if err == nil {
		os.Exit(0)
	}
	fmt.Fprintf(os.Stderr, "%s: %v\n", c.Name(), err)
	os.Exit(code)
}

// Parse reads a command line of flags only. It returns flag.ErrHelp when help was asked for, and
// shown on out.
func (c *Command) Parse(args []string, out io.Writer) error {
	err := c.FlagSet.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help(out)
		return err
	case c.refused != nil:
		return c.refused
	case err != nil:
		return fmt.Errorf("%w; see -h", err)
	case c.NArg() > 0:
		return fmt.Errorf("unexpected argument %q: there are flags only, see -h", c.Arg(0))
	}
	return nil
}

// Given reports whether a flag stood on the command line.
func (c *Command) Given(name string) (given bool) {
	c.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	return given
}
