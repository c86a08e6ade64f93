// Package backup copies the files of a node while it runs.
package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
)

const about = `Copies a node's database and its key, also while the node runs. The copy is consistent, and is
checked before it gets its name. It has the secrets of the integrations, and the key to them: keep it
as you keep the node's own files.

To restore, stop the node, move its files away (webhooks.db, -wal, -shm and .key), copy the backup and
its .key to their names, and start the node. Messages that were delivered after the backup are delivered
again, with the same dispatch id.`

// Run runs the command.
func Run(ctx context.Context, args []string) error { return run(ctx, args, os.Stdout) }

func run(ctx context.Context, args []string, out io.Writer) error {
	var from, to string
	c := cli.New("webhooks backup", about)
	c.StringVar(&from, "data", "webhooks.db", "the node's database `file`")
	c.StringVar(&to, "to", "", "the new `file` to copy it to; the key is copied to file.key")
	if err := c.Parse(args, out); err != nil {
		return err
	}
	if to == "" {
		return &cli.UsageError{Err: errors.New("-to is missing: name the new file")}
	}
	key, err := os.ReadFile(from + ".key")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Lstat(to + ".key"); err == nil {
		return fmt.Errorf("backup %s.key: %w; name a new file", to, fs.ErrExist)
	}
	if err := sqlitestore.Backup(ctx, from, to); err != nil {
		return err
	}
	if key != nil { // a database without secrets has none
		if err := os.WriteFile(to+".key", key, 0o600); err != nil {
			return err
		}
	}
	info, err := os.Stat(to)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "copied %s to %s: %d bytes, checked\n", from, to, info.Size())
	return nil
}
