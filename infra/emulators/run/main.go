// Run starts the emulators for manual use: DynamoDB, SQS, EventBridge and KMS on this machine, with
// the table, queues and bus of template.yaml. It prints the environment variables that the
// functions and the AWS CLI need to use them, and runs until Ctrl-C, which deletes everything.
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

const about = `Runs emulators of DynamoDB, SQS, EventBridge and KMS on this machine until Ctrl-C, with the table, the
queues and the bus of the template. It prints the environment variables that the functions and the AWS
CLI need to use them.`

func main() {
	var opt options
	cmd := cli.New("emulators/run", about)
	cmd.StringVar(&opt.template, "template", "template.yaml", "the `file` with the table, queues and bus")
	cmd.StringVar(&opt.dir, "dir", ".cache/emulators", "the `directory` for the files with the environment variables")
	cmd.StringVar(&opt.host, "host", "127.0.0.1", "the `name` of this machine inside the containers of \"sam local\": host.docker.internal on\nmacOS and Windows")
	cmd.Main(func(ctx context.Context) error { return run(ctx, opt, os.Stdout) })
}

type options struct {
	template, dir, host string
}

func run(ctx context.Context, opt options, out io.Writer) error {
	_, err := stack.Load(opt.template, stack.Place{}, nil)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s not found: run this in the module's root, or set -template", opt.template)
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
	fmt.Fprintf(out, "# These variables are in %s:\n", shell)
	fmt.Fprintf(out, "#   set -a; . %s; set +a\n", shell)
	fmt.Fprintf(out, "#   aws dynamodb scan --table-name $TABLE_NAME\n")
	fmt.Fprintf(out, "# and in the format of sam local in %s:\n", sam)
	fmt.Fprintf(out, "#   sam local invoke ApiFunction --event events/api-create.json --env-vars %s --docker-network host\n", sam)
	fmt.Fprintln(out, "# Ctrl-C stops the emulators and deletes their data.")
	<-ctx.Done()
	return nil
}
