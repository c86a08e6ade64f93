package storetest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func dueEntries() []check {
	return []check{
		{"every field is kept", dueKept},
		{"earliest first, in pages", dueInOrder},
		{"only entries due before the given time", dueBefore},
		{"putting and removing can be repeated", dueTwice},
		{"entries of different times are different entries", dueOthers},
		{"expires", dueExpired},
	}
}

// entry returns a due entry of a new dispatch that is due after the given time.
func (r *subtest) entry(in webhook.Integration, after time.Duration) webhook.Due {
	return webhook.Due{
		At: r.clock.Now().Add(after), UserID: in.UserID, IntegrationID: in.ID, DispatchID: r.dispatch(in).ID, Shards: in.Shards,
	}
}

func (r *subtest) putDue(d webhook.Due) webhook.Due {
	r.Helper()
	r.must("put due", r.store.PutDue(r.Context(), d))
	return d
}

// dueIn returns all entries of a shard, of any integration, page by page.
func (r *subtest) dueIn(shard int, before time.Time, limit int) []webhook.Due {
	r.Helper()
	var all []webhook.Due
	q := webhook.DueQuery{Shard: shard, Before: before, Limit: limit}
	for range 10_000 {
		page, err := r.store.DueEntries(r.Context(), q)
		r.must("read due entries", err)
		if len(page.Entries) > limit {
			r.Fatalf("page has %d entries, limit is %d", len(page.Entries), limit)
		}
		all = append(all, page.Entries...)
		if page.Next == "" {
			return all
		}
		q.After = page.Next
	}
	r.Fatal("the due index does not end")
	return nil
}

// allDue returns all entries of an integration, earliest first.
func (r *subtest) allDue(integrationID string) []webhook.Due {
	r.Helper()
	return r.dueUntil(integrationID, r.clock.Now().Add(10*retention), 100)
}

func (r *subtest) dueUntil(integrationID string, before time.Time, limit int) []webhook.Due {
	r.Helper()
	var all []webhook.Due
	for shard := range webhook.DueShards {
		entries := r.dueIn(shard, before, limit)
		if !slices.IsSortedFunc(entries, func(a, b webhook.Due) int { return a.At.Compare(b.At) }) {
			r.Errorf("shard %d is not sorted", shard)
		}
		for _, d := range entries {
			if d.IntegrationID == integrationID {
				all = append(all, d)
			}
		}
	}
	slices.SortFunc(all, func(a, b webhook.Due) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.DispatchID, b.DispatchID))
	})
	return all
}

// wantDue fails the test unless the integration has exactly these entries, earliest first.
func (r *subtest) wantDue(integrationID string, want ...webhook.Due) {
	r.Helper()
	r.same("due entries", r.allDue(integrationID), want)
}

func dueKept(r *subtest) {
	in := r.created()
	d := r.entry(in, time.Hour)
	r.full(d)
	r.putDue(d)
	r.wantDue(in.ID, d)
	r.utc("at", r.allDue(in.ID)[0].At)
	bare := webhook.Due{At: r.clock.Now(), UserID: r.user, IntegrationID: r.created().ID}
	r.putDue(bare)
	r.wantDue(bare.IntegrationID, bare)
}

func dueInOrder(r *subtest) {
	in := r.created()
	var want []webhook.Due
	for i := range 40 {
		want = append(want, r.putDue(r.entry(in, time.Duration(40-i)*time.Second)))
	}
	line := r.putDue(webhook.Due{At: want[0].At, UserID: r.user, IntegrationID: in.ID, Shards: 1}) // at the same time as another
	want = append(want, line)
	slices.SortFunc(want, func(a, b webhook.Due) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.DispatchID, b.DispatchID))
	})
	for _, limit := range []int{1, 3, 100} {
		r.same("due entries", r.dueUntil(in.ID, r.clock.Now().Add(time.Hour), limit), want)
	}
}

func dueBefore(r *subtest) {
	in := r.created()
	d := r.putDue(r.entry(in, time.Hour))
	for before, want := range map[time.Time]int{
		d.At:                           0,
		d.At.Add(time.Microsecond):     1,
		d.At.Add(time.Millisecond):     1,
		d.At.Add(-time.Nanosecond):     0,
		d.At.Add(-24 * time.Hour):      0,
		d.At.Add(24 * time.Hour):       1,
		time.Unix(0, 0):                0,
		d.At.Add(100 * 24 * time.Hour): 1,
	} {
		if got := r.dueUntil(in.ID, before, 10); len(got) != want {
			r.Errorf("%d entries before %s, want %d", len(got), before.Sub(d.At), want)
		}
	}
}

func dueTwice(r *subtest) {
	in := r.created()
	d := r.entry(in, time.Hour)
	r.putDue(d)
	r.putDue(d)
	r.wantDue(in.ID, d)
	for range 2 {
		r.must("remove due", r.store.RemoveDue(r.Context(), d))
		r.wantDue(in.ID)
	}
}

func dueOthers(r *subtest) {
	in := r.created()
	first := r.putDue(r.entry(in, time.Hour))
	second := first
	second.At = second.At.Add(time.Millisecond)
	r.putDue(second)
	r.wantDue(in.ID, first, second)
	r.must("remove due", r.store.RemoveDue(r.Context(), first))
	r.wantDue(in.ID, second)
}

func dueExpired(r *subtest) {
	in := r.created()
	d := r.putDue(r.entry(in, time.Hour))
	r.clock.Advance(retention + time.Hour - slack)
	r.wantDue(in.ID, d)
	r.clock.Advance(2 * slack)
	r.wantDue(in.ID)
}
