package sqlitestore

import (
	"errors"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/clock"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const day = 24 * time.Hour

func count(t *testing.T, s *Store, table string) (n int) {
	t.Helper()
	if err := s.read.row("SELECT count(*) FROM "+table, nil, []any{&n}); err != nil {
		t.Fatal(err)
	}
	return n
}

func purge(t *testing.T, s *Store, limit, want int) {
	t.Helper()
	if n, err := s.Purge(t.Context(), limit); err != nil || n != want {
		t.Errorf("purged %d, %v; want %d", n, err, want)
	}
}

func dispatchAt(now time.Time, n int) webhook.Dispatch {
	return webhook.Dispatch{
		ID: ids.Dispatch(now, string(rune('a'+n)), "i"), IntegrationID: "i", UserID: "u",
		Status: webhook.DispatchSucceeded, CreatedAt: now, Event: []byte("{}"), Revision: 1,
	}
}

func TestPurgeDispatches(t *testing.T) {
	held := clock.Hold(start)
	s := openFor(t, Options{Now: held.Now, Retention: 30 * day})
	save := func(n int) webhook.Dispatch {
		t.Helper()
		d := dispatchAt(held.Now(), n)
		if err := s.SaveDispatch(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	for i := range 5 {
		save(i)
	}
	held.Advance(day)
	stays := save(9)
	purge(t, s, 100, 0)
	held.Advance(29*day - time.Millisecond)
	purge(t, s, 100, 0)
	held.Advance(time.Millisecond)
	purge(t, s, 2, 2)
	purge(t, s, 2, 2)
	purge(t, s, 2, 1)
	purge(t, s, 2, 0)
	if _, err := s.Dispatch(t.Context(), "i", stays.ID); err != nil {
		t.Errorf("the dispatch that has not expired: %v", err)
	}
}

func TestPurgeKeysAndVersions(t *testing.T) {
	held := clock.Hold(start)
	s := openFor(t, Options{Now: held.Now, Retention: 30 * day})
	first := webhook.Integration{ID: "i", UserID: "u", Version: 1, Status: webhook.Active}
	if _, err := s.CreateIntegration(t.Context(), first, webhook.CreateOptions{Quota: 1, Key: "k", KeyUntil: start.Add(day)}); err != nil {
		t.Fatal(err)
	}
	held.Advance(time.Hour)
	if err := s.SaveDispatch(t.Context(), dispatchAt(held.Now(), 1)); err != nil { // may refer to version 1
		t.Fatal(err)
	}
	held.Advance(time.Hour)
	if err := s.UpdateIntegration(t.Context(), first.Changed(held.Now())); err != nil {
		t.Fatal(err)
	}
	held.Advance(day)
	purge(t, s, 10, 1) // deletes the key
	if n := count(t, s, "keys"); n != 0 {
		t.Errorf("%d keys are left", n)
	}

	// The dispatch is redelivered on its last day, so its record, with the attempt made with
	// version 1, is kept longer.
	held.Advance(28 * day)
	again := dispatchAt(start.Add(time.Hour), 1)
	again.Revision = 2
	if err := s.SaveDispatch(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	held.Advance(10 * day)
	purge(t, s, 10, 0)
	if _, err := s.Version(t.Context(), "i", 1); err != nil {
		t.Errorf("the version that a dispatch refers to: %v", err)
	}

	held.Advance(20 * day)
	purge(t, s, 10, 2) // deletes the dispatch and the version
	if _, err := s.Version(t.Context(), "i", 1); !errors.Is(err, webhook.ErrNotFound) {
		t.Errorf("error = %v, want %v", err, webhook.ErrNotFound)
	}
	if _, err := s.Version(t.Context(), "i", 2); err != nil {
		t.Errorf("the current version: %v", err)
	}

	if err := s.DeleteIntegration(t.Context(), "u", "i", 2); err != nil {
		t.Fatal(err)
	}
	held.Advance(30 * day)
	purge(t, s, 10, 1)
	if n := count(t, s, "versions"); n != 0 {
		t.Errorf("%d versions of a deleted integration are left", n)
	}
}

func TestPurgeLinesDueEntriesAndRates(t *testing.T) {
	held := clock.Hold(start)
	s := openFor(t, Options{Now: held.Now, Retention: 30 * day})
	put := func(id string) {
		t.Helper()
		l := webhook.Line{UserID: "u", IntegrationID: id, DueAt: held.Now()}
		err := s.MoveLine(t.Context(), webhook.Line{}, l)
		err = errors.Join(err, s.PutDue(t.Context(), webhook.Due{At: held.Now(), UserID: "u", IntegrationID: id, DispatchID: "d"}))
		_, reserveErr := s.Reserve(t.Context(), id, 60, 1, held.Now())
		if err = errors.Join(err, reserveErr); err != nil {
			t.Fatal(err)
		}
	}
	want := func(lines, due, rates int) {
		t.Helper()
		if l, d, r := count(t, s, "lines"), count(t, s, "due"), count(t, s, "rates"); l != lines || d != due || r != rates {
			t.Errorf("%d lines, %d due entries and %d rates are left, want %d, %d, %d", l, d, r, lines, due, rates)
		}
	}
	for _, id := range []string{"a", "b", "c"} {
		put(id)
	}
	purge(t, s, 100, 0)
	want(3, 6, 3)
	held.Advance(2 * time.Hour)
	put("d")
	purge(t, s, 100, 3) // deletes the rates
	want(4, 8, 1)
	held.Advance(30*day - 2*time.Hour)
	purge(t, s, 2, 2+2+1)
	want(2, 6, 0)
	purge(t, s, 100, 1+4)
	want(1, 2, 0)
}
