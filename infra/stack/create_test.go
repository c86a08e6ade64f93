package stack_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/thordata/webhook-integration/infra/emulators"
	"github.com/thordata/webhook-integration/infra/stack"
)

func clients(t *testing.T) (*dynamodb.Client, *sqs.Client, stack.Place) {
	t.Helper()
	tables, queues := emulators.DynamoDBForTest(t), emulators.MotoForTest(t)
	keys := credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")
	return dynamodb.New(dynamodb.Options{Region: emulators.Region, Credentials: keys, BaseEndpoint: &tables}),
		sqs.New(sqs.Options{Region: emulators.Region, Credentials: keys, BaseEndpoint: &queues}),
		stack.Place{Account: emulators.Account, Region: emulators.Region, Name: "create", QueueURL: queues}
}

// The emulators accept the template's definitions, and the functions' environment points to the created resources.
func TestCreate(t *testing.T) {
	tables, queues, place := clients(t)
	s, err := stack.Load("../../template.yaml", place, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Create(t.Context(), tables, queues); err != nil {
		t.Fatal(err)
	}

	env := s.Functions["delivery"].Environment
	ttl, err := tables.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: aws.String(env["TABLE_NAME"])})
	if err != nil {
		t.Fatal(err)
	}
	if got := *ttl.TimeToLiveDescription.AttributeName; got != "ttl" {
		t.Errorf("time to live attribute = %s, want ttl", got)
	}
	out, err := queues.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(env["DELIVERIES_QUEUE_URL"]), AttributeNames: []types.QueueAttributeName{"All"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := out.Attributes["RedrivePolicy"]; !strings.Contains(got, "create-retries") {
		t.Errorf("redrive policy of deliveries = %s, want retries", got)
	}
}

func TestCreateRejectsQueueWithAnotherURL(t *testing.T) {
	tables, queues, place := clients(t)
	place.Name, place.QueueURL = "elsewhere", "http://127.0.0.1:1"
	s, err := stack.Load("../../template.yaml", place, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Create(t.Context(), tables, queues); err == nil || !strings.Contains(err.Error(), "set Place.QueueURL") {
		t.Errorf("error %v, want one that contains Place.QueueURL", err)
	}
}
