// Package access finds the AWS credentials with which an operator works on a deployed stack.
package access

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go"
)

// Load returns the AWS configuration of the environment after checking that it has a region and
// credentials. It uses the instance metadata service only if AWS_EC2_METADATA_DISABLED=false is
// set: other machines do not have one, and finding that out takes seconds.
func Load(ctx context.Context, getenv func(string) string) (aws.Config, error) {
	metadata := imds.ClientDisabled
	if getenv("AWS_EC2_METADATA_DISABLED") == "false" {
		metadata = imds.ClientEnabled
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithEC2IMDSClientEnableState(metadata))
	if err != nil {
		return aws.Config{}, fmt.Errorf("load the AWS configuration: %w", err)
	}
	_, err = cfg.Credentials.Retrieve(ctx)
	const wayOut = "no AWS credentials: set AWS_PROFILE, or run aws sso login"
	if op, ok := errors.AsType[*smithy.OperationError](err); ok && op.Service() == "ec2imds" {
		return aws.Config{}, errors.New(wayOut) // the last credentials provider to be tried: no other is configured
	} else if err != nil {
		return aws.Config{}, fmt.Errorf("%s: %w", wayOut, err)
	}
	if cfg.Region == "" {
		return aws.Config{}, errors.New("no AWS region: set AWS_REGION to the stack's region")
	}
	return cfg, nil
}
