package storetest

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func saving() []check {
	return []check{
		{"every field is stored", saveAll},
		{"empty fields are stored", saveLittle},
		{"needs no integration", saveWithoutIntegration},
		{"is written only over the previous revision", saveStale},
		{"repeating an identical write succeeds", saveRepeated},
		{"one of several concurrent writes wins", saveConcurrently},
		{"belongs to its integration", saveForTwo},
		{"large events are stored", saveLarge},
		{"an event that is too large is omitted", saveTooLarge},
	}
}

func saveAll(r *subtest) {
	in := r.created()
	first := r.saved(r.dispatch(in))
	r.recorded(first)
	got, err := r.store.Dispatch(r.Context(), in.ID, first.ID)
	r.must("read", err)
	r.utc("createdAt", got.CreatedAt)
	r.utc("nextAttemptAt", got.NextAttemptAt)
	r.utc("startedAt", got.Attempts[0].StartedAt)

	second := r.saved(r.next(first))
	r.recorded(second)
	got, err = r.store.Dispatch(r.Context(), in.ID, first.ID)
	r.must("read", err)
	r.utc("finishedAt", got.FinishedAt)
	third := r.saved(second.Queued(r.clock.Now()))
	r.recorded(third)
	r.recorded(r.saved(third.Ending(webhook.DispatchFailed, "the integration was deleted", r.clock.Now())))
}

func saveLittle(r *subtest) {
	d := r.dispatch(r.created())
	d.Attempts, d.Reason, d.Event = nil, "", []byte("{}")
	r.recorded(r.saved(d))
}

func saveWithoutIntegration(r *subtest) {
	r.recorded(r.saved(r.dispatch(r.integration())))
}

func saveStale(r *subtest) {
	in := r.created()
	first := r.dispatch(in)
	second := r.next(first)
	third := r.next(second)
	save := func(d webhook.Dispatch) error { return r.store.SaveDispatch(r.Context(), d) }
	r.wantErr("revision 2 over none", save(second), webhook.ErrConflict)
	r.unrecorded(first)

	r.saved(first)
	other := first
	other.Reason = "another"
	r.wantErr("another revision 1", save(other), webhook.ErrConflict)
	other = first
	other.Event = []byte(`{"another": "event"}`)
	r.wantErr("revision 1 with another event", save(other), webhook.ErrConflict)
	other = first
	other.Attempts = nil
	r.wantErr("revision 1 with other attempts", save(other), webhook.ErrConflict)
	r.wantErr("revision 3 over 1", save(third), webhook.ErrConflict)
	r.recorded(first)

	r.saved(second)
	r.wantErr("revision 1 over 2", save(first), webhook.ErrConflict)
	r.recorded(second)
}

func saveRepeated(r *subtest) {
	first := r.dispatch(r.created())
	r.saved(first)
	r.clock.Advance(time.Second)
	r.saved(first)
	r.recorded(first)
	second := r.next(first)
	r.saved(second)
	r.saved(second)
	r.recorded(second)
}

func saveConcurrently(r *subtest) {
	in := r.created()
	first := r.dispatch(in)
	for range 2 { // over no record, then over revision 1
		var all []webhook.Dispatch
		for i := range 6 {
			d := first
			d.Reason = string(rune('a' + i))
			all = append(all, d)
		}
		won := r.race(len(all), func(i int) error { return r.store.SaveDispatch(r.Context(), all[i]) })
		if won < 0 {
			return
		}
		r.recorded(all[won])
		first = r.next(all[won])
	}
}

func saveForTwo(r *subtest) {
	a, b := r.created(), r.created()
	d := r.saved(r.dispatch(a))
	_, err := r.store.Dispatch(r.Context(), b.ID, d.ID)
	r.wantErr("read through another integration", err, webhook.ErrNotFound)
	twin := d
	twin.IntegrationID, twin.Reason = b.ID, "twin"
	r.saved(twin)
	r.recorded(d)
	r.recorded(twin)
}

// noise returns JSON of about n bytes that compresses to half its size.
func noise(n int) []byte {
	raw := make([]byte, n/2)
	src := rand.New(rand.NewPCG(1, 2))
	for i := range raw {
		raw[i] = byte(src.Uint32())
	}
	return []byte(`{"noise": "` + hex.EncodeToString(raw) + `"}`)
}

func saveLarge(r *subtest) {
	in := r.created()
	for _, event := range [][]byte{
		noise(200 << 10),
		[]byte(`{"repeated": "` + string(bytes.Repeat([]byte("all work and no play "), 50_000)) + `"}`), // 1 MiB
	} {
		d := r.dispatch(in)
		d.Event = event
		r.recorded(r.saved(d))
	}
}

func saveTooLarge(r *subtest) {
	in := r.created()
	d := r.dispatch(in)
	d.Event = noise(3 << 20)
	r.saved(d)
	r.saved(d) // an identical write
	kept := d
	kept.Event = nil
	r.recorded(kept)
	next := r.next(d)
	r.saved(next)
	next.Event = nil
	r.recorded(next)
}
