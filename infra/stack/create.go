package stack

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Tables makes tables; a dynamodb.Client does.
type Tables interface {
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	UpdateTimeToLive(context.Context, *dynamodb.UpdateTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateTimeToLiveOutput, error)
}

// Queues makes queues; an sqs.Client does.
type Queues interface {
	CreateQueue(context.Context, *sqs.CreateQueueInput, ...func(*sqs.Options)) (*sqs.CreateQueueOutput, error)
}

// Create makes the table and the queues where the clients lead, an emulator that has
// neither. It does not wait until a table is active: emulators make it at once.
func (s *Stack) Create(ctx context.Context, tables Tables, queues Queues) error {
	if _, err := tables.CreateTable(ctx, s.Table.Input()); err != nil {
		return fmt.Errorf("make the table %s: %w", s.Table.Name, err)
	}
	if _, err := tables.UpdateTimeToLive(ctx, s.Table.TimeToLive()); err != nil {
		return fmt.Errorf("let items of %s expire: %w", s.Table.Name, err)
	}
	for _, q := range s.Queues {
		out, err := queues.CreateQueue(ctx, q.Input())
		if err != nil {
			return fmt.Errorf("make the queue %s: %w", q.Name, err)
		}
		if got := *out.QueueUrl; got != q.URL {
			return fmt.Errorf("the queue %s is at %s, but the functions would look at %s: set Place.QueueURL", q.Name, got, q.URL)
		}
	}
	return nil
}
