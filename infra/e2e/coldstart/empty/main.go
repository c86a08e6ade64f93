// Empty is a function that does nothing: what aws-lambda-go and Go themselves take to start.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context) error { return nil })
}
