package dynamostore

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/thordata/webhook-integration/infra/emulators"
	"github.com/thordata/webhook-integration/infra/stack"
	"github.com/thordata/webhook-integration/shared/storetest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	storetest.Test(t, func(t *testing.T, env storetest.Env) storetest.Store {
		client := newClient(t, &fused{fuse: env.Fuse}, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
		return New(client, Options{Table: table, Retention: env.Retention, Now: env.Now})
	})
}

func TestErasureContract(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	storetest.TestErasure(t, func(t *testing.T, env storetest.Env) (storetest.Store, storetest.Eraser) {
		client := newClient(t, &fused{fuse: env.Fuse}, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
		return New(client, Options{Table: table, Retention: env.Retention, Now: env.Now}), NewEraser(client, table)
	})
}

// TestContractWithRetries leaves the SDK's own retries on, as in production.
func TestContractWithRetries(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	storetest.Test(t, func(t *testing.T, env storetest.Env) storetest.Store {
		return New(newClient(t, &fused{fuse: env.Fuse}), Options{Table: table, Retention: env.Retention, Now: env.Now})
	})
}

// fused injects failures into requests that write, before they are sent or after the response
// arrived.
type fused struct{ fuse *storetest.Fuse }

func (f *fused) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	_, action, _ := strings.Cut(req.Header.Get("X-Amz-Target"), ".")
	exchange := func() error {
		resp, err = http.DefaultTransport.RoundTrip(req)
		return err
	}
	switch action {
	case "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem":
		if err := f.fuse.Around(exchange); err != nil {
			if resp != nil {
				resp.Body.Close()
			}
			return nil, err
		}
		return resp, nil
	}
	err = exchange()
	return resp, err
}

func newClient(tb testing.TB, transport http.RoundTripper, options ...func(*dynamodb.Options)) *dynamodb.Client {
	tb.Helper()
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(emulators.DynamoDBForTest(tb)),
		Region:       emulators.Region,
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:   &http.Client{Transport: transport},
	}, options...)
}

// newTable creates a table with a unique name, as described in the template.
func newTable(tb testing.TB) string {
	tb.Helper()
	client := newClient(tb, http.DefaultTransport)
	s, err := stack.Load("../../template.yaml", stack.Place{}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	s.Table.Name = "webhooks-" + rand.Text()
	if _, err := client.CreateTable(tb.Context(), s.Table.Input()); err != nil {
		tb.Fatal(err)
	}
	if _, err := client.UpdateTimeToLive(tb.Context(), s.Table.TimeToLive()); err != nil {
		tb.Fatal(err)
	}
	return s.Table.Name
}
