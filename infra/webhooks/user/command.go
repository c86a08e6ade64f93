// Package user exports and erases everything that is stored of a user.
package user

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/webhooks/access"
	"github.com/thordata/webhook-integration/shared/dynamostore"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const about = `Exports or erases everything that is stored of a user, in a node's database or in the table of a
deployed stack. The node must not be running.

  export   print it as JSON, one object a line: integrations in all versions, and dispatches with
           their events and attempts. Signing secrets are left out
  erase    delete it: integrations, versions, dispatches, what waits or is queued, and keys. An erasure
           that was interrupted is completed by repeating it

Of a stack it reads the whole table, because what is left of deleted integrations is not found
otherwise; that costs read units. Its messages that are still queued are dropped when their turn
comes, because their integration is gone. An attempt that is under way while it erases may still be
recorded: erase again after a minute, which says what was left. It uses the credentials and the
region of the environment, like the AWS CLI.`

// Run runs the command. Its first argument is export or erase.
func Run(ctx context.Context, args []string) error { return run(ctx, args, os.Stdout) }

// options are the parsed flags.
type options struct{ word, user, data, table string }

func parse(args []string, out io.Writer) (options, error) {
	o := options{}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		o.word, args = args[0], args[1:]
	}
	c := cli.New("webhooks user", about)
	c.StringVar(&o.user, "user", "", "the `id` of the user; required")
	c.StringVar(&o.data, "data", "webhooks.db", "the node's database `file`")
	c.StringVar(&o.table, "table", "", "the `name` of a stack's table, its output TableName; instead of -data")
	if err := c.Parse(args, out); err != nil {
		return o, err
	}
	usage := func(err error) (options, error) { return o, &cli.UsageError{Err: err} }
	switch {
	case o.word != "export" && o.word != "erase":
		return usage(fmt.Errorf("unknown command %q: want export or erase", o.word))
	case o.user == "":
		return usage(errors.New("-user is required: the id of the user"))
	case o.table != "" && c.Given("data"):
		return usage(errors.New("-data and -table exclude each other"))
	}
	return o, nil
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	a, closes, err := open(ctx, o)
	if err != nil {
		return err
	}
	if o.word == "erase" {
		var n int
		if n, err = a.erase(ctx, o.user); err == nil {
			fmt.Fprintf(out, "erased %d records; nothing is left\n", n)
		} else {
			err = fmt.Errorf("%w; %d records were erased: repeat the command to erase the rest", err, n)
		}
	} else {
		lines := bufio.NewWriter(out)
		err = errors.Join(a.export(ctx, o.user, lines), lines.Flush())
	}
	return errors.Join(err, closes())
}

// open opens the node's file or the stack's table.
func open(ctx context.Context, o options) (archive, func() error, error) {
	if o.table != "" {
		aws, err := access.Load(ctx, os.Getenv)
		if err != nil {
			return archive{}, nil, err
		}
		client := dynamodb.NewFromConfig(aws)
		store := dynamostore.New(client, dynamostore.Options{Table: o.table, Retention: webhook.DefaultPolicy().Retention})
		return archive{store: store, eraser: dynamostore.NewEraser(client, o.table)}, func() error { return nil }, nil
	}
	if _, err := os.Stat(o.data); err != nil {
		return archive{}, nil, fmt.Errorf("%w: select the node's database with -data", err) // opening it would create a new one
	}
	store, err := sqlitestore.Open(ctx, o.data, sqlitestore.Options{})
	if err != nil {
		return archive{}, nil, err
	}
	return archive{store: store, eraser: store}, store.Close, nil
}
