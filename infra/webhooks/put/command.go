// Package put puts sample events on the bus of a node or of a deployed stack.
package put

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/infra/cli"
)

const about = `Puts a sample event on the bus: webhooks put succeeded, failed or running. Each has an event id of
its own and the present time, so that it is not a repeat. The bus is that of a node, or with -bus
that of a deployed stack. Credentials come from the environment, like those of the AWS CLI; a node
without -auth needs none.`

// Run runs the command. Its first argument is the kind of event.
func Run(ctx context.Context, args []string) error { return run(ctx, args, os.Stdout, time.Now()) }

// options are the parsed arguments.
type options struct {
	kind, url, bus string
	settings       []setting
	source         fanout.Source
}

func parse(args []string, out io.Writer) (options, error) {
	o := options{kind: samples[0], source: fanout.DefaultSource()}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		o.kind, args = args[0], args[1:]
	}
	c := cli.New("webhooks put", about)
	c.StringVar(&o.url, "url", "http://127.0.0.1:8080", "the `URL` of the node")
	c.StringVar(&o.bus, "bus", "", "the `name` or ARN of a deployed stack's bus, in the region of the environment")
	c.StringVar(&o.source.Name, "source", o.source.Name, "the `source` of the event")
	c.StringVar(&o.source.DetailType, "detail-type", o.source.DetailType, "the detail `type` of the event")
	c.Func("set", "`path=value` to change in the event, such as resource.taskId=t-1 or userId=42; may be given\nmore than once. A value that is JSON is used as it is", func(s string) error {
		parsed, err := parseSetting(s)
		o.settings = append(o.settings, parsed)
		return err
	})
	if err := c.Parse(args, out); err != nil {
		return o, err
	}
	if !slices.Contains(samples, o.kind) {
		return o, &cli.UsageError{Err: fmt.Errorf("unknown event %q: want %s; another type is -set eventType=NAME", o.kind, strings.Join(samples, ", "))}
	}
	return o, nil
}

func run(ctx context.Context, args []string, out io.Writer, now time.Time) error {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	detail, err := event(o.kind, o.settings, now)
	if err != nil {
		return &cli.UsageError{Err: err}
	}
	client, err := o.client(ctx)
	if err != nil {
		return err
	}
	entry := types.PutEventsRequestEntry{Source: &o.source.Name, DetailType: &o.source.DetailType, Detail: aws.String(string(detail))}
	if o.bus != "" {
		entry.EventBusName = &o.bus
	}
	answer, err := client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{entry}})
	if err != nil {
		return err
	}
	if len(answer.Entries) != 1 {
		return errors.New("the bus gave no answer for the event")
	}
	if e := answer.Entries[0]; aws.ToString(e.ErrorCode) != "" {
		return fmt.Errorf("the bus refused the event: %s: %s", *e.ErrorCode, aws.ToString(e.ErrorMessage))
	}
	fmt.Fprintf(out, "put %s\n%s\n", aws.ToString(answer.Entries[0].EventId), detail)
	return nil
}

// client returns a client of the bus. For a node, missing credentials and a missing region are made
// up: a node without authentication accepts any.
func (o options) client(ctx context.Context) (*eventbridge.Client, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	if o.bus != "" {
		return eventbridge.NewFromConfig(cfg), nil
	}
	if os.Getenv("AWS_ACCESS_KEY_ID") == "" && os.Getenv("AWS_PROFILE") == "" {
		cfg.Credentials = credentials.NewStaticCredentialsProvider("any", "any", "")
	}
	cfg.Region = cmp.Or(cfg.Region, "local")
	return eventbridge.NewFromConfig(cfg, func(opt *eventbridge.Options) { opt.BaseEndpoint = &o.url }), nil
}
