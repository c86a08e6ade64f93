// Package stack reads the deployment template, so that what emulates and what
// tests the system is made from the template instead of typed again: its
// queues with their redrive chain, its table, and of each function the
// environment, the policy and what invokes it.
//
// It resolves what CloudFormation would resolve (parameters, conditions and
// intrinsic functions) for an imagined account, and knows as much of SAM and
// of AWS as the template uses. What it does not know is an error of [Load].
//
//	s, err := stack.Load("template.yaml", stack.Place{}, nil)
//	err = s.Create(ctx, dynamoClient, sqsClient)
//	cmd.Env = append(cmd.Env, s.Functions["delivery"].Environ()...)
package stack
