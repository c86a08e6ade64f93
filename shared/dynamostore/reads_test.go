package dynamostore

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestLoadIsOneEventuallyConsistentRequest(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	a, b := w.saved(w.dispatch(in, "a")), w.saved(w.dispatch(in, "b"))
	_, err := w.Load(t.Context(), []webhook.Ref{a.Ref(), b.Ref(), a.Ref()})
	w.must(err)
	if len(w.spy.batches) != 1 {
		t.Fatalf("%d requests, want 1", len(w.spy.batches))
	}
	ask := w.spy.batches[0].RequestItems[*w.table]
	if len(ask.Keys) != 3 || aws.ToBool(ask.ConsistentRead) {
		t.Errorf("asked for %d items, consistent %v; want the integration and two dispatches, false", len(ask.Keys), *ask.ConsistentRead)
	}
}

func TestLoadRereadsMissingIntegrationsConsistently(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	d := w.dispatch(in, "a")
	w.spy.batch = func(ask *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
		if !*ask.RequestItems[*w.table].ConsistentRead {
			return &dynamodb.BatchGetItemOutput{}, nil // a stale replica
		}
		return w.spy.Client.BatchGetItem(t.Context(), ask)
	}
	loaded, err := w.Load(t.Context(), []webhook.Ref{d.Ref()})
	w.must(err)
	if loaded[0].Integration.ID != in.ID {
		t.Error("an integration that was just created is reported as missing")
	}
	if n := len(w.spy.batches[1].RequestItems[*w.table].Keys); n != 1 {
		t.Errorf("read %d items again, want only the integration", n)
	}
}

func TestLoadRepeatsUnprocessedKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // no DynamoDB is used here, so fake time works
		table := "t"
		in := webhook.Integration{ID: "01JX4PZK9S8Z5N0Q3R7T2V4W6X", UserID: "3406", Version: 1}
		one := func(ask *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
			all := ask.RequestItems[table]
			out := &dynamodb.BatchGetItemOutput{}
			if item(all.Keys[0]).key() == integrationKey(in.UserID, in.ID) {
				out.Responses = map[string][]map[string]types.AttributeValue{table: {integrationItem(integrationKey(in.UserID, in.ID), in)}}
			}
			if all.Keys = all.Keys[1:]; len(all.Keys) > 0 {
				out.UnprocessedKeys = map[string]types.KeysAndAttributes{table: all}
			}
			return out, nil
		}
		s := &spy{batch: one}
		store := New(s, Options{Table: table})
		loaded, err := store.Load(t.Context(), []webhook.Ref{{UserID: "3406", IntegrationID: in.ID, DispatchID: in.ID}})
		if err != nil || loaded[0].Integration.ID != in.ID || len(s.batches) != 2 {
			t.Errorf("Load = %v, %v in %d requests", loaded, err, len(s.batches))
		}
		s.batch = func(ask *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
			return &dynamodb.BatchGetItemOutput{UnprocessedKeys: ask.RequestItems}, nil
		}
		_, err = store.Load(t.Context(), []webhook.Ref{{UserID: "3406", IntegrationID: in.ID, DispatchID: in.ID}})
		if err == nil || !strings.Contains(err.Error(), "left out 2 of 2 items, 6 times: the table is throttled") {
			t.Errorf("error = %v", err)
		}
	})
}

func TestPagesOfARareStatusAreBounded(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	var want []string
	for i := range 40 {
		d := w.dispatch(in, fmt.Sprint(i))
		if i%13 == 0 {
			d.Status = webhook.DispatchFailed
			want = append(want, d.ID)
		}
		w.saved(d)
	}
	w.spy.limit = 2 // as if each read reached its limit after two items
	q := webhook.DispatchQuery{Statuses: []webhook.DispatchStatus{webhook.DispatchFailed}, Limit: 10, OldestFirst: true}
	var got []string
	for {
		before := len(w.spy.queries)
		page, err := w.Dispatches(t.Context(), in.ID, q)
		w.must(err)
		if reads := len(w.spy.queries) - before; reads > maxReads {
			t.Fatalf("a page took %d reads, want at most %d", reads, maxReads)
		}
		for _, d := range page.Dispatches {
			got = append(got, d.ID)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	slices.Sort(want) // ids of the same millisecond are in random order
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestPagesOfLargeEventsAreShort(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	for i := range 24 {
		d := w.dispatch(in, fmt.Sprint(i))
		d.Event = fmt.Appendf(nil, `{"x": "%s"}`, bytes.Repeat([]byte("y"), 1<<20))
		w.saved(d)
	}
	var pages []int
	q := webhook.DispatchQuery{Limit: 100}
	for {
		page, err := w.Dispatches(t.Context(), in.ID, q)
		w.must(err)
		pages = append(pages, len(page.Dispatches))
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if !slices.Equal(pages, []int{17, 7}) && !slices.Equal(pages, []int{16, 8}) {
		t.Errorf("pages of %v dispatches, want at most 16 MiB each, and 24 in total", pages)
	}
}

func TestPageOfDispatchesIsOneRequestPerPartition(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	for i := range 12 {
		w.saved(w.dispatch(in, fmt.Sprint(i)))
	}
	for shards, want := range map[int]int{0: 1, 1: 1, 4: 4} { // one per partition, concurrently
		w.spy.queries, w.spy.scanned = nil, 0
		page, err := w.Dispatches(t.Context(), in.ID, webhook.DispatchQuery{Limit: 5, Shards: shards})
		w.must(err)
		if len(w.spy.queries) != want || w.spy.scanned > 6 || len(page.Dispatches) != 5 {
			t.Errorf("%d shards: %d requests read %d items for a page of %d, want %d requests", shards, len(w.spy.queries), w.spy.scanned, len(page.Dispatches), want)
		}
	}
}
