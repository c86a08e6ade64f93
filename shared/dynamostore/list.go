package dynamostore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// A page of a list makes at most four reads per partition, of 1 MB or 1,000 items in all partitions
// together. A page of dispatches has at most 16 MiB of decompressed events.
const (
	maxReads  = 4
	maxItems  = 1000
	maxEvents = 16 << 20
)

// Dispatches returns a page of an integration's dispatches. The reads are consistent, so whoever
// resumes an integration sees everything that is held.
func (s *Store) Dispatches(ctx context.Context, integrationID string, q webhook.DispatchQuery) (webhook.DispatchPage, error) {
	q.Limit = max(q.Limit, 1)
	low, high, some := bounds(q)
	if !some {
		return webhook.DispatchPage{}, nil
	}
	after := ""
	if low <= q.After && q.After <= high { // otherwise q.After is before the first id
		after = dispatchPrefix + q.After
	}
	list := s.merge(partitions(integrationID, q.Shards), s.dispatchQuery(q, low, high), after)
	var page webhook.DispatchPage
	events := 0
	for len(page.Dispatches) < q.Limit && events <= maxEvents {
		it, after, err := list.next(ctx)
		if err != nil {
			return webhook.DispatchPage{}, s.explain("list the dispatches of "+integrationID, err)
		}
		if it == nil {
			page.Next = strings.TrimPrefix(after, dispatchPrefix)
			return page, nil
		}
		d, err := it.dispatch()
		if err != nil {
			return webhook.DispatchPage{}, err
		}
		page.Dispatches = append(page.Dispatches, d)
		events += len(d.Event)
	}
	page.Next = strings.TrimPrefix(list.rest(), dispatchPrefix)
	return page, nil
}

// dispatchQuery returns the query to run in each partition.
func (s *Store) dispatchQuery(q webhook.DispatchQuery, low, high string) *dynamodb.QueryInput {
	filter := "#ttl > :now"
	values := item{":low": text(dispatchPrefix + low), ":high": text(dispatchPrefix + high), ":now": number(s.now().Unix())}
	limit := q.Limit + 1 // one more, to know whether there is a next page
	if len(q.Statuses) > 0 {
		marks := make([]string, len(q.Statuses))
		for i, status := range q.Statuses {
			marks[i] = fmt.Sprintf(":s%d", i)
			values[marks[i]] = text(string(status))
		}
		filter += " AND #status IN (" + strings.Join(marks, ", ") + ")"
		limit = maxItems
	}
	return &dynamodb.QueryInput{
		TableName:                 s.table,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk AND SK BETWEEN :low AND :high"),
		FilterExpression:          &filter,
		ExpressionAttributeNames:  names(filter),
		ExpressionAttributeValues: values,
		ScanIndexForward:          &q.OldestFirst,
		Limit:                     share(limit, spread(q.Shards)),
	}
}

// bounds returns the first and last id of the queried period. some is false if no id can match.
func bounds(q webhook.DispatchQuery) (low, high string, some bool) {
	low, high = ids.Floor(time.UnixMilli(0)), ids.Ceiling(time.UnixMilli(1<<48-1))
	if !q.Since.IsZero() {
		low = ids.Floor(ceilMilli(q.Since))
	}
	if !q.Until.IsZero() {
		until := ceilMilli(q.Until)
		if until.UnixMilli() <= 0 {
			return "", "", false
		}
		high = ids.Ceiling(until.Add(-time.Millisecond))
	}
	over := q.After != "" && (q.OldestFirst && q.After >= high || !q.OldestFirst && q.After <= low)
	return low, high, low <= high && !over
}

// ceilMilli rounds t up to a whole millisecond.
func ceilMilli(t time.Time) time.Time { return t.Add(time.Millisecond - 1).Truncate(time.Millisecond) }
