package storetest

import (
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func lines() []check {
	return []check{
		{"is missing at first", lineMissing},
		{"every field is kept", lineKept},
		{"moving replaces the line and its due entry", lineMoved},
		{"moving a changed line is a conflict", lineStale},
		{"one of several concurrent moves wins", lineConcurrently},
		{"is removed with its due entry", lineRemoved},
		{"expires when it is not moved", lineExpired},
	}
}

// place returns a line of an integration that is due in the given number of minutes.
func (r *subtest) place(in webhook.Integration, minutes int) webhook.Line {
	return webhook.Line{
		UserID: in.UserID, IntegrationID: in.ID, Shards: in.Shards,
		DueAt: r.clock.Now().Add(time.Duration(minutes) * time.Minute), After: "some#cursor",
	}
}

// moved replaces line from with to.
func (r *subtest) moved(from, to webhook.Line) webhook.Line {
	r.Helper()
	r.must("move line", r.store.MoveLine(r.Context(), from, to))
	return to
}

// wantLine fails the test unless the line is stored as given, with its due entry.
func (r *subtest) wantLine(want webhook.Line) {
	r.Helper()
	got, err := r.store.Line(r.Context(), want.IntegrationID)
	r.must("read line", err)
	r.same("line", got, want)
	r.wantDue(want.IntegrationID, want.Due())
}

// wantNoLine fails the test if the integration has a line or a due entry.
func (r *subtest) wantNoLine(integrationID string) {
	r.Helper()
	_, err := r.store.Line(r.Context(), integrationID)
	r.wantErr("read a missing line", err, webhook.ErrNotFound)
	r.wantDue(integrationID)
}

func lineMissing(r *subtest) { r.wantNoLine(r.created().ID) }

func lineKept(r *subtest) {
	in := r.created()
	l := r.place(in, 1)
	r.full(l)
	r.wantLine(r.moved(webhook.Line{}, l))
	got, err := r.store.Line(r.Context(), in.ID)
	r.must("read line", err)
	r.utc("dueAt", got.DueAt)

	bare := webhook.Line{IntegrationID: r.created().ID, UserID: r.user, DueAt: r.clock.Now()}
	r.wantLine(r.moved(webhook.Line{}, bare))
}

func lineMoved(r *subtest) {
	in := r.created()
	d := webhook.Due{At: r.clock.Now(), UserID: r.user, IntegrationID: in.ID, DispatchID: r.dispatch(in).ID, Shards: in.Shards}
	first := r.moved(webhook.Line{}, r.place(in, 1))
	r.moved(webhook.Line{}, first) // an identical move
	r.wantLine(first)
	second := r.place(in, 2)
	second.After, second.Shards = "", 8
	for range 2 {
		r.moved(first, second)
		r.wantLine(second)
	}
	third := second
	third.After = "further" // due at the same time
	r.wantLine(r.moved(second, third))
	r.wantLine(r.moved(third, third))
	r.must("put due", r.store.PutDue(r.Context(), d)) // a dispatch's entry is not changed
	fourth := r.moved(third, r.place(in, -1))
	r.wantDue(in.ID, fourth.Due(), d)
}

func lineStale(r *subtest) {
	in := r.created()
	first := r.moved(webhook.Line{}, r.place(in, 1))
	wantConflict := func(what string, from webhook.Line) {
		r.Helper()
		to := r.place(in, 10)
		to.After = "another"
		r.wantErr("move "+what, r.store.MoveLine(r.Context(), from, to), webhook.ErrConflict)
		got, err := r.store.Line(r.Context(), in.ID)
		r.must("read line", err)
		r.same("line", got, first)
	}
	wantConflict("none", webhook.Line{})
	for name, change := range map[string]func(*webhook.Line){
		"another time":   func(l *webhook.Line) { l.DueAt = l.DueAt.Add(time.Millisecond) },
		"another cursor": func(l *webhook.Line) { l.After = "x" },
		"no cursor":      func(l *webhook.Line) { l.After = "" },
		"other shards":   func(l *webhook.Line) { l.Shards = 16 },
	} {
		from := first
		change(&from)
		wantConflict(name, from)
		r.wantErr("remove "+name, r.store.RemoveLine(r.Context(), from), webhook.ErrConflict)
	}
	none := r.created()
	r.wantErr("move a missing line", r.store.MoveLine(r.Context(), r.place(none, 1), r.place(none, 2)), webhook.ErrConflict)
	_, err := r.store.Line(r.Context(), none.ID)
	r.wantErr("read line", err, webhook.ErrNotFound)
}

func lineConcurrently(r *subtest) {
	in := r.created()
	from := webhook.Line{}
	for range 3 { // over no line, then over an existing line
		var all []webhook.Line
		for i := range 6 {
			l := r.place(in, i/2) // two of them are due at the same time
			l.After = string(rune('a' + i))
			all = append(all, l)
		}
		won := r.race(len(all), func(i int) error { return r.store.MoveLine(r.Context(), from, all[i]) })
		if won < 0 {
			return
		}
		got, err := r.store.Line(r.Context(), in.ID)
		r.must("read line", err)
		r.same("line", got, all[won])
		found := false
		for _, d := range r.allDue(in.ID) {
			found = found || d == all[won].Due()
		}
		if !found {
			r.Errorf("the line that won has no due entry")
		}
		from = all[won]
		r.clock.Advance(time.Hour)
	}
}

func lineRemoved(r *subtest) {
	in := r.created()
	l := r.moved(webhook.Line{}, r.place(in, 1))
	for range 2 {
		r.must("remove line", r.store.RemoveLine(r.Context(), l))
		r.wantNoLine(in.ID)
	}
	r.wantLine(r.moved(webhook.Line{}, r.place(in, 5)))
}

func lineExpired(r *subtest) {
	in := r.created()
	l := r.moved(webhook.Line{}, r.place(in, 1))
	r.clock.Advance(retention - slack)
	r.wantLine(l)
	r.clock.Advance(2*slack + time.Minute)
	r.wantNoLine(in.ID)
	r.wantLine(r.moved(webhook.Line{}, r.place(in, 5)))

	late := r.created()
	l = r.moved(webhook.Line{}, r.place(late, 1))
	r.clock.Advance(retention + slack + time.Minute)
	r.wantErr("move an expired line", r.store.MoveLine(r.Context(), l, r.place(late, 2)), webhook.ErrConflict)
}
