package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Program is a command whose first argument, a word, says what it does.
type Program struct {
	Name  string // its folder below infra
	About string // what it is, one sentence or more
	Words []Word // in the order in which help lists them
}

// Word is one thing that a Program does.
type Word struct {
	Name    string
	Summary string // one line for the list; a word without is not listed: the program calls it itself

	// Run gets the arguments after the word. It returns what Command.Parse returns.
	Run func(ctx context.Context, args []string) error
}

// Main runs the word that the process's command line begins with, and ends the process: with 0
// after success or help, 2 if the command line is wrong, and 1 after any other error, which it
// prints. SIGINT and SIGTERM end the context.
func (p Program) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(p.run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func (p Program) run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		p.help(stderr)
		return 2
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		p.help(stdout)
		return 0
	}
	for _, w := range p.Words {
		if w.Name == args[0] {
			return status(p.Name+" "+w.Name, w.Run(ctx, args[1:]), stderr)
		}
	}
	err := fmt.Errorf("unknown command %q: want %s; see -h", args[0], strings.Join(p.listed(), ", "))
	if strings.HasPrefix(args[0], "-") {
		err = fmt.Errorf("%s comes before a command: want %s, and then the flags; see -h", args[0], strings.Join(p.listed(), ", "))
	}
	return status(p.Name, &UsageError{err}, stderr)
}

func (p Program) listed() (names []string) {
	for _, w := range p.Words {
		if w.Summary != "" {
			names = append(names, w.Name)
		}
	}
	return names
}

func (p Program) help(out io.Writer) {
	fmt.Fprintf(out, "%s\n\nUsage: go run ./infra/%s <command> [flags]\n\n", strings.TrimSpace(p.About), p.Name)
	for _, w := range p.Words {
		if w.Summary != "" {
			fmt.Fprintf(out, "  %-10s %s\n", w.Name, w.Summary)
		}
	}
	fmt.Fprintf(out, "\nEach command has its flags: go run ./infra/%s %s -h\n", p.Name, p.listed()[0])
}
