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

// Program is a command whose first argument selects a subcommand, a Word.
type Program struct {
	Name  string // its directory below infra
	About string // a description of one or more sentences
	Words []Word // in the order of help
}

// Word is a subcommand of a Program.
type Word struct {
	Name    string
	Summary string // one line for help; words without a summary are for internal use and not listed

	// Run gets the arguments after the word. It returns errors of Command.Parse unchanged.
	Run func(ctx context.Context, args []string) error
}

// Main runs the word of the process's command line and exits: with status 0 after success or help,
// 2 after a wrong command line, and 1 after any other error, which it prints. SIGINT and SIGTERM
// cancel the context.
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
		err = fmt.Errorf("want a command before %s: %s; see -h", args[0], strings.Join(p.listed(), ", "))
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
	fmt.Fprintf(out, "\nFor the flags of a command: go run ./infra/%s %s -h\n", p.Name, p.listed()[0])
}
