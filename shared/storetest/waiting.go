package storetest

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func waiting() []check {
	return []check{
		{"a parked dispatch has a record and an entry", parkOne},
		{"parking follows the rules of other writes", parkStale},
		{"a dispatch that is parked repeatedly has one entry", parkAgain},
		{"a dispatch whose event is too large cannot be parked", parkTooLarge},
		{"in the order of acceptance or in reverse, in pages", waitInOrder},
		{"only of the given integration", waitOwn},
		{"paging is not disturbed by changes", waitWhileChanging},
		{"counts up to a maximum", waitCount},
		{"entries of dispatches that no longer wait are removed", waitRemoved},
		{"waiting dispatches keep their entry", waitKept},
		{"parking wins over concurrent removing", waitAgainstRemove},
		{"entries expire with their dispatches", waitExpired},
	}
}

// parkable returns the first revision of a waiting dispatch.
func (r *subtest) parkable(in webhook.Integration) webhook.Dispatch {
	r.clock.Advance(time.Millisecond)
	d := r.dispatch(in)
	d.Revision = 0
	return d.Waiting("the endpoint is down")
}

func (r *subtest) parked(d webhook.Dispatch) webhook.Dispatch {
	r.Helper()
	r.must("park", r.store.Park(r.Context(), d))
	return d
}

// allWaiting returns all waiting entries of an integration, page by page.
func (r *subtest) allWaiting(in webhook.Integration, limit int, last bool) []webhook.WaitingEntry {
	r.Helper()
	var all []webhook.WaitingEntry
	q := webhook.WaitingQuery{Shards: r.shards, Limit: limit, Last: last}
	for range 1000 {
		page, err := r.store.Waiting(r.Context(), in.ID, q)
		r.must("read what waits", err)
		if len(page.Entries) > limit {
			r.Fatalf("page has %d entries, limit is %d", len(page.Entries), limit)
		}
		all = append(all, page.Entries...)
		if page.Next == "" {
			return all
		}
		q.After = page.Next
	}
	r.Fatal("the line does not end")
	return nil
}

// wantWaiting fails the test unless exactly these dispatches are waiting, in this order.
func (r *subtest) wantWaiting(in webhook.Integration, want ...webhook.Dispatch) {
	r.Helper()
	r.same("what waits", waitingIDs(r.allWaiting(in, 10, false)), dispatchIDs(want))
}

func waitingIDs(all []webhook.WaitingEntry) []string {
	return idsOf(all, func(e webhook.WaitingEntry) string { return e.Ref.DispatchID })
}

func parkOne(r *subtest) {
	in := r.created()
	d := r.parked(r.parkable(in))
	r.recorded(d)
	all := r.allWaiting(in, 10, false)
	if len(all) != 1 {
		r.Fatalf("%d entries, want 1", len(all))
	}
	r.same("ref", all[0].Ref, d.Ref())
	r.same("accepted", all[0].Accepted, d.Accepted)
	r.utc("accepted", all[0].Accepted)
	if all[0].Cursor == "" {
		r.Error("the entry has no cursor")
	}
	loaded, err := r.store.Load(r.Context(), []webhook.Ref{all[0].Ref})
	r.must("load", err)
	r.same("loaded", loaded, []webhook.Loaded{{Integration: in, Dispatch: d}})
	r.same("list", r.walk(in.ID, webhook.DispatchQuery{Limit: 10, Statuses: []webhook.DispatchStatus{webhook.DispatchWaiting}}), []webhook.Dispatch{d})
}

func parkStale(r *subtest) {
	in := r.created()
	d := r.parked(r.parkable(in))
	r.clock.Advance(time.Second)
	r.parked(d) // an identical write
	other := d
	other.Reason = "another"
	r.wantErr("another revision 1", r.store.Park(r.Context(), other), webhook.ErrConflict)
	far := d.Waiting("too far")
	far.Revision++
	r.wantErr("revision 3 over 1", r.store.Park(r.Context(), far), webhook.ErrConflict)
	r.recorded(d)
	r.wantWaiting(in, d)
}

func parkAgain(r *subtest) {
	in := r.created()
	d := r.parked(r.parkable(in))
	other := r.parked(r.parkable(in))
	d = r.parked(r.saved(r.next(d)).Waiting("it failed again"))
	d = r.parked(d.Waiting("and waits on"))
	r.recorded(d)
	r.wantWaiting(in, d, other)
}

func parkTooLarge(r *subtest) {
	in := r.created()
	d := r.parkable(in)
	if !r.store.Keeps(d) {
		r.Error("Keeps = false for a small event")
	}
	for name, event := range map[string][]byte{"large": noise(3 << 20), "no": nil} {
		d.Event = event
		if r.store.Keeps(d) {
			r.Errorf("Keeps = true for %s event", name)
		}
		r.otherError("park", r.store.Park(r.Context(), d))
	}
	r.unrecorded(d)
	r.wantWaiting(in)
}

// queue parks dispatches in a different order than they were accepted, and returns them in the
// order of acceptance.
func (r *subtest) queue(in webhook.Integration, n int) []webhook.Dispatch {
	r.Helper()
	all := make([]webhook.Dispatch, n)
	for i := range all {
		d := r.parkable(in)
		d.Accepted = d.CreatedAt.Add(time.Duration(-2*i) * time.Second) // dispatches created later were accepted earlier
		all[n-1-i] = r.parked(d)
	}
	return all
}

