package stack

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Tables creates tables. *dynamodb.Client implements it.
type Tables interface {
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	UpdateTimeToLive(context.Context, *dynamodb.UpdateTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateTimeToLiveOutput, error)
}

// Queues creates queues. *sqs.Client implements it.
type Queues interface {
	CreateQueue(context.Context, *sqs.CreateQueueInput, ...func(*sqs.Options)) (*sqs.CreateQueueOutput, error)
}

// Create creates the table and the queues in an emulator that has neither. It does not wait until the
// table is active, because emulators create tables synchronously.
func (s *Stack) Create(ctx context.Context, tables Tables, queues Queues) error {
	if _, err := tables.CreateTable(ctx, s.Table.Input()); err != nil {
		return fmt.Errorf("create table %s: %w", s.Table.Name, err)
	}
	if _, err := tables.UpdateTimeToLive(ctx, s.Table.TimeToLive()); err != nil {
		return fmt.Errorf("enable time to live of table %s: %w", s.Table.Name, err)
	}
	for _, q := range s.Queues {
		out, err := queues.CreateQueue(ctx, q.Input())
		if err != nil {
			return fmt.Errorf("create queue %s: %w", q.Name, err)
		}
		if got := *out.QueueUrl; got != q.URL {
			return fmt.Errorf("queue %s has the URL %s, but the functions use %s: set Place.QueueURL", q.Name, got, q.URL)
		}
	}
	return nil
}
