package storetest

import (
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func expiring() []check {
	return []check{
		{"an expired dispatch is no longer returned", expireDispatch},
		{"the retention counts from the last write", expireFromLastWrite},
		{"an expired record counts as missing", expireAndReturn},
		{"integrations never expire", expireNoIntegration},
	}
}

// DynamoDB stores the expiry in whole seconds.
const slack = 2 * time.Second

func expireDispatch(r *subtest) {
	in := r.created()
	d := r.saved(r.dispatch(in))
	r.clock.Advance(retention - slack)
	r.recorded(d)
	r.same("list", r.walk(in.ID, webhook.DispatchQuery{Limit: 10}), []webhook.Dispatch{d})

	r.clock.Advance(2 * slack)
	r.unrecorded(d)
	for _, oldest := range []bool{true, false} {
		r.same("list", r.walk(in.ID, webhook.DispatchQuery{Limit: 10, OldestFirst: oldest}), []webhook.Dispatch(nil))
	}
	loaded, err := r.store.Load(r.Context(), []webhook.Ref{d.Ref()})
	r.must("load", err)
	r.same("loaded", loaded, []webhook.Loaded{{Integration: in}})
}

func expireFromLastWrite(r *subtest) {
	first := r.saved(r.dispatch(r.created()))
	r.clock.Advance(retention / 2)
	second := r.saved(r.next(first))
	r.clock.Advance(retention - slack)
	r.recorded(second)
	r.clock.Advance(2 * slack)
	r.unrecorded(second)
}

func expireAndReturn(r *subtest) {
	in := r.created(paused)
	first := r.saved(r.dispatch(in))
	second := r.saved(r.next(first))
	r.clock.Advance(retention + slack)
	r.wantErr("revision 3 over an expired record", r.store.SaveDispatch(r.Context(), r.next(second)), webhook.ErrConflict)
	again := first
	again.Reason = "again"
	r.recorded(r.saved(again))

	r.clock.Advance(retention + slack)
	again.Reason, again.Status = "held", webhook.DispatchHeld
	r.must("hold", r.store.HoldDispatch(r.Context(), again))
	r.recorded(again)
}

func expireNoIntegration(r *subtest) {
	in := r.created()
	r.clock.Advance(20 * retention)
	r.stored(in)
	r.version(in)
}
