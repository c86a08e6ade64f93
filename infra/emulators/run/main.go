// The emulators for people: DynamoDB, SQS, EventBridge and KMS on this machine, with the table, the
// queues and the bus that template.yaml names. It prints the environment in which the functions and the
// AWS command line find them, and runs until Ctrl-C; then everything is gone.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	var opt options
	flag.StringVar(&opt.template, "template", "template.yaml", "the template that names table, queues and bus")
	flag.StringVar(&opt.dir, "dir", ".cache/emulators", "where the files with the environment are written")
	flag.StringVar(&opt.host, "host", "127.0.0.1", "how this machine is called where `sam local` runs functions: host.docker.internal on macOS and Windows")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, opt, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "emulator:", err)
		os.Exit(1)
	}
}

type options struct {
	template, dir, host string
}

func run(ctx context.Context, opt options, out io.Writer) error {
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
