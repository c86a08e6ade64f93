package storetest

import (
	"github.com/thordata/webhook-integration/shared/webhook"
)

func spreading() []check {
	return []check{
		{"the number grows without a new version", growShards},
		{"grows only from the stored number", growStale},
		{"of a missing integration is not found", growMissing},
		{"grows only to powers of two", growInvalid},
		{"an update keeps it", growAndUpdate},
		{"dispatches from before and after growing are found", growAndFind},
		{"waiting dispatches from before and after growing are found", growAndWait},
	}
}

// grown sets an integration's shards and returns the integration.
func (r *subtest) grown(in webhook.Integration, to int) webhook.Integration {
	r.Helper()
	r.must("grow shards", r.store.GrowShards(r.Context(), in.UserID, in.ID, in.Shards, to))
	in.Shards = to
	return in
}

func growShards(r *subtest) {
	r.shards = 0
	in := r.created()
	for _, to := range []int{1, 2, 4, 32} {
		before := in
		in = r.grown(in, to)
		r.grown(before, to) // again
		r.stored(in)
		loaded, err := r.store.Load(r.Context(), []webhook.Ref{{UserID: r.user, IntegrationID: in.ID, DispatchID: in.ID}})
		r.must("load", err)
		r.same("loaded", loaded[0].Integration, in)
		for sub, err := range r.store.Subscriptions(r.Context(), r.user) {
			r.must("read subscriptions", err)
			r.same("subscription", sub, in.Subscription())
		}
	}
	r.version(in)
}

func growStale(r *subtest) {
	in := r.created() // 4
	for _, from := range []int{0, 1, 2, 8} {
		r.wantErr("grow", r.store.GrowShards(r.Context(), r.user, in.ID, from, 16), webhook.ErrConflict)
	}
	r.stored(in)
	in.Shards = 1
	one := r.integration()
	one.Shards = 1
	_, err := r.store.CreateIntegration(r.Context(), one, webhook.CreateOptions{Quota: 10})
	r.must("create", err)
	r.must("grow from 0, which means 1", r.store.GrowShards(r.Context(), r.user, one.ID, 0, 2))
}

func growMissing(r *subtest) {
	in := r.integration()
	r.wantErr("grow", r.store.GrowShards(r.Context(), r.user, in.ID, 0, 2), webhook.ErrNotFound)
	in = r.created()
	r.wantErr("grow another user's integration", r.store.GrowShards(r.Context(), newUser(), in.ID, 4, 8), webhook.ErrNotFound)
	r.stored(in)
}

func growInvalid(r *subtest) {
	in := r.created()
	for _, to := range []int{-1, 0, 3, 6, 64, 1 << 30} {
		r.otherError("grow", r.store.GrowShards(r.Context(), r.user, in.ID, 4, to))
	}
	r.stored(in)
}

func growAndUpdate(r *subtest) {
	first := r.created()
	second := r.changed(first) // as a concurrent caller has read it
	grown := r.grown(first, 8)
	r.must("update", r.store.UpdateIntegration(r.Context(), second))
	second.Shards = 8
	r.stored(second)
	r.version(first)
	r.version(second)
	second.Shards = 16 // the given number is ignored
	r.must("the same update", r.store.UpdateIntegration(r.Context(), second))
	third := r.changed(second)
	r.must("update", r.store.UpdateIntegration(r.Context(), third))
	third.Shards = grown.Shards
	r.stored(third)
	stale := r.changed(first)
	stale.Name = "another second version"
	r.wantErr("a stale update", r.store.UpdateIntegration(r.Context(), stale), webhook.ErrConflict)
}

// generations calls f for an integration that grows through each number of shards.
func (r *subtest) generations(f func(in webhook.Integration)) webhook.Integration {
	r.shards = 0
	in := r.created()
	for {
		f(in)
		if in.Shards == webhook.MaxShards {
			r.shards = in.Shards
			return in
		}
		in = r.grown(in, max(2*in.Shards, 1))
	}
}

func growAndFind(r *subtest) {
	var all []webhook.Dispatch
	in := r.generations(func(in webhook.Integration) { all = append(all, r.history(in, 6)...) })
	for _, d := range all {
		r.recorded(d)
		loaded, err := r.store.Load(r.Context(), []webhook.Ref{d.Ref()})
		r.must("load", err)
		r.same("loaded", loaded[0].Dispatch, d)
	}
	for _, limit := range []int{7, 100} {
		r.same("list", dispatchIDs(r.walk(in.ID, webhook.DispatchQuery{Limit: limit})), dispatchIDs(backwards(all)))
		r.same("list", dispatchIDs(r.walk(in.ID, webhook.DispatchQuery{Limit: limit, OldestFirst: true})), dispatchIDs(all))
	}
	next := r.next(all[0])
	r.recorded(r.saved(next))
}

func growAndWait(r *subtest) {
	var all []webhook.Dispatch
	in := r.generations(func(in webhook.Integration) {
		for range 4 {
			all = append(all, r.parked(r.parkable(in)))
		}
	})
	for _, limit := range []int{7, 100} {
		r.same("what waits", waitingIDs(r.allWaiting(in, limit, false)), dispatchIDs(all))
		r.same("what waits", waitingIDs(r.allWaiting(in, limit, true)), dispatchIDs(backwards(all)))
	}
	n, err := r.store.CountWaiting(r.Context(), in.ID, r.shards, 1000)
	r.must("count", err)
	r.same("count", n, len(all))
	for _, e := range r.allWaiting(in, 100, false)[1:] {
		loaded, err := r.store.Load(r.Context(), []webhook.Ref{e.Ref})
		r.must("load", err)
		r.saved(r.next(loaded[0].Dispatch))
		r.must("remove", r.store.RemoveWaiting(r.Context(), e.Ref, e.Accepted))
	}
	r.wantWaiting(in, all[0])
}
