package replay

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go"
)

// access returns the environment's configuration once it is known to have a region and
// credentials. A person's machine has no instance metadata service, and asking for it takes
// seconds: it is asked only where AWS_EC2_METADATA_DISABLED=false says so.
func access(ctx context.Context, getenv func(string) string) (aws.Config, error) {
	metadata := imds.ClientDisabled
	if getenv("AWS_EC2_METADATA_DISABLED") == "false" {
		metadata = imds.ClientEnabled
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithEC2IMDSClientEnableState(metadata))
	if err != nil {
		return aws.Config{}, fmt.Errorf("AWS's configuration: %w", err)
	}
	_, err = cfg.Credentials.Retrieve(ctx)
	const wayOut = "no AWS credentials: set AWS_PROFILE, or run aws sso login"
	if op, ok := errors.AsType[*smithy.OperationError](err); ok && op.Service() == "ec2imds" {
		return aws.Config{}, errors.New(wayOut) // it is asked last: nothing else is set up
	} else if err != nil {
		return aws.Config{}, fmt.Errorf("%s: %w", wayOut, err)
	}
	if cfg.Region == "" {
		return aws.Config{}, errors.New("no AWS region: set AWS_REGION to the stack's")
	}
	return cfg, nil
}
