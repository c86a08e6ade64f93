// Package replay sends events that failed to the fanout function again, from the queues
// rule-failures and fanout-failures of a deployed stack, after the cause has been fixed. It uses
// the credentials and the region of the environment, like the AWS CLI.
//
//	go run ./infra/webhooks replay -stack webhooks-prod -n 1   # one, to see whether it succeeds
//	go run ./infra/webhooks replay -stack webhooks-prod        # all
//
// An event keeps its id and its dispatch ids, so deliveries that already succeeded are not
// repeated.
package replay

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"os"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/webhooks/access"
)

const about = `Sends events that failed to the fanout function again, from the queues rule-failures and
fanout-failures of a deployed stack, after the cause has been fixed. Deliveries that already succeeded
are not repeated. It uses the credentials and the region of the environment, like the AWS CLI.`

// Run runs the command.
func Run(ctx context.Context, args []string) error {
	var stack string
	var most int
	cmd := cli.New("webhooks replay", about)
	cmd.StringVar(&stack, "stack", "webhooks", "the `name` of the stack")
	cmd.Count(&most, "n", 0, "maximum number of events to send from each queue, such as 1 for a trial; all by default")
	if err := cmd.Parse(args, os.Stdout); err != nil {
		return err
	}
	return run(ctx, stack, cmp.Or(most, math.MaxInt))
}

func run(ctx context.Context, stack string, most int) error {
	aws, err := access.Load(ctx, os.Getenv)
	if err != nil {
		return err
	}
	queues := sqs.NewFromConfig(aws)
	for _, name := range []string{stack + "-rule-failures", stack + "-fanout-failures"} {
		url, err := queues.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
		if err != nil {
			return fmt.Errorf("find the queue %s: %w", name, err)
		}
		r := replayer{
			queue: queues, url: *url.QueueUrl,
			functions: lambda.NewFromConfig(aws), function: stack + "-fanout",
			out: os.Stdout,
		}
		n, err := r.replay(ctx, most)
		fmt.Printf("%s: %d sent\n", name, n)
		if err != nil {
			return err
		}
	}
	return nil
}
