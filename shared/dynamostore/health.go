package dynamostore

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// SaveHealth sets the health of an integration to 'to' if it is 'from' or already 'to'.
func (s *Store) SaveHealth(ctx context.Context, userID, id string, from, to webhook.Health) error {
	change, condition, values := healthChange(from, to)
	err := s.insist(ctx, func() error {
		_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: s.table, Key: integrationKey(userID, id).attributes(),
			UpdateExpression: &change, ConditionExpression: &condition, ExpressionAttributeValues: values,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		return err
	})
	refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return s.explain("save the health of integration "+id, err)
	case len(refused.Item) == 0:
		return webhook.ErrNotFound
	}
	old := item(refused.Item)
	if old.time("failingSince").Equal(to.FailingSince) && old.number("notified") == int(to.Notified) {
		return nil // an earlier try succeeded, but its response was lost
	}
	return webhook.ErrConflict
}

// healthChange returns the update and condition expressions of a health change. Zero values are
// stored as missing attributes.
func healthChange(from, to webhook.Health) (change, condition string, values item) {
	was, is := item{}, item{}
	was.setTime("failingSince", from.FailingSince)
	was.setNumber("notified", int(from.Notified))
	is.setTime("failingSince", to.FailingSince)
	is.setNumber("notified", int(to.Notified))

	condition, values = "attribute_exists(PK)", item{}
	set, remove := "", ""
	for _, name := range []string{"failingSince", "notified"} {
		if v, ok := was[name]; ok {
			condition += " AND " + name + " = :was_" + name
			values[":was_"+name] = v
		} else {
			condition += " AND attribute_not_exists(" + name + ")"
		}
		if v, ok := is[name]; ok {
			set += "," + name + " = :is_" + name
			values[":is_"+name] = v
		} else {
			remove += "," + name
		}
	}
	if set != "" {
		change = "SET " + set[1:]
	}
	if remove != "" {
		change += " REMOVE " + remove[1:]
	}
	if len(values) == 0 {
		values = nil
	}
	return change, condition, values
}
