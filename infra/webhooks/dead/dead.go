// Package dead lists, requeues and discards dead letters: messages that were received too often
// because they could not be handled.
package dead

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const about = `Lists the dead letters of a node: messages that could not be handled in 50 receives. The
node must not be running. Read its log for the reason, and install the fix, before you put them back.

  list      print id, integration, time and size of each, the oldest first
  requeue   put the one of -id, or all, back into the queue of retries
  discard   delete the one of -id, or all`

// Run runs the command. Its first argument is list, requeue or discard.
func Run(ctx context.Context, args []string) error { return run(ctx, args, os.Stdout) }

func run(ctx context.Context, args []string, out io.Writer) error {
	word := "list"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		word, args = args[0], args[1:]
	}
	var file, id string
	var all bool
	c := cli.New("webhooks dead", about)
	c.StringVar(&file, "data", "webhooks.db", "the node's database `file`")
	c.StringVar(&id, "id", "", "the `id` of a dead letter, as list prints it")
	c.BoolVar(&all, "all", false, "all dead letters")
	if err := c.Parse(args, out); err != nil {
		return err
	}
	do, known := map[string]func(*sqlitestore.Queue, context.Context, string) error{
		"requeue": (*sqlitestore.Queue).Requeue, "discard": (*sqlitestore.Queue).Discard,
	}[word]
	switch {
	case word != "list" && !known:
		return &cli.UsageError{Err: fmt.Errorf("unknown command %q: want list, requeue or discard", word)}
	case known && (id == "") != all:
		return &cli.UsageError{Err: fmt.Errorf("%s: select one dead letter with -id, or all with -all", word)}
	}
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("%w: select the node's database with -data", err) // opening it would create a new one
	}
	store, err := sqlitestore.Open(ctx, file, sqlitestore.Options{})
	if err != nil {
		return err
	}
	defer store.Close()
	queue, err := store.Queue(ctx, sqlitestore.QueueOptions{})
	if err != nil {
		return err
	}
	if word == "list" {
		return list(ctx, queue, out)
	}
	if err := each(ctx, queue, id, func(id string) error { return do(queue, ctx, id) }, out, word); err != nil {
		return err
	}
	return store.Close()
}

// page is how many dead letters are read at a time.
const page = 100

func list(ctx context.Context, queue *sqlitestore.Queue, out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tINTEGRATION\tSENT\tBYTES")
	for after := ""; ; {
		letters, err := queue.DeadLetters(ctx, after, page)
		if err != nil {
			return err
		}
		for _, l := range letters {
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\n", l.ID, l.Group, l.SentAt.Format(time.RFC3339), len(l.Body))
			after = l.ID
		}
		if len(letters) < page {
			return w.Flush()
		}
	}
}

// each calls do for the dead letter with the id, or for all if id is empty, and prints how many there
// were.
func each(ctx context.Context, queue *sqlitestore.Queue, id string, do func(id string) error, out io.Writer, word string) error {
	if id != "" {
		if err := do(id); errors.Is(err, webhook.ErrNotFound) {
			return fmt.Errorf("dead letter %s not found: see webhooks dead list", id)
		} else if err != nil {
			return err
		}
		fmt.Fprintf(out, "%sed 1\n", strings.TrimSuffix(word, "e"))
		return nil
	}
	n := 0
	for {
		letters, err := queue.DeadLetters(ctx, "", page)
		if err != nil {
			return err
		}
		for _, l := range letters {
			if err := do(l.ID); err != nil {
				return err
			}
			n++
		}
		if len(letters) == 0 {
			fmt.Fprintf(out, "%sed %d\n", strings.TrimSuffix(word, "e"), n)
			return nil
		}
	}
}
