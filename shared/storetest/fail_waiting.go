package storetest

import (
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func failGrow(r *subtest) (do func() error, check func()) {
	in := r.created()
	do = func() error { return r.store.GrowShards(r.Context(), r.user, in.ID, in.Shards, 8) }
	return do, func() {
		in.Shards = 8
		r.stored(in)
	}
}

func failPark(r *subtest) (do func() error, check func()) {
	in := r.created()
	return r.parking(in, r.parkable(in))
}

func failParkAgain(r *subtest) (do func() error, check func()) {
	in := r.created()
	d := r.saved(r.next(r.parked(r.parkable(in))))
	r.must("remove", r.store.RemoveWaiting(r.Context(), d.Ref(), d.Accepted))
	return r.parking(in, d.Waiting("it failed again"))
}

// parking parks the only dispatch of an integration. Between the tries it checks that a record that
// is waiting has its entry in the waiting index.
func (r *subtest) parking(in webhook.Integration, d webhook.Dispatch) (do func() error, check func()) {
	do = func() error {
		err := r.store.Park(r.Context(), d)
		if got, readErr := r.store.Dispatch(r.Context(), in.ID, d.ID); readErr == nil && got.Status == webhook.DispatchWaiting {
			r.wantWaiting(in, d)
		}
		return err
	}
	return do, func() {
		r.recorded(d)
		r.wantWaiting(in, d)
	}
}

func failRemoveWaiting(r *subtest) (do func() error, check func()) {
	in := r.created()
	d := r.parked(r.parkable(in))
	r.saved(r.next(d))
	do = func() error { return r.store.RemoveWaiting(r.Context(), d.Ref(), d.Accepted) }
	return do, func() { r.wantWaiting(in) }
}

func failPutLine(r *subtest) (do func() error, check func()) {
	l := r.place(r.created(), 1)
	do = func() error { return r.store.MoveLine(r.Context(), webhook.Line{}, l) }
	return do, func() { r.wantLine(l) }
}

func failMoveLine(r *subtest) (do func() error, check func()) {
	in := r.created()
	from := r.moved(webhook.Line{}, r.place(in, 1))
	to := r.place(in, 2)
	do = func() error {
		err := r.store.MoveLine(r.Context(), from, to)
		r.lineIsDue(in.ID)
		return err
	}
	return do, func() { r.wantLine(to) }
}

// lineIsDue fails the test if the line has no due entry with its time: the tick would never find
// it.
func (r *subtest) lineIsDue(integrationID string) {
	r.Helper()
	l, err := r.store.Line(r.Context(), integrationID)
	r.must("read line", err)
	for _, d := range r.allDue(integrationID) {
		if d == l.Due() {
			return
		}
	}
	r.Errorf("line %+v has no due entry", l)
}

func failRemoveLine(r *subtest) (do func() error, check func()) {
	l := r.moved(webhook.Line{}, r.place(r.created(), 1))
	do = func() error { return r.store.RemoveLine(r.Context(), l) }
	return do, func() { r.wantNoLine(l.IntegrationID) }
}

func failPutDue(r *subtest) (do func() error, check func()) {
	d := r.entry(r.created(), time.Hour)
	do = func() error { return r.store.PutDue(r.Context(), d) }
	return do, func() { r.wantDue(d.IntegrationID, d) }
}

func failRemoveDue(r *subtest) (do func() error, check func()) {
	d := r.putDue(r.entry(r.created(), time.Hour))
	do = func() error { return r.store.RemoveDue(r.Context(), d) }
	return do, func() { r.wantDue(d.IntegrationID) }
}

// failReserve takes two slots, or three if the response to the first call was lost.
func failReserve(r *subtest) (do func() error, check func()) {
	in, now := r.created(), r.clock.Now()
	do = func() error {
		ok, err := r.store.Reserve(r.Context(), in.ID, 60, 10, now)
		if err == nil && !ok {
			r.Error("no slot is left")
		}
		return err
	}
	return do, func() {
		if got := r.reserve(in, 12, now); got < 7 || got > 9 {
			r.Errorf("%d slots of 10 are left after two or three were taken", got)
		}
	}
}
