package dynamostore

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func (w *harness) waiting(in webhook.Integration, eventID string) webhook.Dispatch {
	d := w.dispatch(in, eventID)
	d.Status, d.FinishedAt, d.Accepted = webhook.DispatchWaiting, time.Time{}, d.CreatedAt
	return d
}

func (w *harness) waits(in webhook.Integration) (n int) {
	w.Helper()
	page, err := w.Waiting(w.Context(), in.ID, webhook.WaitingQuery{Limit: 100})
	w.must(err)
	return len(page.Entries)
}

// While a dispatch is being parked, its entry exists already, but the stored record is still
// missing or that of the previous revision.
func TestEntryOfADispatchBeingParkedIsNotRemoved(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	again := w.waiting(in, "parked again")
	w.must(w.Park(t.Context(), again))
	again.Status, again.Revision = webhook.DispatchRetrying, 2
	w.saved(again)
	again.Status, again.Revision = webhook.DispatchWaiting, 3
	for _, d := range []webhook.Dispatch{w.waiting(in, "parked first"), again} {
		writes := 0
		w.spy.put = func() error {
			if writes++; writes == 2 {
				return w.RemoveWaiting(t.Context(), d.Ref(), d.Accepted)
			}
			return nil
		}
		w.must(w.Park(t.Context(), d))
		if n := w.waits(in); n != 2 || writes != 2 {
			t.Errorf("%d entries after %d writes, want 2", n, writes)
		}
	}
}

// A delayed Park finds its revision outdated, and must not make the entry look outdated too.
func TestDelayedParkDoesNotAgeTheEntry(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	first := w.waiting(in, "a")
	w.must(w.Park(t.Context(), first))
	next := first
	next.Status, next.Revision = webhook.DispatchRetrying, 2
	w.saved(next)
	next.Status, next.Revision = webhook.DispatchWaiting, 3
	writes := 0
	w.spy.put = func() error {
		if writes++; writes == 2 {
			if err := w.Park(t.Context(), first); !errors.Is(err, webhook.ErrConflict) {
				t.Errorf("error = %v, want ErrConflict", err)
			}
			return w.RemoveWaiting(t.Context(), first.Ref(), first.Accepted)
		}
		return nil
	}
	w.must(w.Park(t.Context(), next))
	if n := w.waits(in); n != 1 {
		t.Errorf("%d dispatches wait, want 1", n)
	}
}

func TestEntryWithoutRecordIsRemovedAfterParkingTime(t *testing.T) {
	w := newHarness(t)
	now := time.Now()
	w.now = func() time.Time { return now }
	in := w.created()
	d := w.waiting(in, "a")
	writes := 0
	w.spy.put = func() error {
		if writes++; writes == 2 {
			return errors.New("the process ends here")
		}
		return nil
	}
	if w.Park(t.Context(), d) == nil {
		t.Fatal("no error")
	}
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {webhook.ParkingTime - time.Second, 1}, {2 * time.Second, 0}} {
		now = now.Add(c.after)
		w.must(w.RemoveWaiting(t.Context(), d.Ref(), d.Accepted))
		if n := w.waits(in); n != c.want {
			t.Errorf("%d entries, want %d", n, c.want)
		}
	}
}

// fill stores 10,000 records of an integration. Every tenth one is waiting.
func (w *harness) fill(in webhook.Integration) {
	w.Helper()
	var puts []types.WriteRequest
	put := func(it item) {
		puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
		if len(puts) == 25 {
			_, err := w.client.(*spy).Client.(*dynamodb.Client).BatchWriteItem(w.Context(), &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{*w.table: puts},
			})
			w.must(err)
			puts = nil
		}
	}
	template := w.waiting(in, "a")
	template.Shards = in.Shards
	for i := range 10_000 {
		d := template
		d.ID = ids.Dispatch(d.CreatedAt.Add(time.Duration(i)*time.Millisecond), fmt.Sprint(i), in.ID)
		it, err := dispatchItem(d, w.expiry())
		w.must(err)
		put(it)
		if i%10 == 0 {
			put(w.placeItem(d))
		}
	}
}

