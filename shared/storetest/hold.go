package storetest

import (
	"errors"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func holding() []check {
	return []check{
		{"follows the rules of other writes", holdPaused},
		{"succeeds only while the integration is paused", holdOthers},
		{"is visible to whoever resumes the integration", holdAndResume},
	}
}

func held(d webhook.Dispatch, now time.Time) webhook.Dispatch {
	return d.Ending(webhook.DispatchHeld, "the integration is paused", now)
}

func holdPaused(r *subtest) {
	in := r.created(paused)
	blank := r.dispatch(in)
	blank.Revision = 0
	first := held(blank, r.clock.Now())
	for range 2 {
		r.must("hold", r.store.HoldDispatch(r.Context(), first))
	}
	r.recorded(first)
	other := first
	other.Reason = "another"
	r.wantErr("another revision 1", r.store.HoldDispatch(r.Context(), other), webhook.ErrConflict)

	second := r.saved(first.Queued(r.clock.Now()))
	third := held(second, r.clock.Now())
	r.must("hold again", r.store.HoldDispatch(r.Context(), third))
	r.recorded(third)
	r.same("list", dispatchIDs(r.walk(in.ID, webhook.DispatchQuery{Limit: 10, Statuses: []webhook.DispatchStatus{webhook.DispatchHeld}})), []string{first.ID})
}

func holdOthers(r *subtest) {
	hold := func(what string, in webhook.Integration) {
		r.Helper()
		d := r.dispatch(in)
		d.Status = webhook.DispatchHeld
		r.wantErr("hold for "+what, r.store.HoldDispatch(r.Context(), d), webhook.ErrConflict)
		r.unrecorded(d)
	}
	hold("an active integration", r.created())
	hold("a disabled integration", r.created(func(in *webhook.Integration) { in.Status = webhook.Disabled }))
	hold("a missing integration", r.integration())

	gone := r.created(paused)
	r.must("delete", r.store.DeleteIntegration(r.Context(), r.user, gone.ID, 1))
	hold("a deleted integration", gone)

	resumed := r.changed(r.created(paused))
	resumed.Status = webhook.Active
	r.must("resume", r.store.UpdateIntegration(r.Context(), resumed))
	hold("a resumed integration", resumed)

	theirs := r.created(paused)
	theirs.UserID = newUser()
	hold("another user's integration", theirs)
}

func holdAndResume(r *subtest) {
	for range 10 {
		in := r.created(paused)
		d := r.dispatch(in)
		d.Status = webhook.DispatchHeld
		resumed := r.changed(in)
		resumed.Status = webhook.Active

		var holdErr error
		var seen []webhook.Dispatch
		var wg sync.WaitGroup
		wg.Go(func() { holdErr = r.store.HoldDispatch(r.Context(), d) })
		wg.Go(func() {
			for range 100 { // the transaction may conflict with the hold and need a retry
				if err := r.store.UpdateIntegration(r.Context(), resumed); err == nil {
					break
				} else if errors.Is(err, webhook.ErrConflict) || errors.Is(err, webhook.ErrNotFound) {
					r.Errorf("resume: %v", err)
				}
			}
			seen = r.walk(in.ID, webhook.DispatchQuery{Limit: 10})
		})
		wg.Wait()
		if holdErr == nil {
			r.same("held dispatches after resuming", dispatchIDs(seen), []string{d.ID})
		}
	}
}
