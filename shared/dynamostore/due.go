package dynamostore

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// dueKey returns the entry's key. Its shard follows from the integration and the dispatch.
func dueKey(d webhook.Due) key {
	return key{duePartition(shardOf(d.IntegrationID+d.DispatchID, webhook.DueShards)), millisKey(d.At) + "#" + d.IntegrationID + "#" + d.DispatchID}
}

func duePartition(shard int) string { return fmt.Sprintf("%s%02d", duePrefix, shard) }

// PutDue adds an entry to the due index.
func (s *Store) PutDue(ctx context.Context, d webhook.Due) error {
	k := dueKey(d)
	it := k.attributes()
	it.setText("user", d.UserID)
	it.setNumber("shards", d.Shards)
	it["ttl"] = number(max(s.expiry(), unixCeil(d.At.Add(s.keep))))
	err := s.insist(ctx, func() error {
		_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: s.table, Item: it})
		return err
	})
	if err != nil {
		return s.explain("put "+k.String(), err)
	}
	return nil
}

// RemoveDue removes an entry from the due index.
func (s *Store) RemoveDue(ctx context.Context, d webhook.Due) error {
	k := dueKey(d)
	if err := s.delete(ctx, k, "", nil); err != nil {
		return s.explain("remove "+k.String(), err)
	}
	return nil
}

// DueEntries returns a page of the due entries of a shard. The read is consistent.
func (s *Store) DueEntries(ctx context.Context, q webhook.DueQuery) (webhook.DuePage, error) {
	q.Limit = max(q.Limit, 1)
	before := millisKey(ceilMilli(q.Before))
	if q.After >= before {
		return webhook.DuePage{}, nil
	}
	const filter = "#ttl > :now"
	list := s.merge([]string{duePartition(q.Shard)}, &dynamodb.QueryInput{
		TableName:                 s.table,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk AND SK < :before"),
		FilterExpression:          aws.String(filter),
		ExpressionAttributeNames:  names(filter),
		ExpressionAttributeValues: item{":before": text(before), ":now": number(s.now().Unix())},
		ScanIndexForward:          aws.Bool(true),
		Limit:                     share(q.Limit, 1),
	}, q.After)
	var page webhook.DuePage
	for len(page.Entries) < q.Limit {
		it, after, err := list.next(ctx)
		if err != nil {
			return webhook.DuePage{}, s.explain(fmt.Sprintf("read shard %d of the due index", q.Shard), err)
		}
		if it == nil {
			page.Next = after
			return page, nil
		}
		page.Entries = append(page.Entries, it.due())
	}
	page.Next = list.rest()
	return page, nil
}

func (it item) due() webhook.Due {
	millis, what, _ := strings.Cut(it.text("SK"), "#")
	integrationID, dispatchID, _ := strings.Cut(what, "#")
	return webhook.Due{
		At: fromMillisKey(millis), UserID: it.text("user"), IntegrationID: integrationID, DispatchID: dispatchID, Shards: it.number("shards"),
	}
}
