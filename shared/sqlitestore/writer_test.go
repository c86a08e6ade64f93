package sqlitestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// busy blocks the writer until release is called, so that writes wait.
func busy(t *testing.T, s *Store) (release func()) {
	t.Helper()
	started, end := make(chan struct{}), make(chan struct{})
	s.submit(request{
		op:   func(*tx) error { close(started); <-end; return nil },
		done: func(error) {},
	})
	<-started
	return func() { close(end) }
}

func insertKey(n int) op {
	return func(t *tx) error {
		return t.exec(`INSERT INTO keys (user_id, key, integration_id, fingerprint, until) VALUES ('u', ?, 'i', 'f', 0)`, fmt.Sprint(n))
	}
}

func keyCount(t *testing.T, s *Store) (n int) {
	t.Helper()
	if err := s.read.row(`SELECT count(*) FROM keys`, nil, []any{&n}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWaitingWritesShareACommit(t *testing.T) {
	var commits atomic.Int32
	s := openFor(t, Options{around: func(commit func() error) error {
		commits.Add(1)
		return commit()
	}})
	release := busy(t, s)
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Add(1)
		s.submit(request{insertKey(i), func(err error) {
			if err != nil {
				t.Error(err)
			}
			wg.Done()
		}})
	}
	release()
	wg.Wait()
	if n := commits.Load(); n != 2 {
		t.Errorf("101 writes took %d commits, want 2", n)
	}
	if n := keyCount(t, s); n != 100 {
		t.Errorf("%d rows were written, want 100", n)
	}
}

func TestFailedWriteDoesNotAffectOthers(t *testing.T) {
	boom := errors.New("boom")
	for name, bad := range map[string]struct {
		op   op
		want string
	}{
		"unexpected error":        {func(t *tx) error { return errors.Join(insertKey(1000)(t), boom) }, "boom"},
		"expected error":          {func(t *tx) error { return webhook.ErrConflict }, webhook.ErrConflict.Error()},
		"violated constraint":     {insertKey(1), "constraint"},
		"panic":                   {func(t *tx) error { panic("ouch") }, "ouch"},
		"op ends the transaction": {func(t *tx) error { return errors.Join(t.exec("ROLLBACK"), boom) }, "boom"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openFor(t, Options{})
			if err := s.write(t.Context(), insertKey(1)); err != nil {
				t.Fatal(err)
			}
			release := busy(t, s)
			errs := make(chan error, 3)
			for _, do := range []op{insertKey(2), bad.op, insertKey(3)} {
				s.submit(request{do, func(err error) { errs <- err }})
			}
			release()
			first, second, third := <-errs, <-errs, <-errs
			if first != nil || third != nil {
				t.Errorf("other writes: %v, %v", first, third)
			}
			if second == nil || !strings.Contains(second.Error(), bad.want) {
				t.Errorf("error = %v, want %q", second, bad.want)
			}
			if n := keyCount(t, s); n != 3 {
				t.Errorf("%d rows were written, want 3", n)
			}
		})
	}
}

func TestFailedCommitWritesNothing(t *testing.T) {
	fault := errors.New("the disk is gone")
	fail := false
	s := openFor(t, Options{around: func(commit func() error) error {
		if fail {
			return fault
		}
		return commit()
	}})
	fail = true // no race: the writer reads it after the write below was submitted
	if err := s.write(t.Context(), insertKey(1)); !errors.Is(err, fault) || !strings.Contains(err.Error(), s.path) {
		t.Errorf("error = %v, want %v with the path", err, fault)
	}
	fail = false
	if err := s.write(t.Context(), insertKey(2)); err != nil {
		t.Errorf("write after the failed commit: %v", err)
	}
	if n := keyCount(t, s); n != 1 {
		t.Errorf("%d rows were written, want 1", n)
	}
}

// SQLite's limit on the file size simulates a full disk.
func TestStoreRecoversFromAFullDisk(t *testing.T) {
	s := openFor(t, Options{})
	bound := func(pages int) {
		t.Helper()
		if err := s.write(t.Context(), func(t *tx) error { return t.exec(fmt.Sprint("PRAGMA max_page_count = ", pages)) }); err != nil {
			t.Fatal(err)
		}
	}
	bound(50)
	d := webhook.Dispatch{ID: "d", IntegrationID: "i", UserID: "u", Status: webhook.DispatchSucceeded, Revision: 1}
	var noise bytes.Buffer
	for i := range 100_000 {
		fmt.Fprintf(&noise, "%x", i*i*7919)
	}
	d.Event = noise.Bytes()
	err := s.SaveDispatch(t.Context(), d)
	if err == nil || !strings.Contains(err.Error(), s.path) || !strings.Contains(err.Error(), "the disk is full") {
		t.Fatalf("error = %v, want one that names the file and says that the disk is full", err)
	}
	if _, err := s.Dispatch(t.Context(), "i", "d"); !errors.Is(err, webhook.ErrNotFound) {
		t.Errorf("read while the disk is full: %v", err)
	}
	small := d
	small.ID, small.Event = "small", []byte("{}")
	if err := s.SaveDispatch(t.Context(), small); err != nil {
		t.Errorf("a write that fits: %v", err)
	}
	bound(100_000)
	if err := s.SaveDispatch(t.Context(), d); err != nil {
		t.Errorf("write after space was freed: %v", err)
	}
	if got, err := s.Dispatch(t.Context(), "i", "d"); err != nil || !bytes.Equal(got.Event, d.Event) {
		t.Errorf("read: %v", err)
	}
}

func TestCancelledCallerStopsWaiting(t *testing.T) {
	s := openFor(t, Options{})
	release := busy(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { left <- s.write(ctx, insertKey(1)) }()
	for len(s.requests) == 0 { // until it waits
	}
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
	release()
	if err := s.write(ctx, insertKey(2)); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
}

func TestCloseFinishesWaitingWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	release := busy(t, s)
	done := make(chan error, 1)
	s.submit(request{insertKey(1), func(err error) { done <- err }})
	release()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("the waiting write: %v", err)
	}
	if err := s.write(t.Context(), insertKey(2)); !errors.Is(err, errClosed) {
		t.Errorf("error = %v, want %v", err, errClosed)
	}
	if s, err = Open(t.Context(), path, Options{}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n := keyCount(t, s); n != 1 {
		t.Errorf("%d rows are stored, want 1", n)
	}
}
