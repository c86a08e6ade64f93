package storetest

import "github.com/thordata/webhook-integration/shared/webhook"

func loading() []check {
	return []check{
		{"returns results in the order of the refs", loadOrder},
		{"what is missing is zero", loadMissing},
		{"accepts ten refs, and none", loadTen},
		{"another user's integration is missing", loadForeign},
	}
}

func loadOrder(r *subtest) {
	a, b := r.created(), r.created(paused)
	da1, da2, db := r.saved(r.dispatch(a)), r.saved(r.dispatch(a)), r.saved(r.dispatch(b))
	got, err := r.store.Load(r.Context(), []webhook.Ref{db.Ref(), da2.Ref(), da1.Ref(), db.Ref(), da2.Ref()})
	r.must("load", err)
	r.same("loaded", got, []webhook.Loaded{
		{Integration: b, Dispatch: db}, {Integration: a, Dispatch: da2}, {Integration: a, Dispatch: da1},
		{Integration: b, Dispatch: db}, {Integration: a, Dispatch: da2},
	})
}

func loadMissing(r *subtest) {
	in, unknown := r.created(), r.integration()
	d, orphan := r.dispatch(in), r.saved(r.dispatch(unknown))
	got, err := r.store.Load(r.Context(), []webhook.Ref{
		d.Ref(),
		orphan.Ref(),
		{UserID: r.user, IntegrationID: unknown.ID, DispatchID: d.ID},
	})
	r.must("load", err)
	r.same("loaded", got, []webhook.Loaded{{Integration: in}, {Dispatch: orphan}, {}})
}

func loadTen(r *subtest) {
	var refs []webhook.Ref
	var want []webhook.Loaded
	for range 10 {
		in := r.created()
		d := r.saved(r.dispatch(in))
		refs = append(refs, d.Ref())
		want = append(want, webhook.Loaded{Integration: in, Dispatch: d})
	}
	got, err := r.store.Load(r.Context(), refs)
	r.must("load ten", err)
	r.same("loaded", got, want)
	got, err = r.store.Load(r.Context(), nil)
	r.must("load none", err)
	r.same("loaded", got, []webhook.Loaded(nil))
}

func loadForeign(r *subtest) {
	in := r.created()
	got, err := r.store.Load(r.Context(), []webhook.Ref{{UserID: newUser(), IntegrationID: in.ID, DispatchID: in.ID}})
	r.must("load", err)
	r.same("loaded", got, []webhook.Loaded{{}})
}
