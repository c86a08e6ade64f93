package dynamostore

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// EraserClient is the part of *dynamodb.Client that an Eraser uses. The functions have no permission for
// these calls.
type EraserClient interface {
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
	BatchWriteItem(context.Context, *dynamodb.BatchWriteItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error)
}

// Eraser deletes everything of a user. It reads the whole table, because what is left of integrations
// that were deleted earlier is not found otherwise.
type Eraser struct {
	client EraserClient
	table  string
}

// NewEraser returns an eraser of the table.
func NewEraser(client EraserClient, table string) *Eraser {
	return &Eraser{client: client, table: table}
}

// EraseUser deletes up to limit items of what is stored of a user: versions of integrations, dispatches
// and what waits, and keys. It returns the number of deleted items; call it until that is 0. The caller
// deletes the integrations before.
func (e *Eraser) EraseUser(ctx context.Context, userID string, limit int) (erased int, err error) {
	var found []key
	for k, err := range e.items(ctx, userID) {
		if err != nil {
			return 0, err
		}
		if found = append(found, k); len(found) == limit {
			break
		}
	}
	var rates []key // these items do not name the user
	for _, id := range integrationsIn(found) {
		rates = append(rates, rateKey(id))
	}
	found = append(rates, found...)
	for batch := range slices.Chunk(found, maxBatchWrite) {
		if err := e.delete(ctx, batch); err != nil {
			return erased, err
		}
		erased += len(batch)
	}
	return erased, nil
}

// IntegrationIDs returns the ids of all integrations of a user of which something is stored, deleted
// ones too.
func (e *Eraser) IntegrationIDs(ctx context.Context, userID string) ([]string, error) {
	var found []key
	for k, err := range e.items(ctx, userID) {
		if err != nil {
			return nil, err
		}
		found = append(found, k)
	}
	return integrationsIn(found), nil
}

// items yields the keys of all items of a user.
func (e *Eraser) items(ctx context.Context, userID string) iter.Seq2[key, error] {
	return func(yield func(key, error) bool) {
		in := &dynamodb.ScanInput{
			TableName: &e.table, ConsistentRead: aws.Bool(true),
			ProjectionExpression:      aws.String("PK, SK"),
			FilterExpression:          aws.String("PK = :pk OR #user = :user"),
			ExpressionAttributeNames:  map[string]string{"#user": "user"},
			ExpressionAttributeValues: item{":pk": text(userKey(userID)), ":user": text(userID)},
		}
		for {
			out, err := e.client.Scan(ctx, in)
			if err != nil {
				yield(key{}, err)
				return
			}
			for _, it := range out.Items {
				if !yield(item(it).key(), nil) {
					return
				}
			}
			if in.ExclusiveStartKey = out.LastEvaluatedKey; len(in.ExclusiveStartKey) == 0 {
				return
			}
		}
	}
}

// integrationsIn returns the ids of the integrations that the keys are about.
func integrationsIn(keys []key) []string {
	var ids []string
	for _, k := range keys {
		switch {
		case strings.HasPrefix(k.pk, integrationPrefix):
			ids = append(ids, integrationIn(k.pk))
		case strings.HasPrefix(k.sk, integrationPrefix):
			ids = append(ids, strings.TrimPrefix(k.sk, integrationPrefix))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// maxBatchWrite is the limit of BatchWriteItem.
const maxBatchWrite = 25

func (e *Eraser) delete(ctx context.Context, keys []key) error {
	var requests []types.WriteRequest
	for _, k := range keys {
		requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: k.attributes()}})
	}
	for len(requests) > 0 {
		out, err := e.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{e.table: requests}})
		if err != nil {
			return err
		}
		requests = out.UnprocessedItems[e.table]
	}
	return nil
}

// Versions returns all stored versions of an integration, the first one first.
func (s *Store) Versions(ctx context.Context, integrationID string) (all []webhook.Integration, err error) {
	q := &dynamodb.QueryInput{
		TableName: s.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk AND begins_with(SK, :prefix)"),
		ExpressionAttributeValues: item{":pk": text(partition(integrationID, 0)), ":prefix": text("VERSION#")},
	}
	for it, err := range s.query(ctx, q) {
		if err != nil {
			return nil, err
		}
		in, err := it.integration()
		if err != nil {
			return nil, err
		}
		all = append(all, in)
	}
	return all, nil
}
