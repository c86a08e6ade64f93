package dynamostore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// An entry of the waiting index is an item in the partition of its dispatch. Its rev is the
// revision of the dispatch that it was written for. This tells an entry of a dispatch that is being
// parked from a leftover entry.

// waitingKey sorts by acceptance time. The unknown times of records of version 1 come first.
func waitingKey(r webhook.Ref, accepted time.Time) key {
	return key{partitionOf(r), waitingPrefix + microsKey(accepted) + "#" + r.DispatchID}
}

// Park is SaveDispatch for a dispatch that is waiting. It writes the entry in the waiting index
// first.
func (s *Store) Park(ctx context.Context, d webhook.Dispatch) error {
	if !s.Keeps(d) {
		return fmt.Errorf("park dispatch %s: its event is too large for its record", d.ID)
	}
	if _, err := s.putIf(ctx, s.placeItem(d), "attribute_not_exists(rev) OR rev <= :rev", item{":rev": number(int64(d.Revision))}); err != nil {
		return s.explain("park dispatch "+d.ID, throttled(err))
	}
	return s.SaveDispatch(ctx, d)
}

func (s *Store) placeItem(d webhook.Dispatch) item {
	it := waitingKey(d.Ref(), d.Accepted).attributes()
	it.setText("user", d.UserID)
	it.setNumber("shards", d.Shards)
	it.setNumber("rev", d.Revision)
	it.setTime("written", s.now())
	it["ttl"] = number(s.expiry())
	return it
}

// RemoveWaiting removes the entry of a dispatch that is no longer waiting.
func (s *Store) RemoveWaiting(ctx context.Context, ref webhook.Ref, accepted time.Time) error {
	if !ids.Valid(ref.IntegrationID) || !ids.Valid(ref.DispatchID) {
		return nil
	}
	it, err := s.get(ctx, dispatchKey(ref))
	switch {
	case err != nil && !errors.Is(err, webhook.ErrNotFound):
		return err
	case it.text("status") == string(webhook.DispatchWaiting):
		return nil
	}
	// An entry with a later revision belongs to a Park that has not written its record yet.
	k := waitingKey(ref, accepted)
	err = s.delete(ctx, k, "rev <= :rev OR written < :long", item{
		":rev": number(it.int64("rev")), ":long": number(s.now().Add(-webhook.ParkingTime).UnixMilli()),
	})
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok || err == nil {
		return nil
	}
	return s.explain("remove "+k.String(), err)
}

// delete deletes an item if the condition holds. The condition may be empty.
func (s *Store) delete(ctx context.Context, k key, condition string, values item) error {
	if len(values) == 0 {
		values = nil
	}
	return s.insist(ctx, func() error {
		_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: s.table, Key: k.attributes(),
			ConditionExpression: expression(condition), ExpressionAttributeValues: values, ExpressionAttributeNames: names(condition),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		return err
	})
}

// Waiting returns a page of the waiting index. The reads are consistent.
func (s *Store) Waiting(ctx context.Context, integrationID string, q webhook.WaitingQuery) (webhook.WaitingPage, error) {
	q.Limit = max(q.Limit, 1)
	in := s.waitingQuery()
	in.ScanIndexForward = aws.Bool(!q.Last)
	in.Limit = share(q.Limit, spread(q.Shards))
	after := ""
	if q.After != "" {
		after = waitingPrefix + q.After
	}
	list := s.merge(partitions(integrationID, q.Shards), in, after)
	var page webhook.WaitingPage
	for len(page.Entries) < q.Limit {
		it, after, err := list.next(ctx)
		if err != nil {
			return webhook.WaitingPage{}, s.explain("read what waits for "+integrationID, err)
		}
		if it == nil {
			page.Next = strings.TrimPrefix(after, waitingPrefix)
			return page, nil
		}
		page.Entries = append(page.Entries, it.waiting())
	}
	page.Next = strings.TrimPrefix(list.rest(), waitingPrefix)
	return page, nil
}

func (it item) waiting() webhook.WaitingEntry {
	cursor := it.idIn(waitingPrefix)
	micros, id, _ := strings.Cut(cursor, "#")
	return webhook.WaitingEntry{
		Ref: webhook.Ref{
			UserID: it.text("user"), IntegrationID: integrationIn(it.text("PK")), DispatchID: id, Shards: it.number("shards"),
		},
		Accepted: fromMicrosKey(micros),
		Cursor:   cursor,
	}
}

// waitingQuery returns the query for the waiting index of a partition.
func (s *Store) waitingQuery() *dynamodb.QueryInput {
	const filter = "#ttl > :now"
	return &dynamodb.QueryInput{
		TableName:                 s.table,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk AND begins_with(SK, :prefix)"),
		FilterExpression:          aws.String(filter),
		ExpressionAttributeNames:  names(filter),
		ExpressionAttributeValues: item{":prefix": text(waitingPrefix), ":now": number(s.now().Unix())},
	}
}

// CountWaiting returns the number of entries of the waiting index, at most atMost.
func (s *Store) CountWaiting(ctx context.Context, integrationID string, shards, atMost int) (int, error) {
	n := 0
	for _, pk := range partitions(integrationID, shards) {
		in := s.waitingQuery()
		in.ExpressionAttributeValues[":pk"] = text(pk)
		in.Select = types.SelectCount
		for more := true; more; more = len(in.ExclusiveStartKey) > 0 {
			if n >= atMost {
				return atMost, nil
			}
			in.Limit = share(atMost-n, 1)
			out, err := s.client.Query(ctx, in)
			if err != nil {
				return 0, s.explain("count what waits for "+integrationID, err)
			}
			n += int(out.Count)
			in.ExclusiveStartKey = out.LastEvaluatedKey
		}
	}
	return min(n, atMost), nil
}