func waitInOrder(r *subtest) {
	in := r.created()
	want := r.queue(in, 7)
	late, twin := r.parkable(in), r.parkable(in)
	late.Accepted = want[6].Accepted.Add(time.Microsecond) // events of one call can differ by 1 µs
	twin.Accepted = want[6].Accepted                       // dispatches accepted at the same time are ordered by id
	late = r.parked(late)
	want = append(want, r.parked(twin), late)
	unknown := r.parkable(in)
	unknown.Accepted = time.Time{}
	want = append([]webhook.Dispatch{r.parked(unknown)}, want...)
	r.recorded(unknown)
	for _, limit := range []int{1, 2, 3, 10, 100} {
		first, last := r.allWaiting(in, limit, false), r.allWaiting(in, limit, true)
		r.same("the front first", waitingIDs(first), dispatchIDs(want))
		r.same("the end first", waitingIDs(last), dispatchIDs(backwards(want)))
		r.same("accepted", []time.Time{first[0].Accepted, first[1].Accepted}, []time.Time{{}, want[1].Accepted})
	}
	all := r.allWaiting(in, 100, false)
	page, err := r.store.Waiting(r.Context(), in.ID, webhook.WaitingQuery{Shards: r.shards, Limit: 100, After: all[2].Cursor})
	r.must("continue after an entry", err)
	r.same("after an entry", waitingIDs(page.Entries), dispatchIDs(want[3:]))
}

func waitOwn(r *subtest) {
	a, b := r.created(), r.created()
	r.saved(r.dispatch(a))
	da, db := r.parked(r.parkable(a)), r.parked(r.parkable(b))
	r.wantWaiting(a, da)
	r.wantWaiting(b, db)
	r.wantWaiting(r.created())
}

func waitWhileChanging(r *subtest) {
	in := r.created()
	all := r.queue(in, 6)
	q := webhook.WaitingQuery{Shards: r.shards, Limit: 2}
	var seen []string
	for more := true; more; more = q.After != "" {
		page, err := r.store.Waiting(r.Context(), in.ID, q)
		r.must("read what waits", err)
		for _, e := range page.Entries {
			seen = append(seen, e.Ref.DispatchID)
			if i := slices.IndexFunc(all, func(d webhook.Dispatch) bool { return d.ID == e.Ref.DispatchID }); i >= 0 {
				r.saved(r.next(all[i]))
				r.must("remove", r.store.RemoveWaiting(r.Context(), e.Ref, e.Accepted))
			}
		}
		if len(seen) == 2 {
			early := r.parkable(in) // paging has already passed it
			early.Accepted = all[0].Accepted.Add(-time.Hour)
			r.parked(early)
		}
		q.After = page.Next
	}
	r.same("what was seen", seen, dispatchIDs(all))
}

func waitCount(r *subtest) {
	in := r.created()
	count := func(atMost, want int) {
		r.Helper()
		got, err := r.store.CountWaiting(r.Context(), in.ID, r.shards, atMost)
		r.must("count", err)
		if got != want {
			r.Errorf("%d wait, counted up to %d; want %d", got, atMost, want)
		}
	}
	count(10, 0)
	r.saved(r.dispatch(in))
	all := r.queue(in, 5)
	count(10, 5)
	count(5, 5)
	count(3, 3)
	count(0, 0)
	r.saved(r.next(all[0]))
	r.must("remove", r.store.RemoveWaiting(r.Context(), all[0].Ref(), all[0].Accepted))
	count(10, 4)
}

func waitRemoved(r *subtest) {
	in := r.created()
	all := r.queue(in, 3)
	unknown := r.parkable(in)
	unknown.Accepted = time.Time{}
	r.parked(unknown)
	for _, d := range []webhook.Dispatch{all[1], unknown} {
		r.saved(r.next(d))
		for range 2 {
			r.must("remove", r.store.RemoveWaiting(r.Context(), d.Ref(), d.Accepted))
		}
	}
	r.wantWaiting(in, all[0], all[2])
	never := r.dispatch(in)
	r.must("remove a missing entry", r.store.RemoveWaiting(r.Context(), never.Ref(), never.Accepted))
}

func waitKept(r *subtest) {
	in := r.created()
	d := r.parked(r.parkable(in))
	r.must("remove", r.store.RemoveWaiting(r.Context(), d.Ref(), d.Accepted))
	r.wantWaiting(in, d)
	r.clock.Advance(2 * webhook.ParkingTime)
	r.must("remove", r.store.RemoveWaiting(r.Context(), d.Ref(), d.Accepted))
	r.wantWaiting(in, d)
}

func waitAgainstRemove(r *subtest) {
	for i := range 12 {
		in := r.created()
		d := r.parkable(in)
		if i%2 == 0 { // it already has an entry
			d = r.saved(r.next(r.parked(d))).Waiting("it failed again")
		}
		var parkErr error
		var wg sync.WaitGroup
		wg.Go(func() { parkErr = r.store.Park(r.Context(), d) })
		wg.Go(func() {
			for range 3 {
				if err := r.store.RemoveWaiting(r.Context(), d.Ref(), d.Accepted); sentinel(err) {
					r.Errorf("remove: %v", err)
				}
			}
		})
		wg.Wait()
		if errors.Is(parkErr, webhook.ErrConflict) {
			r.Errorf("park: %v", parkErr)
		}
		if parkErr == nil {
			r.wantWaiting(in, d)
		}
	}
}

func waitExpired(r *subtest) {
	in := r.created()
	first := r.parked(r.parkable(in))
	r.clock.Advance(retention / 2)
	second := r.parked(r.parkable(in))
	r.clock.Advance(retention/2 - slack)
	r.wantWaiting(in, first, second)
	r.clock.Advance(2 * slack)
	r.wantWaiting(in, second)
	n, err := r.store.CountWaiting(r.Context(), in.ID, r.shards, 10)
	r.must("count", err)
	r.same("count", n, 1)
	r.must("remove", r.store.RemoveWaiting(r.Context(), first.Ref(), first.Accepted))
}
