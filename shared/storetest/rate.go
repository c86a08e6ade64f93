package storetest

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func rates() []check {
	return []check{
		{"a burst at once, then one per slot", rateEven},
		{"a rejected call changes nothing", rateRefused},
		{"a pause allows one burst and no more", ratePause},
		{"concurrent calls do not exceed the rate", rateConcurrently},
		{"no rate means no limit", rateNone},
		{"each integration has its own rate", rateOwn},
	}
}

// reserve returns how many of n calls at the given time get a slot, with 60 a minute and a burst of
// 10.
func (r *subtest) reserve(in webhook.Integration, n int, now time.Time) (got int) {
	r.Helper()
	for range n {
		ok, err := r.store.Reserve(r.Context(), in.ID, 60, 10, now)
		r.must("reserve", err)
		if ok {
			got++
		}
	}
	return got
}

func rateEven(r *subtest) {
	in, now := r.created(), r.clock.Now()
	r.same("at first", r.reserve(in, 12, now), 10)
	for i := range 3 {
		now = now.Add(time.Second)
		r.same("a second later", r.reserve(in, 3, now), 1)
		if i == 1 {
			r.same("half a second later", r.reserve(in, 1, now.Add(time.Second/2)), 0)
		}
	}
	r.same("five seconds later", r.reserve(in, 7, now.Add(5*time.Second)), 5)
}

func rateRefused(r *subtest) {
	in, now := r.created(), r.clock.Now()
	r.same("at first", r.reserve(in, 40, now), 10)
	r.same("a second later", r.reserve(in, 1, now.Add(time.Second)), 1)
}

func ratePause(r *subtest) {
	in, now := r.created(), r.clock.Now()
	r.same("at first", r.reserve(in, 3, now), 3)
	r.same("a day later", r.reserve(in, 13, now.Add(24*time.Hour)), 10)
}

func rateConcurrently(r *subtest) {
	in, now := r.created(), r.clock.Now()
	for _, when := range []time.Time{now, now.Add(5 * time.Second)} {
		want := int64(10)
		if when != now {
			want = 5
		}
		var got, unknown atomic.Int64
		var wg sync.WaitGroup
		for range 24 {
			wg.Go(func() {
				switch ok, err := r.store.Reserve(r.Context(), in.ID, 60, 10, when); {
				case err != nil:
					unknown.Add(1)
				case ok:
					got.Add(1)
				}
			})
		}
		wg.Wait()
		if got.Load() > want || got.Load()+unknown.Load() < want {
			r.Errorf("%d calls got a slot, %d failed; want %d", got.Load(), unknown.Load(), want)
		}
	}
}

func rateNone(r *subtest) {
	in := r.created()
	for range 100 {
		if ok, err := r.store.Reserve(r.Context(), in.ID, 0, 0, r.clock.Now()); err != nil || !ok {
			r.Fatalf("reserve = %v, %v", ok, err)
		}
	}
}

func rateOwn(r *subtest) {
	a, b := r.created(), r.created()
	r.same("one", r.reserve(a, 12, r.clock.Now()), 10)
	r.same("another", r.reserve(b, 12, r.clock.Now()), 10)
}
