package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/thordata/webhook-integration/infra/emulators"
	"github.com/thordata/webhook-integration/infra/stack"
	"github.com/thordata/webhook-integration/shared/awsconfig"
)

// environment has the environment variables that the functions need to use the emulators.
type environment struct {
	variables map[string]string
	sam       []byte // for --env-vars
}

// shell returns the variables in the format of a shell and Docker, sorted.
func (e environment) shell() []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(e.variables)) {
		fmt.Fprintf(&b, "%s='%s'\n", name, e.variables[name])
	}
	return b.Bytes()
}

// up starts the emulators and creates the template's resources in them.
func up(ctx context.Context, opt options) (environment, error) {
	tables, err := emulators.Start(ctx, emulators.DynamoDB())
	if err != nil {
		return environment{}, err
	}
	rest, err := emulators.Start(ctx, emulators.Moto())
	if err != nil {
		return environment{}, err
	}
	s, err := stack.Load(opt.template, stack.Place{Account: emulators.Account, Region: emulators.Region, QueueURL: rest}, nil)
	if err != nil {
		return environment{}, err
	}
	env := environment{variables: variables(s, access(tables, rest))}
	if err := create(ctx, s, env.variables); err != nil {
		return environment{}, err
	}
	elsewhere := func(url string) string { return strings.Replace(url, "127.0.0.1", opt.host, 1) }
	env.sam, err = s.SAMLocal(access(elsewhere(tables), elsewhere(rest)))
	return env, err
}

// access returns the variables that the SDK and the AWS CLI need to reach the emulators.
func access(tables, rest string) map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB":    tables,
		"AWS_ENDPOINT_URL_SQS":         rest,
		"AWS_ENDPOINT_URL_EVENTBRIDGE": rest,
		"AWS_ENDPOINT_URL_KMS":         rest,
		"AWS_REGION":                   emulators.Region,
		"AWS_DEFAULT_REGION":           emulators.Region,
		"AWS_ACCESS_KEY_ID":            "test", // any value is accepted
		"AWS_SECRET_ACCESS_KEY":        "test",
	}
}

// variables returns the environment variables of all functions, whose values do not conflict.
func variables(s *stack.Stack, access map[string]string) map[string]string {
	all := map[string]string{}
	for _, f := range s.Functions {
		maps.Copy(all, f.Environment)
	}
	maps.Copy(all, access)
	return all
}

func create(ctx context.Context, s *stack.Stack, env map[string]string) error {
	cfg, err := awsconfig.Load(func(name string) string { return env[name] })
	if err != nil {
		return err
	}
	if err := s.Create(ctx, dynamodb.NewFromConfig(cfg), sqs.NewFromConfig(cfg)); err != nil {
		return err
	}
	if _, err := eventbridge.NewFromConfig(cfg).CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: &s.Bus.Name}); err != nil {
		return fmt.Errorf("create the bus %s: %w", s.Bus.Name, err)
	}
	return nil
}
