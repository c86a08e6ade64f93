package dynamostore

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// outlive is how much longer than a dispatch a replaced version is kept. The last dispatch that
// refers to the version is still written while its retries go on, which takes 29 hours by default.
const outlive = 48 * time.Hour

// UpdateIntegration replaces version in.Version-1 with in, keeps a copy of in as a version, and
// makes the previous version expire. The stored shards do not change: if they have grown since the
// caller read the integration, it tries again with the stored number.
func (s *Store) UpdateIntegration(ctx context.Context, in webhook.Integration) error {
	for {
		stored := integrationItem(integrationKey(in.UserID, in.ID), in)
		unchanged, values := equal(stored, "shards")
		values[":before"] = number(int64(in.Version) - 1)
		err := s.transact(ctx,
			s.put(stored, "version = :before AND "+unchanged, values),
			s.put(versionItem(in), "", nil),
			s.retire(in.ID, in.Version-1),
		)
		refused, ok := errors.AsType[*refusal](err)
		switch {
		case err == nil:
			return nil
		case !ok:
			return s.explain("update integration "+in.ID, err)
		}
		found := refused.found[0]
		switch {
		case len(found) == 0:
			return webhook.ErrNotFound
		case same(found, stored, append(healthAttributes, "shards")...):
			return nil // a repeat of an identical update
		case found.number("version") != in.Version-1 || found.number("shards") == in.Shards:
			return webhook.ErrConflict
		}
		in.Shards = found.number("shards")
	}
}

// DeleteIntegration deletes the integration if its version is the given one, and makes that version
// expire. Its dispatches have a ttl already.
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

// retire returns the part of a transaction that makes a version expire.
func (s *Store) retire(id string, version int) types.TransactWriteItem {
	return s.update(versionKey(id, version), "SET #ttl = :ttl", "", item{":ttl": number(unixCeil(s.now().Add(s.keep + outlive)))})
}
