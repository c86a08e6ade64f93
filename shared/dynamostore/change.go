package dynamostore

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// outlive is for how much longer than a dispatch a replaced version is kept:
// a dispatch that spoke of it last can still be written again while its retries go on, for 29 hours
// by default.
const outlive = 48 * time.Hour

// UpdateIntegration replaces version in.Version-1 by in, and keeps a copy of
// it as a version. The one before gets its expiry.
func (s *Store) UpdateIntegration(ctx context.Context, in webhook.Integration) error {
	stored := integrationItem(integrationKey(in.UserID, in.ID), in)
	err := s.transact(ctx,
		s.put(stored, "version = :before", item{":before": number(int64(in.Version) - 1)}),
		s.put(versionItem(in), "", nil),
		s.retire(in.ID, in.Version-1),
	)
	refused, ok := errors.AsType[*refusal](err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return s.explain("update integration "+in.ID, err)
	case len(refused.found[0]) == 0:
		return webhook.ErrNotFound
	case same(refused.found[0], stored, "failingSince", "notified"):
		return nil // this very update took place before
	}
	return webhook.ErrConflict
}

// DeleteIntegration deletes the integration if it is of the given version. Its
// versions and dispatches expire.
func (s *Store) DeleteIntegration(ctx context.Context, userID, id string, version int) error {
	err := s.transact(ctx,
		types.TransactWriteItem{Delete: &types.Delete{
			TableName: s.table, Key: integrationKey(userID, id).attributes(),
			ConditionExpression:                 aws.String("version = :version"),
			ExpressionAttributeValues:           item{":version": number(int64(version))},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}},
		s.retire(id, version),
		s.update(quotaKey(userID), "ADD n :less", "", item{":less": number(-1)}),
	)
	refused, ok := errors.AsType[*refusal](err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return s.explain("delete integration "+id, err)
	case len(refused.found[0]) == 0:
		return webhook.ErrNotFound
	}
	return webhook.ErrConflict
}

// retire makes a version expire.
func (s *Store) retire(id string, version int) types.TransactWriteItem {
	return s.update(versionKey(id, version), "SET #ttl = :ttl", "", item{":ttl": number(unixCeil(s.now().Add(s.keep + outlive)))})
}

// SaveHealth sets the health of an integration to 'to' if it is 'from', or is 'to' already.
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
		return nil // the answer to a write that took place got lost
	}
	return webhook.ErrConflict
}

// healthChange spells a change of health; zero values are attributes that are not there.
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
