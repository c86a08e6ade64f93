package dynamostore

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// CreateIntegration stores version 1 of an integration and returns what is now stored.
//
// It writes the integration, its version, the user's count and the idempotency key in one
// transaction, so concurrent calls stay consistent. Repeating an identical call without a key
// succeeds as long as the integration is unchanged.
func (s *Store) CreateIntegration(ctx context.Context, in webhook.Integration, opt webhook.CreateOptions) (webhook.Integration, error) {
	stored := integrationItem(integrationKey(in.UserID, in.ID), in)
	parts := []types.TransactWriteItem{
		s.put(stored, "attribute_not_exists(PK)", nil),
		s.update(quotaKey(in.UserID), "ADD n :one", belowQuota(opt.Quota), item{":one": number(1), ":quota": number(int64(opt.Quota))}),
		s.put(versionItem(in), "attribute_not_exists(PK)", nil),
	}
	if opt.Key != "" {
		parts = append(parts, s.put(s.keyItem(in, opt), "attribute_not_exists(PK) OR #until <= :now", item{":now": number(s.now().UnixMilli())}))
	}
	err := s.transact(ctx, parts...)
	refused, ok := errors.AsType[*refusal](err)
	switch {
	case err == nil:
		return in, nil
	case !ok:
		return webhook.Integration{}, s.explain("create integration "+in.ID, err)
	}
	if opt.Key != "" { // an integration that the key created earlier takes precedence over any error, also over the quota
		first, err := s.createdBefore(ctx, in.UserID, opt)
		if err != nil || first.ID != "" {
			return first, err
		}
	}
	switch {
	case refused.failed[0] && same(refused.found[0], stored):
		return in, nil
	case refused.failed[0] || refused.failed[2]:
		return webhook.Integration{}, webhook.ErrConflict
	}
	return webhook.Integration{}, webhook.ErrQuota
}

// belowQuota is the condition that the user's count is below the quota. A missing count is 0.
func belowQuota(quota int) string {
	if quota > 0 {
		return "attribute_not_exists(n) OR n < :quota"
	}
	return "n < :quota"
}

// keyItem returns the item that records which integration a key created.
func (s *Store) keyItem(in webhook.Integration, opt webhook.CreateOptions) item {
	it := idempotencyKey(in.UserID, opt.Key).attributes()
	it.setText("integration", in.ID)
	it.setText("fingerprint", opt.Fingerprint)
	it.setTime("until", opt.KeyUntil)
	it["ttl"] = number(unixCeil(opt.KeyUntil))
	return it
}

// createdBefore returns the current state of the integration that the key created, or none if the
// key is new.
func (s *Store) createdBefore(ctx context.Context, userID string, opt webhook.CreateOptions) (webhook.Integration, error) {
	it, err := s.get(ctx, idempotencyKey(userID, opt.Key))
	switch {
	case errors.Is(err, webhook.ErrNotFound) || err == nil && !it.time("until").After(s.now()):
		return webhook.Integration{}, nil
	case err != nil:
		return webhook.Integration{}, err
	case it.text("fingerprint") != opt.Fingerprint:
		return webhook.Integration{}, webhook.ErrKeyReused
	}
	return s.Integration(ctx, userID, it.text("integration"))
}
