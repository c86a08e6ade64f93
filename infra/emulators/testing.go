package emulators

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
)

// The emulators are shared by all tests of a binary and stop when it exits.
var (
	dynamoDB = sync.OnceValues(func() (string, error) { return Start(context.Background(), DynamoDB()) })
	moto     = sync.OnceValues(func() (string, error) { return Start(context.Background(), Moto()) })
)

// DynamoDBForTest returns the URL of a DynamoDB that the tests of one binary share. If it is not
// installed, the test is skipped, or fails if CI is true.
func DynamoDBForTest(tb testing.TB) string {
	tb.Helper()
	return demand(tb, dynamoDB)
}

// MotoForTest is like DynamoDBForTest, for SQS, EventBridge and KMS.
func MotoForTest(tb testing.TB) string {
	tb.Helper()
	return demand(tb, moto)
}

func demand(tb testing.TB, start func() (string, error)) string {
	tb.Helper()
	url, err := start()
	if errors.Is(err, ErrNotInstalled) && os.Getenv("CI") != "true" {
		tb.Skip(err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return url
}
