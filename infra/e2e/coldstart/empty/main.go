// Empty is a function that does nothing. It measures the start time of Go and aws-lambda-go.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context) error { return nil })
}
