// Webhooks is the product's command. It runs the whole system in one process with one SQLite file,
// for development and for small installations, and it has commands for operators of a deployed
// stack.
package main

import (
	"context"
	"os"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/webhooks/backup"
	"github.com/thordata/webhook-integration/infra/webhooks/dead"
	"github.com/thordata/webhook-integration/infra/webhooks/keys"
	"github.com/thordata/webhook-integration/infra/webhooks/listen"
	"github.com/thordata/webhook-integration/infra/webhooks/put"
	"github.com/thordata/webhook-integration/infra/webhooks/replay"
	"github.com/thordata/webhook-integration/infra/webhooks/user"
)

const (
	demoWord  = "demo"
	serveWord = "serve"
)

func main() {
	node := func(word string) func(context.Context, []string) error {
		return func(ctx context.Context, args []string) error { return run(ctx, word, args, os.Stdout, os.Stderr) }
	}
	cli.Program{
		Name:  "webhooks",
		About: "Webhook integrations for a web-scraper platform.",
		Words: []cli.Word{
			{Name: demoWord, Summary: "run the whole system on this machine, send a webhook and show what arrives", Run: node(demoWord)},
			{Name: serveWord, Summary: "run the whole system on this machine", Run: node(serveWord)},
			{Name: "put", Summary: "put a sample event on the bus", Run: put.Run},
			{Name: "listen", Summary: "send a copy of your deliveries to a receiver on this machine as they happen", Run: listen.Run},
			{Name: "keys", Summary: "make, list and remove the keys of a node that serves others", Run: keys.Run},
			{Name: "user", Summary: "export or erase everything that is stored of a user", Run: user.Run},
			{Name: "dead", Summary: "list, requeue or discard a node's dead letters", Run: dead.Run},
			{Name: "backup", Summary: "copy a node's database and key, also while it runs", Run: backup.Run},
			{Name: "replay", Summary: "send the events in a deployed stack's failure queues to the fanout function again", Run: replay.Run},
		},
	}.Main()
}
