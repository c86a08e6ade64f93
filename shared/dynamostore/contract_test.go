package dynamostore

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/infra/emulators"
	"github.com/thordata/webhook-integration/shared/storetest"
)

func TestContract(t *testing.T) {
	table := newTable(t)
	storetest.Test(t, func(t *testing.T, env storetest.Env) storetest.Store {
		client := newClient(t, &fused{fuse: env.Fuse}, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
		return New(client, Options{Table: table, Retention: env.Retention, Now: env.Now})
	})
}

// TestContractWithRetries leaves the SDK to repeat by itself what failed, as it does in production.
func TestContractWithRetries(t *testing.T) {
	table := newTable(t)
	storetest.Test(t, func(t *testing.T, env storetest.Env) storetest.Store {
		return New(newClient(t, &fused{fuse: env.Fuse}), Options{Table: table, Retention: env.Retention, Now: env.Now})
	})
}

// fused makes requests that write fail on their way to DynamoDB, or on their way back.
type fused struct{ fuse *storetest.Fuse }

func (f *fused) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	_, action, _ := strings.Cut(req.Header.Get("X-Amz-Target"), ".")
	exchange := func() error {
		resp, err = http.DefaultTransport.RoundTrip(req)
		return err
	}
	switch action {
	case "PutItem", "UpdateItem", "TransactWriteItems":
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

// newTable returns the name of a table of its own for a test.
func newTable(tb testing.TB) string {
	tb.Helper()
	client := newClient(tb, http.DefaultTransport)
	name := "webhooks-" + rand.Text()
	ctx, cancel := context.WithTimeout(tb.Context(), 30*time.Second)
	defer cancel()
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("PK"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("SK"), KeyType: types.KeyTypeRange},
		},
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("PK"), AttributeType: types.ScalarAttributeTypeS}, {AttributeName: aws.String("SK"), AttributeType: types.ScalarAttributeTypeS},
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return name
}
