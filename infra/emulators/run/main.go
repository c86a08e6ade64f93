// The emulators for people: DynamoDB, SQS, EventBridge and KMS on this machine, with the table, the
// queues and the bus that template.yaml names. It prints the environment in which the functions and the
// AWS command line find them, and runs until Ctrl-C; then everything is gone.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/stack"
)

const about = `Runs DynamoDB, SQS, EventBridge and KMS on this machine, with the table, the queues and the bus that
the template names, until Ctrl-C. It prints the environment in which the functions and the AWS command
line find them.`

func main() {
	var opt options
	cmd := cli.New("emulators/run", about)
	cmd.StringVar(&opt.template, "template", "template.yaml", "the `file` that names table, queues and bus")
	cmd.StringVar(&opt.dir, "dir", ".cache/emulators", "the `folder` that the files with the environment are written to")
	cmd.StringVar(&opt.host, "host", "127.0.0.1", "the `name` of this machine where \"sam local\" runs functions: host.docker.internal on\nmacOS and Windows")
	cmd.Main(func(ctx context.Context) error { return run(ctx, opt, os.Stdout) })
}

type options struct {
	template, dir, host string
}

func run(ctx context.Context, opt options, out io.Writer) error {
	_, err := stack.Load(opt.template, stack.Place{}, nil)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no %s here: run it at the module's root, or say with -template where it is", opt.template)
	} else if err != nil {
		return err
	}
	fmt.Fprintln(out, "# starting DynamoDB Local and moto ...")
	env, err := up(ctx, opt)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(opt.dir, 0o755); err != nil {
		return err
	}
	shell, sam := filepath.Join(opt.dir, "env"), filepath.Join(opt.dir, "sam.json")
	if err := os.WriteFile(shell, env.shell(), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(sam, env.sam, 0o600); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s\n", env.shell())
	fmt.Fprintf(out, "# This is in %s:\n", shell)
	fmt.Fprintf(out, "#   set -a; . %s; set +a\n", shell)
	fmt.Fprintf(out, "#   aws dynamodb scan --table-name $TABLE_NAME\n")
	fmt.Fprintf(out, "# and as sam local takes it in %s:\n", sam)
	fmt.Fprintf(out, "#   sam local invoke ApiFunction --event events/api-create.json --env-vars %s --docker-network host\n", sam)
	fmt.Fprintln(out, "# Ctrl-C ends it, and everything that it holds.")
	<-ctx.Done()
	return nil
}