func TestWaitingReadsOnlyTheIndex(t *testing.T) {
	for shards, most := range map[int]int{1: 1000, 8: 1600} {
		t.Run(fmt.Sprint(shards, " shards"), func(t *testing.T) {
			w := newHarness(t)
			in := w.created()
			in.Shards = shards
			w.fill(in)
			for _, last := range []bool{false, true} {
				w.spy.scanned, w.spy.queries = 0, nil
				got, pages := 0, 0
				q := webhook.WaitingQuery{Shards: shards, Limit: 100, Last: last}
				for more := true; more; more = q.After != "" {
					page, err := w.Waiting(t.Context(), in.ID, q)
					w.must(err)
					got, q.After, pages = got+len(page.Entries), page.Next, pages+1
				}
				if got != 1000 || w.spy.scanned > most || pages > 12 {
					t.Errorf("%d entries were read %d times in %d pages, want 1000 read at most %d times, 100 per page", got, w.spy.scanned, pages, most)
				}
			}
			w.spy.scanned = 0
			n, err := w.CountWaiting(t.Context(), in.ID, shards, 10_000)
			w.must(err)
			if n != 1000 || w.spy.scanned != 1000 {
				t.Errorf("%d entries were counted with %d read, want 1000", n, w.spy.scanned)
			}
			w.spy.scanned = 0
			n, err = w.CountWaiting(t.Context(), in.ID, shards, 50)
			w.must(err)
			if n != 50 || w.spy.scanned > 50 {
				t.Errorf("%d entries were counted with %d read, want 50", n, w.spy.scanned)
			}
			for _, q := range w.spy.queries {
				if !aws.ToBool(q.ConsistentRead) {
					t.Error("a read is not consistent")
				}
			}
		})
	}
}

func TestThrottledErrors(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"table":                    {&types.ProvisionedThroughputExceededException{}, true},
		"account":                  {&types.RequestLimitExceeded{}, true},
		"partition":                {&types.ThrottlingException{}, true},
		"after retries":            {fmt.Errorf("exceeded 3 attempts: %w", &smithy.GenericAPIError{Code: "ThrottlingException"}), true},
		"a transaction":            {cancelled("None", "ThrottlingError"), true},
		"an item of a transaction": {cancelled("ProvisionedThroughputExceeded"), true},
		"another transaction":      {&types.TransactionConflictException{}, false},
		"conflicting transactions": {cancelled("TransactionConflict", "None"), false},
		"network":                  {errors.New("connection reset"), false},
	} {
		if got := throttled(c.err); errors.Is(got, webhook.ErrThrottled) != c.want || !errors.Is(got, c.err) {
			t.Errorf("%s: error = %v, want throttled: %v", name, got, c.want)
		}
	}
}

func TestThrottledWritesOfDispatches(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	refuse := func() error { return &types.ThrottlingException{} }
	w.spy.put, w.spy.transact = refuse, refuse
	for name, err := range map[string]error{
		"save": w.SaveDispatch(t.Context(), w.dispatch(in, "a")),
		"hold": w.HoldDispatch(t.Context(), w.dispatch(in, "a")),
		"park": w.Park(t.Context(), w.waiting(in, "a")),
	} {
		if !errors.Is(err, webhook.ErrThrottled) {
			t.Errorf("%s: error = %v, want throttled", name, err)
		}
	}
}

func TestReserveTakesOneOrTwoRequests(t *testing.T) {
	w := newHarness(t)
	in, now := w.created(), time.Now()
	for i, want := range []struct {
		requests int
		free     bool
	}{{1, true}, {2, true}, {1, false}, {1, false}} {
		before := w.spy.updates
		free, err := w.Reserve(t.Context(), in.ID, 60, 2, now)
		w.must(err)
		if got := w.spy.updates - before; free != want.free || got != want.requests {
			t.Errorf("call %d = %v after %d requests, want %v after %d", i, free, got, want.free, want.requests)
		}
	}
	if ttl := w.raw(rateKey(in.ID)).int64("ttl"); ttl < now.Add(time.Minute).Unix() || ttl > now.Add(2*time.Hour).Unix() {
		t.Errorf("the rate has ttl %d at %d", ttl, now.Unix())
	}
}
