package dynamostore

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// The partition of a dispatch must never change, because stored dispatches would no longer be
// found.
func TestPartitionOfADispatchIsFixed(t *testing.T) {
	for shards, want := range map[int]string{
		0: "INTEGRATION#i", 1: "INTEGRATION#i", 2: "INTEGRATION#i", 4: "INTEGRATION#i#2", 8: "INTEGRATION#i#6", 16: "INTEGRATION#i#6", 32: "INTEGRATION#i#22",
		-1: "INTEGRATION#i", 3: "INTEGRATION#i", 7: "INTEGRATION#i#2", 64: "INTEGRATION#i#22", // not numbers of shards
	} {
		r := webhook.Ref{IntegrationID: "i", DispatchID: "01JX4HFV4BP3TBVSDS97FQ1CS5", Shards: shards}
		if got := partitionOf(r); got != want {
			t.Errorf("with %d shards it is in %s, want %s", shards, got, want)
		}
		if got := integrationIn(want); got != "i" {
			t.Errorf("%s belongs to integration %q", want, got)
		}
	}
	d := webhook.Due{At: time.UnixMilli(1_781_000_000_123), IntegrationID: "i", DispatchID: "d"}
	if got, want := dueKey(d).String(), "DUE#00 1781000000123#i#d"; got != want {
		t.Errorf("due key = %q, want %q", got, want)
	}
}

func TestDispatchesAreSpreadEvenly(t *testing.T) {
	const n = 32_000
	at := time.Date(2026, 6, 7, 6, 33, 14, 0, time.UTC)
	count := map[string]int{}
	for i := range n {
		id := ids.Dispatch(at.Add(time.Duration(i)*time.Millisecond), fmt.Sprint("event ", i), "01JX4PZK9S8Z5N0Q3R7T2V4W6X")
		count[partitionOf(webhook.Ref{IntegrationID: "i", DispatchID: id, Shards: 32})]++
		all := candidates("i", id)
		if len(all) > 6 || all[0].pk != "INTEGRATION#i" || all[len(all)-1] != dispatchKey(webhook.Ref{IntegrationID: "i", DispatchID: id, Shards: 32}) {
			t.Fatalf("candidates of %s are %v", id, all)
		}
	}
	for pk, got := range count {
		if got < n/32*8/10 || got > n/32*12/10 {
			t.Errorf("%s has %d of %d dispatches, want about %d", pk, got, n, n/32)
		}
	}
	if len(count) != 32 {
		t.Errorf("%d partitions, want 32", len(count))
	}
}

func TestLoadOfAShardedDispatchReadsOneKey(t *testing.T) {
	w := newHarness(t)
	d := w.dispatch(w.created(), "a")
	d.Shards = 32
	w.saved(d)
	loaded, err := w.Load(t.Context(), []webhook.Ref{d.Ref()})
	w.must(err)
	if len(w.spy.batches) != 1 || len(w.spy.batches[0].RequestItems[*w.table].Keys) != 2 || loaded[0].Dispatch.ID != d.ID {
		t.Errorf("loaded %+v with %d requests", loaded[0].Dispatch, len(w.spy.batches))
	}
}

func TestUnshardedDispatchIsReadInOneRequest(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	d := w.saved(w.dispatch(in, "a"))
	_, err := w.Dispatch(t.Context(), in.ID, d.ID)
	w.must(err)
	if len(w.spy.batches) != 0 {
		t.Errorf("%d more requests, want none", len(w.spy.batches))
	}
	_, err = w.Dispatch(t.Context(), in.ID, ids.New(time.Now()))
	if err == nil || len(w.spy.batches) > 1 {
		t.Errorf("a missing dispatch took %d more requests, want 1; error = %v", len(w.spy.batches), err)
	}
}

