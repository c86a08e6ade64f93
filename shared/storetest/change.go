package storetest

import (
	"errors"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func changing() []check {
	return []check{
		{"an update replaces the integration and keeps its versions", updateKeepsVersions},
		{"an unknown version is not found", versionUnknown},
		{"an update of an outdated version is a conflict", updateStale},
		{"an update of a missing integration is not found", updateMissing},
		{"repeating an identical update succeeds", updateRepeated},
		{"one of several concurrent updates wins", updateConcurrently},
		{"an update sets the given health", updateHealth},
	}
}

// version reports a version that is not stored as given. Health and shards are not part of it.
func (r *subtest) version(want webhook.Integration) {
	r.Helper()
	got, err := r.store.Version(r.Context(), want.ID, want.Version)
	r.must("read version", err)
	got.Health, want.Health = webhook.Health{}, webhook.Health{}
	want.Shards = 0
	r.same("version", got, want)
}

func updateKeepsVersions(r *subtest) {
	first := r.created()
	second := r.changed(first)
	second.EventTypes = []webhook.EventType{webhook.Running}
	second.Secrets = second.Secrets.Rotated([]byte("next"), r.clock.Now(), time.Hour)
	second.PayloadTemplate, second.DoNotRetry = "", false
	r.must("update", r.store.UpdateIntegration(r.Context(), second))
	third := r.changed(second)
	r.must("update", r.store.UpdateIntegration(r.Context(), third))

	r.stored(third)
	for _, want := range []webhook.Integration{first, second, third} {
		r.version(want)
	}
	r.same("list", r.all(r.user, 10), []webhook.Integration{third})
	for sub, err := range r.store.Subscriptions(r.Context(), r.user) {
		r.must("read subscriptions", err)
		r.same("subscription", sub, third.Subscription())
	}
}

func versionUnknown(r *subtest) {
	in := r.created()
	for _, n := range []int{-1, 0, 2, 1 << 30} {
		_, err := r.store.Version(r.Context(), in.ID, n)
		r.wantErr("read version", err, webhook.ErrNotFound)
	}
	_, err := r.store.Version(r.Context(), r.integration().ID, 1)
	r.wantErr("version of an unknown integration", err, webhook.ErrNotFound)
}

func updateStale(r *subtest) {
	first := r.created()
	second := r.changed(first)
	r.must("update", r.store.UpdateIntegration(r.Context(), second))

	other := r.changed(first)
	other.Name = "somebody else's second version"
	r.wantErr("another second version", r.store.UpdateIntegration(r.Context(), other), webhook.ErrConflict)
	third := r.changed(second)
	fourth := r.changed(third)
	r.wantErr("a skipped version", r.store.UpdateIntegration(r.Context(), fourth), webhook.ErrConflict)
	r.wantErr("the first version again", r.store.UpdateIntegration(r.Context(), first), webhook.ErrConflict)
	r.stored(second)
	r.version(second)
	_, err := r.store.Version(r.Context(), first.ID, 4)
	r.wantErr("rejected version", err, webhook.ErrNotFound)
}

func updateMissing(r *subtest) {
	in := r.changed(r.integration())
	r.wantErr("update", r.store.UpdateIntegration(r.Context(), in), webhook.ErrNotFound)
	gone := r.created()
	r.must("delete", r.store.DeleteIntegration(r.Context(), r.user, gone.ID, 1))
	r.wantErr("update a deleted integration", r.store.UpdateIntegration(r.Context(), r.changed(gone)), webhook.ErrNotFound)
	r.same("list", r.all(r.user, 10), []webhook.Integration(nil))
}

func updateRepeated(r *subtest) {
	second := r.changed(r.created())
	for range 3 {
		r.must("update", r.store.UpdateIntegration(r.Context(), second))
	}
	r.stored(second)
}

func updateConcurrently(r *subtest) {
	first := r.created()
	var all []webhook.Integration
	for i := range 6 {
		in := r.changed(first)
		in.Description = string(rune('a' + i))
		all = append(all, in)
	}
	won := r.race(len(all), func(i int) error { return r.store.UpdateIntegration(r.Context(), all[i]) })
	if won >= 0 {
		r.stored(all[won])
		r.version(all[won])
	}
}

// race runs n conflicting writes concurrently and returns the index of the one that succeeded. The
// others must fail with a conflict or give up after retries. If all give up, it returns -1.
func (r *subtest) race(n int, write func(int) error) int {
	r.Helper()
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = write(i) })
	}
	wg.Wait()
	won := -1
	for i, err := range errs {
		switch {
		case err == nil && won >= 0:
			r.Fatalf("writes %d and %d both won", won, i)
		case err == nil:
			won = i
		case !errors.Is(err, webhook.ErrConflict):
			r.Logf("write %d gave up: %v", i, err)
		}
	}
	return won
}

func updateHealth(r *subtest) {
	first := r.created()
	second := r.changed(first)
	second.Health = webhook.Health{}
	r.must("update", r.store.UpdateIntegration(r.Context(), second))
	r.stored(second)
}
