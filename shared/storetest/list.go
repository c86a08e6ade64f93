package storetest

import (
	"slices"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func listing() []check {
	return []check{
		{"newest first, in pages", listNewestFirst},
		{"oldest first, in pages", listOldestFirst},
		{"an unknown integration has no dispatches", listNone},
		{"only of the given integration", listOwn},
		{"by time", listByTime},
		{"by status", listByStatus},
		{"paging is not disturbed by new dispatches", listWhileGrowing},
	}
}

// history stores n dispatches, one second apart, oldest first.
func (r *subtest) history(in webhook.Integration, n int) []webhook.Dispatch {
	r.Helper()
	var all []webhook.Dispatch
	states := webhook.DispatchStatuses()
	for i := range n {
		r.clock.Advance(time.Second)
		d := r.dispatchAt(in, r.clock.Now())
		d.Status = states[i%len(states)]
		all = append(all, r.saved(d))
	}
	return all
}

func backwards(all []webhook.Dispatch) []webhook.Dispatch {
	all = slices.Clone(all)
	slices.Reverse(all)
	return all
}

func listNewestFirst(r *subtest) {
	in := r.created()
	want := backwards(r.history(in, 7))
	for _, limit := range []int{1, 2, 3, 7, 100} {
		r.same("list", r.walk(in.ID, webhook.DispatchQuery{Limit: limit}), want)
	}
}

func listOldestFirst(r *subtest) {
	in := r.created()
	want := r.history(in, 7)
	for _, limit := range []int{1, 2, 3, 7, 100} {
		r.same("list", r.walk(in.ID, webhook.DispatchQuery{Limit: limit, OldestFirst: true}), want)
	}
}

func listNone(r *subtest) {
	r.same("list", r.walk(r.integration().ID, webhook.DispatchQuery{Limit: 10}), []webhook.Dispatch(nil))
	in := r.changed(r.created()) // versions must not be listed as dispatches
	r.must("update", r.store.UpdateIntegration(r.Context(), in))
	r.same("list", r.walk(in.ID, webhook.DispatchQuery{Limit: 10}), []webhook.Dispatch(nil))
}

func listOwn(r *subtest) {
	a, b := r.created(), r.created()
	ofA, ofB := r.history(a, 3), r.history(b, 2)
	for _, oldest := range []bool{true, false} {
		q := webhook.DispatchQuery{Limit: 2, OldestFirst: oldest}
		gotA, gotB := r.walk(a.ID, q), r.walk(b.ID, q)
		if !oldest {
			gotA, gotB = backwards(gotA), backwards(gotB)
		}
		r.same("list", gotA, ofA)
		r.same("list", gotB, ofB)
	}
}

func listByTime(r *subtest) {
	in := r.created()
	all := r.history(in, 6)
	at := func(i int) time.Time { return all[i].CreatedAt }
	const ms = time.Millisecond
	for _, c := range []struct {
		name         string
		since, until time.Time
		from, to     int
	}{
		{"since is included", at(2), time.Time{}, 2, 6},
		{"until is excluded", time.Time{}, at(4), 0, 4},
		{"both", at(1), at(3), 1, 3},
		{"a millisecond later", at(2).Add(ms), at(4).Add(ms), 3, 5},
		{"less than a millisecond later", at(2).Add(ms / 2), at(4).Add(ms / 2), 3, 5},
		{"in another zone", at(2).In(time.FixedZone("", 3600)), time.Time{}, 2, 6},
		{"nothing between", at(2).Add(ms), at(3), 0, 0},
		{"since after until", at(4), at(2), 0, 0},
		{"all", at(0).Add(-time.Hour), at(5).Add(time.Hour), 0, 6},
		{"out of any range", time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC), 0, 6},
	} {
		for _, limit := range []int{1, 10} {
			q := webhook.DispatchQuery{Since: c.since, Until: c.until, Limit: limit, OldestFirst: true}
			r.same(c.name+", oldest first", dispatchIDs(r.walk(in.ID, q)), dispatchIDs(all[c.from:c.to]))
			q.OldestFirst = false
			r.same(c.name+", newest first", dispatchIDs(r.walk(in.ID, q)), dispatchIDs(backwards(all[c.from:c.to])))
		}
	}
}

func listByStatus(r *subtest) {
	in := r.created()
	all := r.history(in, 15)
	for _, statuses := range [][]webhook.DispatchStatus{
		nil,
		{webhook.DispatchFailed},
		{webhook.DispatchHeld, webhook.DispatchFailed},
		webhook.DispatchStatuses(),
		{"UNHEARD-OF"},
	} {
		var want []webhook.Dispatch
		for _, d := range all {
			if len(statuses) == 0 || slices.Contains(statuses, d.Status) {
				want = append(want, d)
			}
		}
		for _, limit := range []int{1, 2, 50} {
			q := webhook.DispatchQuery{Statuses: statuses, Limit: limit, OldestFirst: true}
			r.same("list", r.walk(in.ID, q), want)
			q.OldestFirst = false
			r.same("list", r.walk(in.ID, q), backwards(want))
		}
	}
	q := webhook.DispatchQuery{Statuses: []webhook.DispatchStatus{all[5].Status}, Since: all[5].CreatedAt, Until: all[10].CreatedAt, Limit: 2}
	r.same("by status and time", dispatchIDs(r.walk(in.ID, q)), []string{all[5].ID})
}

func listWhileGrowing(r *subtest) {
	in := r.created()
	all := r.history(in, 4)
	page, err := r.store.Dispatches(r.Context(), in.ID, webhook.DispatchQuery{Limit: 2, Shards: r.shards})
	r.must("list", err)
	seen := page.Dispatches
	r.history(in, 3)
	seen = append(seen, r.walk(in.ID, webhook.DispatchQuery{Limit: 2, After: page.Next})...)
	r.same("list", dispatchIDs(seen), dispatchIDs(backwards(all)))
}
