package storetest

import (
	"context"
	"errors"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func reading() []check {
	return []check{
		{"a missing integration is not found", readMissing},
		{"another user's integration is not found", readForeign},
		{"a user's integrations come oldest first, in pages", readPages},
		{"paging continues after a deleted integration", readPagesBehindDeleted},
		{"subscriptions cover all of a user's integrations", readSubscriptions},
		{"reading subscriptions can stop early", readSubscriptionsInPart},
		{"changing a result does not change the store", readAndScribble},
		{"a cancelled context is not reported as not found", readCancelled},
	}
}

func readMissing(r *subtest) {
	_, err := r.store.Integration(r.Context(), r.user, r.integration().ID)
	r.wantErr("integration", err, webhook.ErrNotFound)
	page, next, err := r.store.Integrations(r.Context(), r.user, "", 10)
	r.must("list", err)
	if len(page) != 0 || next != "" {
		r.Errorf("a new user has %d integrations and next = %q", len(page), next)
	}
	for sub, err := range r.store.Subscriptions(r.Context(), r.user) {
		r.Errorf("a new user has subscription %v, %v", sub, err)
	}
	_, err = r.store.Dispatch(r.Context(), r.integration().ID, r.integration().ID)
	r.wantErr("dispatch", err, webhook.ErrNotFound)
}

func readForeign(r *subtest) {
	in := r.created()
	r.stored(in) // the store may now have cached it for its owner
	stranger := newUser()
	_, err := r.store.Integration(r.Context(), stranger, in.ID)
	r.wantErr("read", err, webhook.ErrNotFound)
	r.same("list", r.all(stranger, 10), []webhook.Integration(nil))
	loaded, err := r.store.Load(r.Context(), []webhook.Ref{{UserID: stranger, IntegrationID: in.ID, DispatchID: in.ID}})
	r.must("load", err)
	r.same("loaded", loaded, []webhook.Loaded{{}})

	theirs := r.changed(in)
	theirs.UserID = stranger
	r.wantErr("update", r.store.UpdateIntegration(r.Context(), theirs), webhook.ErrNotFound)
	r.wantErr("delete", r.store.DeleteIntegration(r.Context(), stranger, in.ID, 1), webhook.ErrNotFound)
	r.wantErr("health", r.store.SaveHealth(r.Context(), stranger, in.ID, in.Health, webhook.Health{}), webhook.ErrNotFound)
	r.stored(in)
}

func readPages(r *subtest) {
	var want []webhook.Integration
	for range 6 {
		want = append(want, r.created())
	}
	mine := r.user
	r.user = newUser()
	r.created()
	for _, limit := range []int{1, 2, 3, 4, 6, 100} {
		r.same("list", r.all(mine, limit), want)
	}
	page, next, err := r.store.Integrations(r.Context(), mine, want[2].ID, 3)
	r.must("list the rest", err)
	r.same("rest", page, want[3:])
	if next != "" {
		r.Errorf("next = %q, but there are no more", next)
	}
}

func readPagesBehindDeleted(r *subtest) {
	a, b, c := r.created(), r.created(), r.created()
	_, next, err := r.store.Integrations(r.Context(), r.user, "", 2)
	r.must("list", err)
	for _, in := range []webhook.Integration{a, b} {
		r.must("delete", r.store.DeleteIntegration(r.Context(), r.user, in.ID, 1))
	}
	page, _, err := r.store.Integrations(r.Context(), r.user, next, 2)
	r.must("continue", err)
	r.same("second page", integrationIDs(page), []string{c.ID})
}

func readSubscriptions(r *subtest) {
	states := []webhook.IntegrationStatus{webhook.Active, webhook.Paused, webhook.Disabled}
	var want []webhook.Subscription
	for i := range 105 { // more than one page
		in := r.created(func(in *webhook.Integration) { in.Status = states[i%len(states)] })
		want = append(want, in.Subscription())
	}
	mine := r.user
	r.user = newUser()
	r.created()
	var got []webhook.Subscription
	for sub, err := range r.store.Subscriptions(r.Context(), mine) {
		r.must("read subscriptions", err)
		got = append(got, sub)
	}
	r.same("subscriptions", got, want)
}

func readSubscriptionsInPart(r *subtest) {
	first := r.created()
	r.created()
	for sub, err := range r.store.Subscriptions(r.Context(), r.user) {
		r.must("read subscriptions", err)
		r.same("first", sub, first.Subscription())
		break
	}
	r.stored(r.created()) // nothing is left locked
}

func readAndScribble(r *subtest) {
	in := r.created()
	want := in.EventTypes[0]
	d := r.saved(r.dispatch(in))
	for range 2 {
		got, err := r.store.Integration(r.Context(), r.user, in.ID)
		r.must("read", err)
		if got.EventTypes[0] != want || got.Secrets.Current[0] != 0 {
			r.Fatal("changing a result changed the store")
		}
		got.EventTypes[0], got.Secrets.Current[0] = webhook.Running, 'x'

		loaded, err := r.store.Load(r.Context(), []webhook.Ref{d.Ref()})
		r.must("load", err)
		r.same("loaded", loaded, []webhook.Loaded{{Integration: in, Dispatch: d}})
		loaded[0].Integration.EventTypes[0], loaded[0].Integration.Secrets.Current[0] = webhook.Running, 'x'
		loaded[0].Dispatch.Event[0], loaded[0].Dispatch.Attempts[0].Number = 'x', 99
	}
	// Changing the argument of a write must not change the store either.
	d2 := r.dispatch(in)
	given := d2
	given.Event = append([]byte(nil), d2.Event...)
	r.must("save", r.store.SaveDispatch(r.Context(), given))
	clear(given.Event)
	r.recorded(d2)
}

func readCancelled(r *subtest) {
	in := r.created()
	ctx, cancel := context.WithCancel(r.Context())
	cancel()
	_, err := r.store.Integration(ctx, r.user, in.ID)
	r.otherError("integration", err)
	_, err = r.store.Load(ctx, []webhook.Ref{{UserID: r.user, IntegrationID: in.ID, DispatchID: in.ID}})
	r.otherError("load", err)
	err = nil
	for _, err = range r.store.Subscriptions(ctx, r.user) {
		if err != nil {
			break
		}
	}
	r.otherError("subscriptions", err)
}

// otherError fails the test if err is nil or one of the errors that mean that the store has looked.
func (r *subtest) otherError(what string, err error) {
	r.Helper()
	if err == nil || errors.Is(err, webhook.ErrNotFound) || errors.Is(err, webhook.ErrConflict) {
		r.Errorf("%s: error = %v, want one that leaves the state unknown", what, err)
	}
}
