package cli

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func tree(got *[]string) Program {
	word := func(name, summary string) Word {
		return Word{Name: name, Summary: summary, Run: func(_ context.Context, args []string) error {
			*got = append([]string{name}, args...)
			switch strings.Join(args, " ") {
			case "fail":
				return errors.New("it fell")
			case "-wrong":
				return New("tree "+name, "").Parse(args, new(strings.Builder))
			}
			return nil
		}}
	}
	return Program{Name: "tree", About: "Does things to a tree.", Words: []Word{
		word("shake", "shake it"), word("climb", "climb it"), word("be-a-leaf", ""),
	}}
}

func TestWordRunsWithItsArguments(t *testing.T) {
	for args, want := range map[string]string{
		"shake":           "shake",
		"climb -h -n 1":   "climb -h -n 1",
		"be-a-leaf green": "be-a-leaf green",
	} {
		var got []string
		var out, err strings.Builder
		code := tree(&got).run(t.Context(), strings.Fields(args), &out, &err)
		if code != 0 || strings.Join(got, " ") != want || out.String()+err.String() != "" {
			t.Errorf("%s: exit %d, ran %q, printed %s%s", args, code, got, out.String(), err.String())
		}
	}
}

func TestExitStatus(t *testing.T) {
	for args, want := range map[string]struct {
		code int
		says string
	}{
		"":             {2, "Usage: go run ./infra/tree <command> [flags]"},
		"saw":          {2, `tree: unknown command "saw": want shake, climb; see -h`},
		"-n 1 shake":   {2, "tree: want a command before -n: shake, climb; see -h"},
		"shake fail":   {1, "tree shake: it fell"},
		"shake -wrong": {2, "tree shake: flag provided but not defined: -wrong; see -h"},
	} {
		var got []string
		var out, err strings.Builder
		code := tree(&got).run(t.Context(), strings.Fields(args), &out, &err)
		if code != want.code || !strings.Contains(err.String(), want.says) || out.Len() > 0 {
			t.Errorf("%q: exit %d, printed %s%s; want %d and %s", args, code, out.String(), err.String(), want.code, want.says)
		}
	}
}

func TestHelpListsWords(t *testing.T) {
	for _, ask := range []string{"-h", "-help", "--help", "help"} {
		var got []string
		var out, err strings.Builder
		if code := tree(&got).run(t.Context(), []string{ask}, &out, &err); code != 0 || err.Len() > 0 {
			t.Errorf("%s: exit %d, error %s", ask, code, err.String())
		}
		const want = `Does things to a tree.

Usage: go run ./infra/tree <command> [flags]

  shake      shake it
  climb      climb it

For the flags of a command: go run ./infra/tree shake -h
`
		if out.String() != want {
			t.Errorf("%s: help:\n%s\nwant:\n%s", ask, out.String(), want)
		}
	}
}
