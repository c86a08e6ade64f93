package storetest

import (
	"errors"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// must stops the subtest if err is not nil.
func (r *subtest) must(what string, err error) {
	r.Helper()
	if err != nil {
		r.Fatalf("%s: %v", what, err)
	}
}

// wantErr fails the test unless err is want.
func (r *subtest) wantErr(what string, err, want error) {
	r.Helper()
	if !errors.Is(err, want) {
		r.Errorf("%s: error = %v, want %v", what, err, want)
	}
}

// same fails the test if got differs from want. Nil and empty slices are equal.
func (r *subtest) same(what string, got, want any) {
	r.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		r.Errorf("%s differs (-want +got):\n%s", what, diff)
	}
}

// stored fails the test unless the stored integration equals want.
func (r *subtest) stored(want webhook.Integration) {
	r.Helper()
	got, err := r.store.Integration(r.Context(), want.UserID, want.ID)
	r.must("read integration", err)
	r.same("integration", got, want)
}

// recorded fails the test unless the stored dispatch equals want.
func (r *subtest) recorded(want webhook.Dispatch) {
	r.Helper()
	got, err := r.store.Dispatch(r.Context(), want.IntegrationID, want.ID)
	r.must("read dispatch", err)
	r.same("dispatch", got, want)
}

// unrecorded fails the test if the dispatch is stored.
func (r *subtest) unrecorded(d webhook.Dispatch) {
	r.Helper()
	_, err := r.store.Dispatch(r.Context(), d.IntegrationID, d.ID)
	r.wantErr("read a missing dispatch", err, webhook.ErrNotFound)
}

// all returns a user's integrations, page by page.
func (r *subtest) all(user string, limit int) []webhook.Integration {
	r.Helper()
	var all []webhook.Integration
	for after := ""; ; {
		page, next, err := r.store.Integrations(r.Context(), user, after, limit)
		r.must("list integrations", err)
		if len(page) > limit {
			r.Fatalf("page has %d integrations, limit is %d", len(page), limit)
		}
		all = append(all, page...)
		if next == "" {
			return all
		}
		if next <= after {
			r.Fatalf("next = %q is not after %q", next, after)
		}
		after = next
	}
}

// walk returns all dispatches that match a query, page by page.
func (r *subtest) walk(integrationID string, q webhook.DispatchQuery) []webhook.Dispatch {
	r.Helper()
	q.Shards = r.shards
	var all []webhook.Dispatch
	for range 1000 {
		page, err := r.store.Dispatches(r.Context(), integrationID, q)
		r.must("list dispatches", err)
		if len(page.Dispatches) > q.Limit {
			r.Fatalf("page has %d dispatches, limit is %d", len(page.Dispatches), q.Limit)
		}
		all = append(all, page.Dispatches...)
		if page.Next == "" {
			return all
		}
		q.After = page.Next
	}
	r.Fatal("the list does not end")
	return nil
}

// utc fails the test unless t is in UTC.
func (r *subtest) utc(what string, t time.Time) {
	r.Helper()
	if t.Location() != time.UTC {
		r.Errorf("%s = %v is not in UTC", what, t)
	}
}

func idsOf[T any](things []T, id func(T) string) []string {
	var all []string
	for _, thing := range things {
		all = append(all, id(thing))
	}
	return all
}

func integrationIDs(all []webhook.Integration) []string {
	return idsOf(all, func(in webhook.Integration) string { return in.ID })
}

func dispatchIDs(all []webhook.Dispatch) []string {
	return idsOf(all, func(d webhook.Dispatch) string { return d.ID })
}
