package dynamostore

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// SaveDispatch writes revision d.Revision if the stored one is d.Revision-1.
func (s *Store) SaveDispatch(ctx context.Context, d webhook.Dispatch) error {
	it, err := dispatchItem(d, s.expiry())
	if err != nil {
		return err
	}
	condition, values := s.overRevision(d.Revision - 1)
	err = s.insist(ctx, func() error {
		_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: s.table, Item: it,
			ConditionExpression: &condition, ExpressionAttributeValues: values, ExpressionAttributeNames: names(condition),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		return err
	})
	refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return s.explain("save dispatch "+d.ID, err)
	}
	return repeated(refused.Item, it)
}

// HoldDispatch is SaveDispatch for a dispatch of a paused integration. The same transaction checks
// that the integration is paused.
func (s *Store) HoldDispatch(ctx context.Context, d webhook.Dispatch) error {
	it, err := dispatchItem(d, s.expiry())
	if err != nil {
		return err
	}
	condition, values := s.overRevision(d.Revision - 1)
	s.holding.Lock()
	defer s.holding.Unlock()
	err = s.transact(ctx,
		s.put(it, condition, values),
		types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: s.table, Key: integrationKey(d.UserID, d.IntegrationID).attributes(),
			ConditionExpression:       aws.String("#status = :paused"),
			ExpressionAttributeNames:  names("#status"),
			ExpressionAttributeValues: item{":paused": text(string(webhook.Paused))},
		}},
	)
	refused, ok := errors.AsType[*refusal](err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return s.explain("hold dispatch "+d.ID, err)
	case refused.failed[1]:
		return webhook.ErrConflict
	}
	return repeated(refused.found[0], it)
}

// overRevision is the condition for writing a dispatch over revision n. An expired record counts as
// missing.
func (s *Store) overRevision(n int) (condition string, values item) {
	now := number(s.now().Unix())
	if n == 0 {
		return "attribute_not_exists(PK) OR #ttl <= :now", item{":now": now}
	}
	return "rev = :rev AND #ttl > :now", item{":now": now, ":rev": number(int64(n))}
}

// repeated returns nil if the item found equals the item written: an earlier try succeeded, but its
// response was lost. Otherwise it returns webhook.ErrConflict.
func repeated(found, written item) error {
	if same(found, written, "ttl") {
		return nil
	}
	return webhook.ErrConflict
}

// Dispatch returns webhook.ErrNotFound if the dispatch has no record or has expired.
func (s *Store) Dispatch(ctx context.Context, integrationID, id string) (webhook.Dispatch, error) {
	if !ids.Valid(integrationID) || !ids.Valid(id) {
		return webhook.Dispatch{}, webhook.ErrNotFound
	}
	it, err := s.get(ctx, dispatchKey(integrationID, id))
	if err != nil {
		return webhook.Dispatch{}, err
	}
	return it.dispatch()
}
