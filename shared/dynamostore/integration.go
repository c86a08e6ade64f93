package dynamostore

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Integration returns webhook.ErrNotFound unless the user has that integration.
func (s *Store) Integration(ctx context.Context, userID, id string) (webhook.Integration, error) {
	if !ids.Valid(id) {
		return webhook.Integration{}, webhook.ErrNotFound
	}
	it, err := s.get(ctx, integrationKey(userID, id))
	if err != nil {
		return webhook.Integration{}, err
	}
	return it.integration()
}

// Version returns version n of the integration, or webhook.ErrNotFound if it is unknown.
func (s *Store) Version(ctx context.Context, integrationID string, n int) (webhook.Integration, error) {
	if !ids.Valid(integrationID) {
		return webhook.Integration{}, webhook.ErrNotFound
	}
	it, err := s.get(ctx, versionKey(integrationID, n))
	if err != nil {
		return webhook.Integration{}, err
	}
	return it.integration()
}

// get reads an item consistently. It returns webhook.ErrNotFound if the item does not exist or has
// expired.
func (s *Store) get(ctx context.Context, k key) (item, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: s.table, Key: k.attributes(), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, s.explain("read "+k.String(), err)
	}
	if it := item(out.Item); len(it) > 0 && !it.expired(s.now()) {
		return it, nil
	}
	return nil, webhook.ErrNotFound
}

// Integrations returns a user's integrations in the order of their ids, starting after the id
// after.
func (s *Store) Integrations(ctx context.Context, userID, after string, limit int) (page []webhook.Integration, next string, err error) {
	limit = max(limit, 1)
	q := s.integrationsOf(userID)
	q.Limit = aws.Int32(int32(limit) + 1) // one more, to know whether there is a next page
	if after != "" {
		q.ExclusiveStartKey = integrationKey(userID, after).attributes()
	}
	for it, err := range s.query(ctx, q) {
		if err != nil {
			return nil, "", err
		}
		if len(page) == limit {
			return page, page[limit-1].ID, nil
		}
		in, err := it.integration()
		if err != nil {
			return nil, "", err
		}
		page = append(page, in)
	}
	return page, "", nil
}

// Subscriptions yields the subscription of each of a user's integrations, reading page by page. The
// reads are consistent, so integrations saved before an event arrived are never missed.
func (s *Store) Subscriptions(ctx context.Context, userID string) iter.Seq2[webhook.Subscription, error] {
	q := s.integrationsOf(userID)
	q.ProjectionExpression = aws.String("PK, SK, f, #status, eventTypes, #filter, shards")
	q.ExpressionAttributeNames = map[string]string{"#status": "status", "#filter": "filter"}
	return func(yield func(webhook.Subscription, error) bool) {
		for it, err := range s.query(ctx, q) {
			if err == nil {
				err = it.check()
			}
			if err != nil {
				yield(webhook.Subscription{}, err)
				return
			}
			sub := webhook.Subscription{
				ID: it.idIn(integrationPrefix), Status: webhook.IntegrationStatus(it.text("status")), EventTypes: it.eventTypes(),
				Filter: it.text("filter"), Shards: it.number("shards"),
			}
			if !yield(sub, nil) {
				return
			}
		}
	}
}

func (s *Store) integrationsOf(userID string) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName:                 s.table,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk AND begins_with(SK, :prefix)"),
		ExpressionAttributeValues: item{":pk": text(userKey(userID)), ":prefix": text(integrationPrefix)},
	}
}

// query yields the items that match q, page by page. It stops after an error.
func (s *Store) query(ctx context.Context, q *dynamodb.QueryInput) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		in := *q
		for {
			out, err := s.client.Query(ctx, &in)
			if err != nil {
				yield(nil, s.explain("query "+item(q.ExpressionAttributeValues).text(":pk"), err))
				return
			}
			for _, it := range out.Items {
				if !yield(it, nil) {
					return
				}
			}
			if in.ExclusiveStartKey = out.LastEvaluatedKey; len(in.ExclusiveStartKey) == 0 {
				return
			}
		}
	}
}
