package storetest

import (
	"errors"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// write is an operation that writes once or several times. Each write fails once; then the
// operation is repeated, and check checks the final state.
type write struct {
	name   string
	repeat error // an error that the repeat may return if the first try took effect
	stage  func(*subtest) (do func() error, check func())
	none   bool // a store may not need to write anything
}

func failing() []check {
	var all []check
	for _, w := range writes() {
		for _, m := range []Moment{Before, After} {
			all = append(all, check{w.name + " " + m.String() + " it took effect", func(r *subtest) { w.fail(r, m) }})
		}
	}
	return all
}

// fail makes each of the writes fail in turn, repeats the operation, and checks what is stored. A
// client that retries by itself may hide the injected failure.
func (w write) fail(r *subtest, m Moment) {
	for n := 0; ; n++ {
		r.user = newUser()
		do, check := w.stage(r)
		blown := r.fuse.Blown()
		r.fuse.ArmAfter(n, m)
		err := do()
		r.fuse.Arm(Never)
		if err != nil && sentinel(err) && !(w.repeat != nil && errors.Is(err, w.repeat)) {
			r.Errorf("the injected failure was returned as %v", err)
		}
		if err := do(); err != nil && !(w.repeat != nil && errors.Is(err, w.repeat)) {
			r.Fatalf("repeat: %v", err)
		}
		check()
		if r.fuse.Blown() > blown {
			continue
		}
		if n == 0 && !w.none {
			r.Fatal("the injected failure did not reach the write: is the fuse around the store's writes?")
		}
		return // the operation has no n-th write
	}
}

// sentinel reports whether err is a definite answer of the store.
func sentinel(err error) bool {
	for _, s := range []error{webhook.ErrNotFound, webhook.ErrConflict, webhook.ErrQuota, webhook.ErrKeyReused} {
		if errors.Is(err, s) {
			return true
		}
	}
	return false
}

func writes() []write {
	return []write{
		{name: "create", repeat: webhook.ErrConflict, stage: failCreate},
		{name: "create with a key", stage: failCreateWithKey},
		{name: "update", stage: failUpdate},
		{name: "delete", repeat: webhook.ErrNotFound, stage: failDelete},
		{name: "save health", repeat: webhook.ErrConflict, stage: failHealth},
		{name: "save dispatch", stage: failSave},
		{name: "save dispatch again", stage: failSaveAgain},
		{name: "hold dispatch", stage: failHold},
		{name: "grow shards", stage: failGrow},
		{name: "park", stage: failPark},
		{name: "park again", stage: failParkAgain},
		{name: "remove waiting", stage: failRemoveWaiting, none: true},
		{name: "put a line", stage: failPutLine},
		{name: "move a line", stage: failMoveLine},
		{name: "remove a line", stage: failRemoveLine},
		{name: "put due", stage: failPutDue},
		{name: "remove due", stage: failRemoveDue},
		{name: "reserve", stage: failReserve},
	}
}

func failCreate(r *subtest) (do func() error, check func()) {
	in := r.integration()
	opt := webhook.CreateOptions{Quota: 2}
	do = func() error {
		_, err := r.store.CreateIntegration(r.Context(), in, opt)
		return err
	}
	return do, func() {
		r.stored(in)
		r.version(in)
		_, err := r.store.CreateIntegration(r.Context(), r.integration(), opt)
		r.must("create within the quota", err)
		_, err = r.store.CreateIntegration(r.Context(), r.integration(), opt)
		r.wantErr("create one over the quota", err, webhook.ErrQuota)
	}
}

func failCreateWithKey(r *subtest) (do func() error, check func()) {
	opt := r.key("k")
	opt.Quota = 1
	var last webhook.Integration
	do = func() (err error) {
		last, err = r.store.CreateIntegration(r.Context(), r.integration(), opt) // each try has a new id
		return err
	}
	return do, func() {
		r.stored(last)
		r.same("list", integrationIDs(r.all(r.user, 10)), []string{last.ID})
	}
}

func failUpdate(r *subtest) (do func() error, check func()) {
	first := r.created()
	second := r.changed(first)
	do = func() error { return r.store.UpdateIntegration(r.Context(), second) }
	return do, func() {
		r.stored(second)
		r.version(first)
		r.version(second)
	}
}

func failDelete(r *subtest) (do func() error, check func()) {
	opt := webhook.CreateOptions{Quota: 1}
	in, err := r.store.CreateIntegration(r.Context(), r.integration(), opt)
	r.must("create", err)
	do = func() error { return r.store.DeleteIntegration(r.Context(), r.user, in.ID, 1) }
	return do, func() {
		r.same("list", r.all(r.user, 10), []webhook.Integration(nil))
		_, err := r.store.CreateIntegration(r.Context(), r.integration(), opt)
		r.must("create after the deletion", err)
		_, err = r.store.CreateIntegration(r.Context(), r.integration(), opt)
		r.wantErr("create one over the quota", err, webhook.ErrQuota)
	}
}

func failHealth(r *subtest) (do func() error, check func()) {
	in := r.created(healthy)
	to := webhook.Health{FailingSince: r.clock.Now(), Notified: webhook.NoticeFailing}
	do = func() error { return r.store.SaveHealth(r.Context(), r.user, in.ID, webhook.Health{}, to) }
	return do, func() {
		in.Health = to
		r.stored(in)
	}
}

func failSave(r *subtest) (do func() error, check func()) {
	d := r.dispatch(r.created())
	do = func() error { return r.store.SaveDispatch(r.Context(), d) }
	return do, func() { r.recorded(d) }
}

func failSaveAgain(r *subtest) (do func() error, check func()) {
	d := r.next(r.saved(r.dispatch(r.created())))
	do = func() error { return r.store.SaveDispatch(r.Context(), d) }
	return do, func() { r.recorded(d) }
}

func failHold(r *subtest) (do func() error, check func()) {
	d := r.dispatch(r.created(paused))
	d.Status = webhook.DispatchHeld
	do = func() error { return r.store.HoldDispatch(r.Context(), d) }
	return do, func() { r.recorded(d) }
}
