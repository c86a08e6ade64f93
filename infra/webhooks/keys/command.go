package keys

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
	"github.com/thordata/webhook-integration/infra/webhooks/keyfile"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const about = `Manages the keys with which clients sign in at a node that runs with -auth. The node may be
running; a change takes effect with the next request.

  add      make a key and print it: with -user an API key that acts as this user, to be sent as
           "Authorization: Bearer <key>"; with -bus an access key that signs events like one of AWS.
           A key is printed once and cannot be read again
  list     print the id, kind, user, name, creation and last use of each key, the oldest first
  remove   make the key with -id useless`

// Run runs the command. Its first argument is add, list or remove.
func Run(ctx context.Context, args []string) error {
	return run(ctx, args, os.Stdout, os.Stderr, time.Now)
}

// options are the parsed flags.
type options struct {
	word, data, user, name, id string
	bus                        bool
}

func parse(args []string, out io.Writer) (o options, err error) {
	o.word = "list"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		o.word, args = args[0], args[1:]
	}
	c := cli.New("webhooks keys", about)
	c.StringVar(&o.data, "data", "webhooks.db", "the node's database `file`")
	c.StringVar(&o.user, "user", "", "add: the `id` of the user as whom the key acts")
	c.BoolVar(&o.bus, "bus", false, "add: an access key of the bus")
	c.StringVar(&o.name, "name", "", "add: a `name` for people, such as the program that uses the key")
	c.StringVar(&o.id, "id", "", "remove: the `id` of the key, as list prints it")
	if err := c.Parse(args, out); err != nil {
		return o, err
	}
	if err := o.check(); err != nil {
		return o, &cli.UsageError{Err: err}
	}
	return o, nil
}

func (o options) check() error {
	switch {
	case o.word != "add" && o.word != "list" && o.word != "remove":
		return fmt.Errorf("unknown command %q: want add, list or remove", o.word)
	case o.word == "add" && (o.user == "") != o.bus:
		return errors.New("add: want either -user ID for an API key, or -bus for an access key of the bus")
	case o.word == "add" && !o.bus && webhook.CheckUserID(o.user) != "":
		return fmt.Errorf("add: -user %q: %s", o.user, webhook.CheckUserID(o.user))
	case len(o.name) > 100 || strings.ContainsFunc(o.name, func(r rune) bool { return r < ' ' }):
		return errors.New("add: -name must have at most 100 bytes, without control characters")
	case o.word == "remove" && o.id == "":
		return errors.New("remove: select a key with -id; list prints the ids")
	case o.word != "remove" && o.id != "":
		return fmt.Errorf("%s: -id is for remove", o.word)
	case o.word != "add" && (o.user != "" || o.bus || o.name != ""):
		return fmt.Errorf("%s: -user, -bus and -name are for add", o.word)
	}
	return nil
}

func run(ctx context.Context, args []string, out, notes io.Writer, now func() time.Time) error {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	if _, err := os.Stat(o.data); err != nil && o.word != "add" {
		return fmt.Errorf("%w: select the node's database with -data", err) // opening it would create a new one
	}
	all, err := sqlitestore.OpenAccessKeys(ctx, o.data)
	if err != nil {
		return err
	}
	switch o.word {
	case "add":
		err = add(ctx, all, o, out, notes, now())
	case "remove":
		if err = all.Remove(ctx, o.id); errors.Is(err, webhook.ErrNotFound) {
			err = fmt.Errorf("key %s not found: see webhooks keys list", o.id)
		} else if err == nil {
			fmt.Fprintln(notes, "removed: the node rejects this key from now on")
		}
	default:
		err = list(ctx, all, out)
	}
	return errors.Join(err, all.Close())
}

// add prints a new key to out, so that a script can read it, and what to do with it to notes.
func add(ctx context.Context, all *sqlitestore.AccessKeys, o options, out, notes io.Writer, now time.Time) error {
	if !o.bus {
		stored, key := NewAPI(o.user, o.name, now)
		if err := all.Add(ctx, stored); err != nil {
			return err
		}
		fmt.Fprintf(notes, "API key %s of user %s. It is shown only this once; send it as \"Authorization: Bearer <key>\":\n", stored.ID, o.user)
		fmt.Fprintln(out, key)
		return nil
	}
	box, err := keyfile.Open(ctx, all.Path(), all)
	if err != nil {
		return err
	}
	stored, secret, err := NewBus(ctx, box, o.name, now)
	if err == nil {
		err = all.Add(ctx, stored)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(notes, "Access key of the bus. Its secret is shown only this once:")
	fmt.Fprintf(out, "export AWS_ACCESS_KEY_ID=%s\nexport AWS_SECRET_ACCESS_KEY=%s\n", stored.ID, secret)
	return nil
}

func list(ctx context.Context, keys *sqlitestore.AccessKeys, out io.Writer) error {
	all, err := keys.List(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tKIND\tUSER\tNAME\tCREATED\tLAST USED")
	for _, k := range all {
		used := "never"
		if !k.LastUsedAt.IsZero() {
			used = k.LastUsedAt.Format(time.RFC3339)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Kind, k.UserID, k.Name, k.CreatedAt.Format(time.RFC3339), used)
	}
	return w.Flush()
}
