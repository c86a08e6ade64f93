package dynamostore

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/record"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// healthAttributes are the attributes of an integration's health.
var healthAttributes = []string{"failingSince", "notified", "breaker"}

func (it item) setHealth(h webhook.Health) {
	it.setTime("failingSince", h.FailingSince)
	it.setNumber("notified", int(h.Notified))
	it.setText("breaker", record.EncodeBreaker(h.Breaker))
}

func (it item) health() (webhook.Health, error) {
	breaker, err := record.DecodeBreaker(it.text("breaker"))
	if err != nil {
		return webhook.Health{}, fmt.Errorf("item %s: %w", it.key(), err)
	}
	return webhook.Health{
		FailingSince: it.time("failingSince"), Notified: webhook.NoticeKind(it.number("notified")), Breaker: breaker,
	}, nil
}

// SaveHealth sets the health of an integration to 'to' if it is 'from' or already 'to'.
func (s *Store) SaveHealth(ctx context.Context, userID, id string, from, to webhook.Health) error {
	was, is := item{}, item{}
	was.setHealth(from)
	is.setHealth(to)
	condition, values := equal(was, healthAttributes...)
	change := set(is, values, healthAttributes...)
	found, err := s.updateIf(ctx, integrationKey(userID, id), change, "attribute_exists(PK) AND "+condition, values)
	switch {
	case err != nil:
		return s.explain("save the health of integration "+id, err)
	case found == nil:
		return nil
	case len(found) == 0:
		return webhook.ErrNotFound
	case found.matches(is, healthAttributes...):
		return nil // an earlier try succeeded, but its response was lost
	}
	return webhook.ErrConflict
}

// updateIf changes an item if the condition holds. Otherwise it returns the item found, or an empty
// item if there was none.
func (s *Store) updateIf(ctx context.Context, k key, change, condition string, values item) (found item, err error) {
	if len(values) == 0 {
		values = nil
	}
	err = s.insist(ctx, func() error {
		_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: s.table, Key: k.attributes(),
			UpdateExpression: &change, ConditionExpression: &condition,
			ExpressionAttributeValues: values, ExpressionAttributeNames: names(change + condition),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		return err
	})
	return refusedItem(err)
}
