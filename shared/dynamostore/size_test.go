package dynamostore

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// size returns the size of an item by DynamoDB's rules: names and values count as UTF-8; a number
// takes one byte per two digits plus one; a list takes 3 bytes plus one per element. See
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html.
func size(it item) int {
	n := 0
	for name, v := range it {
		n += len(name) + sizeOf(v)
	}
	return n
}

func sizeOf(v types.AttributeValue) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return (len(v.Value)+1)/2 + 1
	case *types.AttributeValueMemberBOOL:
		return 1
	case *types.AttributeValueMemberL:
		n := 3
		for _, e := range v.Value {
			n += 1 + sizeOf(e)
		}
		return n
	}
	panic("a type that the store does not use")
}

// The test uses the product page's example and a typical response of a receiver.
func TestASuccessfulDispatchIsOneWriteUnit(t *testing.T) {
	var event bytes.Buffer
	if err := json.Compact(&event, events.TaskSucceeded); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 6, 7, 6, 33, 14, 123e6, time.UTC)
	w := &harness{T: t}
	d := w.dispatch(webhook.Integration{ID: "01JX4PZK9S8Z5N0Q3R7T2V4W6X", UserID: "3406"}, "7c1e9a34-0b2f-4d5c-8e6a-1f3b5d7c9e0a")
	d.Event, d.FinishedAt = event.Bytes(), at
	d.Accepted, d.Shards = d.CreatedAt.Add(12_345*time.Millisecond), 32
	d.Attempts = []webhook.Attempt{{
		Number: 1, StartedAt: at, Duration: 153 * time.Millisecond, ResponseStatus: 200, IntegrationVersion: 3,
		ResponseBody: `{"status":"accepted","id":"9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a","message":"Thank you, we will process your event shortly."}`,
	}}
	it, err := dispatchItem(d, at.Unix())
	if err != nil {
		t.Fatal(err)
	}
	place := size(New(nil, Options{Now: time.Now}).placeItem(d))
	t.Logf("%d bytes, and %d of its place if it waits", size(it), place)
	if place > 512 {
		t.Errorf("its place has %d bytes, want a page of 100 to cost few reads", place)
	}
	if size(it) > 1024 {
		t.Errorf("the item has %d bytes, one write unit is 1,024", size(it))
	}
}
