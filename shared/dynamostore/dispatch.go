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

// SaveDispatch writes revision d.Revision if the stored one is d.Revision-1. If the partition is
// throttled, the error wraps webhook.ErrThrottled.
func (s *Store) SaveDispatch(ctx context.Context, d webhook.Dispatch) error {
	it, err := dispatchItem(d, s.expiry())
	if err != nil {
		return err
	}
	condition, values := s.overRevision(d.Revision - 1)
	found, err := s.putIf(ctx, it, condition, values)
	switch {
	case err != nil:
		return s.explain("save dispatch "+d.ID, throttled(err))
	case found == nil:
		return nil
	}
	return repeated(found, it)
}

// putIf stores an item if the condition holds. Otherwise it returns the item found, or an empty
// item if there was none.
func (s *Store) putIf(ctx context.Context, it item, condition string, values item) (found item, err error) {
	err = s.insist(ctx, func() error {
		_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: s.table, Item: it,
			ConditionExpression: &condition, ExpressionAttributeValues: values, ExpressionAttributeNames: names(condition),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		return err
	})
	return refusedItem(err)
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
		return s.explain("hold dispatch "+d.ID, throttled(err))
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
	all := candidates(integrationID, id)
	it, err := s.get(ctx, all[0])
	if errors.Is(err, webhook.ErrNotFound) {
		it, err = s.getFirst(ctx, all[1:])
	}
	if err != nil {
		return webhook.Dispatch{}, err
	}
	return it.dispatch()
}

// getFirst reads the first existing item of several keys, like get.
func (s *Store) getFirst(ctx context.Context, keys []key) (item, error) {
	want, found := map[key]bool{}, map[key]item{}
	for _, k := range keys {
		want[k] = true
	}
	if err := s.batchGet(ctx, want, true, found); err != nil {
		return nil, err
	}
	for _, k := range keys {
		if it := found[k]; it != nil && !it.expired(s.now()) {
			return it, nil
		}
	}
	return nil, webhook.ErrNotFound
}