// If a fanout is repeated after the integration's shards have grown, a dispatch can have two
// records.
func TestDispatchInTwoPartitionsIsListedOnce(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	var all []string
	for i := range 12 {
		d := w.dispatch(in, fmt.Sprint(i))
		d.Reason = "first"
		w.saved(d)
		d.Shards, d.Reason = 32, "second"
		if partitionOf(d.Ref()) != partition(in.ID, 0) {
			w.saved(d)
		}
		all = append(all, d.ID)
	}
	for _, limit := range []int{1, 5, 50} {
		seen := map[string]int{}
		q := webhook.DispatchQuery{Limit: limit, Shards: 32}
		for more := true; more; more = q.After != "" {
			page, err := w.Dispatches(t.Context(), in.ID, q)
			w.must(err)
			for _, d := range page.Dispatches {
				seen[d.ID]++
				got, err := w.Dispatch(t.Context(), in.ID, d.ID)
				w.must(err)
				if got.Reason != d.Reason || d.Reason != "first" {
					t.Errorf("listed the %s record, read the %s one; want the first", d.Reason, got.Reason)
				}
			}
			q.After = page.Next
		}
		for _, id := range all {
			if seen[id] != 1 {
				t.Errorf("%s is listed %d times, want once", id, seen[id])
			}
		}
	}
}

// The item has the form in which version 1 of the program wrote it.
func TestItemOfVersion1IsFoundInAShardedIntegration(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	recent := w.dispatch(in, "a")
	it, err := dispatchItem(recent, w.expiry())
	w.must(err)
	old := item{"PK": text("INTEGRATION#" + in.ID), "SK": text("DISPATCH#" + recent.ID), "f": number(1)}
	for _, name := range []string{"user", "event", "type", "trigger", "status", "rev", "ended", "rec", "ttl"} {
		if it[name] == nil {
			t.Fatalf("attribute %s is gone", name)
		}
		old[name] = it[name]
	}
	_, err = w.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: w.table, Item: old})
	w.must(err)
	w.must(w.GrowShards(t.Context(), in.UserID, in.ID, 0, 8))
	page, err := w.Dispatches(t.Context(), in.ID, webhook.DispatchQuery{Limit: 10, Shards: 8})
	w.must(err)
	got, err := w.Dispatch(t.Context(), in.ID, recent.ID)
	w.must(err)
	loaded, err := w.Load(t.Context(), []webhook.Ref{got.Ref()})
	w.must(err)
	if len(page.Dispatches) != 1 || !got.Accepted.IsZero() || got.Shards != 0 || loaded[0].Dispatch.ID != recent.ID {
		t.Errorf("listed %v, read %+v", page.Dispatches, got)
	}
	if got.Revision++; w.SaveDispatch(t.Context(), got) != nil {
		t.Error("the next revision did not replace it")
	}
}

func TestPagesOfShardedListsAreBounded(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	var want []string
	for i := range 80 {
		d := w.dispatch(in, fmt.Sprint(i))
		d.ID = ids.Dispatch(d.CreatedAt.Add(time.Duration(i)*time.Millisecond), d.EventID, in.ID)
		d.Shards = 4
		if i%27 == 0 {
			d.Status = webhook.DispatchFailed
			want = append(want, d.ID)
		}
		w.saved(d)
	}
	w.spy.limit = 2 // as if each read reached its limit after two items
	for _, oldest := range []bool{true, false} {
		q := webhook.DispatchQuery{Statuses: []webhook.DispatchStatus{webhook.DispatchFailed}, Limit: 10, OldestFirst: oldest, Shards: 4}
		var got []string
		for pages := 0; ; pages++ {
			before := len(w.spy.queries)
			page, err := w.Dispatches(t.Context(), in.ID, q)
			w.must(err)
			if reads := len(w.spy.queries) - before; reads > 4*maxReads || pages > 20 {
				t.Fatalf("page %d took %d reads, want at most %d", pages, reads, 4*maxReads)
			}
			for _, d := range page.Dispatches {
				got = append(got, d.ID)
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		if !oldest {
			for i, j := 0, len(got)-1; i < j; i, j = i+1, j-1 {
				got[i], got[j] = got[j], got[i]
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func TestUpdateRetriesAfterShardsHaveGrown(t *testing.T) {
	w := newHarness(t)
	second := w.created().Changed(time.Now().Truncate(time.Millisecond))
	tries := 0
	w.spy.transact = func() error {
		if tries++; tries < 3 { // twice, between reading and writing the integration
			return w.GrowShards(t.Context(), w.user, second.ID, tries, 2*tries)
		}
		return nil
	}
	w.must(w.UpdateIntegration(t.Context(), second))
	got, err := w.Integration(t.Context(), w.user, second.ID)
	w.must(err)
	if got.Shards != 4 || got.Version != 2 || tries != 3 {
		t.Errorf("%d shards in version %d after %d tries, want 4 in version 2 after 3", got.Shards, got.Version, tries)
	}
}
