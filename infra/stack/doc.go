// Package stack reads the deployment template, so that emulators and tests use
// its definitions: the queues with their redrive policies, the table, and each
// function's environment, permissions and event sources.
//
// It resolves parameters, conditions and intrinsic functions like CloudFormation,
// for a given account and region. It supports what the template uses of SAM and
// CloudFormation; [Load] returns an error for anything else.
//
//	s, err := stack.Load("template.yaml", stack.Place{}, nil)
//	err = s.Create(ctx, dynamoClient, sqsClient)
//	cmd.Env = append(cmd.Env, s.Functions["delivery"].Environ()...)
package stack
