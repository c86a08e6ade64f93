package storetest

import (
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func deleting() []check {
	return []check{
		{"a deleted integration is no longer returned", deleteAll},
		{"deleting an outdated version is a conflict", deleteStale},
		{"deleting a missing integration is not found", deleteMissing},
		{"versions outlive the integration", deleteKeepsVersions},
		{"one of several concurrent deletions and updates wins", deleteConcurrently},
	}
}

func deleteAll(r *subtest) {
	stays, in := r.created(), r.created()
	d := r.saved(r.dispatch(in))
	r.must("delete", r.store.DeleteIntegration(r.Context(), r.user, in.ID, 1))

	_, err := r.store.Integration(r.Context(), r.user, in.ID)
	r.wantErr("read", err, webhook.ErrNotFound)
	r.same("list", r.all(r.user, 10), []webhook.Integration{stays})
	for sub, err := range r.store.Subscriptions(r.Context(), r.user) {
		r.must("read subscriptions", err)
		r.same("subscription", sub, stays.Subscription())
	}
	loaded, err := r.store.Load(r.Context(), []webhook.Ref{d.Ref()})
	r.must("load", err)
	r.same("loaded integration", loaded[0].Integration, webhook.Integration{})
	r.wantErr("health", r.store.SaveHealth(r.Context(), r.user, in.ID, in.Health, webhook.Health{}), webhook.ErrNotFound)
}

func deleteStale(r *subtest) {
	second := r.changed(r.created())
	r.must("update", r.store.UpdateIntegration(r.Context(), second))
	for _, version := range []int{0, 1, 3} {
		r.wantErr("delete", r.store.DeleteIntegration(r.Context(), r.user, second.ID, version), webhook.ErrConflict)
	}
	r.stored(second)
	r.must("delete", r.store.DeleteIntegration(r.Context(), r.user, second.ID, 2))
}

func deleteMissing(r *subtest) {
	r.wantErr("delete", r.store.DeleteIntegration(r.Context(), r.user, r.integration().ID, 1), webhook.ErrNotFound)
	in := r.created()
	r.must("delete", r.store.DeleteIntegration(r.Context(), r.user, in.ID, 1))
	r.wantErr("delete again", r.store.DeleteIntegration(r.Context(), r.user, in.ID, 1), webhook.ErrNotFound)
}

func deleteKeepsVersions(r *subtest) {
	first := r.created()
	second := r.changed(first)
	r.must("update", r.store.UpdateIntegration(r.Context(), second))
	r.must("delete", r.store.DeleteIntegration(r.Context(), r.user, first.ID, 2))
	r.clock.Advance(retention - time.Hour)
	r.version(first)
	r.version(second)
}

func deleteConcurrently(r *subtest) {
	for range 5 {
		first := r.created()
		second := r.changed(first)
		won := r.race(2, func(i int) error {
			if i == 0 {
				return r.store.DeleteIntegration(r.Context(), r.user, first.ID, 1)
			}
			err := r.store.UpdateIntegration(r.Context(), second)
			if err != nil {
				return webhook.ErrConflict // or not found, once it is deleted
			}
			return nil
		})
		_, err := r.store.Integration(r.Context(), r.user, first.ID)
		switch won {
		case 0:
			r.wantErr("read a deleted integration", err, webhook.ErrNotFound)
		case 1:
			r.stored(second)
		}
	}
}
