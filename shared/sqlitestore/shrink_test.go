package sqlitestore

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/clock"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// month simulates days of a store with dispatches that are kept for 10 days, and returns its size after
// each.
func month(t *testing.T, path string, perDay func(day int) int) (sizes []int64) {
	t.Helper()
	held := clock.Hold(start)
	s, err := Open(t.Context(), path, Options{Now: held.Now, Retention: 10 * day})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	noise := rand.NewChaCha8([32]byte{1})
	for d := range 30 {
		for i := range perDay(d) {
			held.Advance(time.Second)
			event := make([]byte, 2000) // does not compress
			_, _ = noise.Read(event)
			err := s.SaveDispatch(t.Context(), webhook.Dispatch{
				ID: ids.Dispatch(held.Now(), fmt.Sprint(i), "i"), IntegrationID: fmt.Sprintf("i%d", i%7), UserID: "u",
				Status: webhook.DispatchSucceeded, CreatedAt: held.Now(), Event: fmt.Appendf(nil, `"%x"`, event), Revision: 1,
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		held.Advance(day - time.Duration(perDay(d))*time.Second)
		for n := 1; n > 0; {
			if n, err = s.Purge(t.Context(), 500); err != nil {
				t.Fatal(err)
			}
		}
		for n := 1; n > 0; {
			if n, err = s.Shrink(t.Context(), 256); err != nil || n > 256 {
				t.Fatal(n, err)
			}
		}
		if err := s.write(t.Context(), func(t *tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		checkpoint(t, s)
		sizes = append(sizes, size(path))
	}
	return sizes
}

// checkpoint writes the log into the file, whose size is then that of its pages.
func checkpoint(t *testing.T, s *Store) {
	t.Helper()
	db, err := connect(s.path, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
}

// With as many dispatches every day, the file stays as large as after the retention, and after a burst it
// becomes so again.
func TestFileShrinksAfterABurst(t *testing.T) {
	sizes := month(t, filepath.Join(t.TempDir(), "a.db"), func(day int) int {
		if day == 12 {
			return 600
		}
		return 40
	})
	level, burst, after := sizes[10], sizes[12], sizes[29]
	if sizes[11] > level*11/10 || burst < 2*level || after > level*13/10 {
		t.Errorf("sizes by day: %v; want level, then large, then level again", sizes)
	}
}

// A file of an earlier version has no track of its pages: it stays level because it reuses them.
func TestFileOfEarlierVersionStaysLevel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	earlier(t, path)
	sizes := month(t, path, func(int) int { return 40 })
	if sizes[29] > sizes[10]*11/10 {
		t.Errorf("sizes by day: %v; want the same from day 10 on", sizes)
	}
}

// earlier makes a file as versions did whose files cannot shrink.
func earlier(t *testing.T, path string) {
	t.Helper()
	db, err := connect(path, 1, pageSize)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for version := range migrations {
		if err := step(t.Context(), db, version); err != nil {
			t.Fatal(err)
		}
	}
}

// Shrinking loses nothing.
func TestShrunkFileIsIntact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	month(t, path, func(day int) int { return 1 + 100*(day%10/9) })
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var answer string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&answer); err != nil || answer != "ok" {
		t.Error(answer, err)
	}
}
