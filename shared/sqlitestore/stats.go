package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"os"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Stats are figures of a store.
type Stats struct {
	Closed, Open, Releasing int // integrations by the state of their breaker

	FileBytes int64 // of the database file
	FreeBytes int64 // of its pages that are free
	WALBytes  int64 // of the write-ahead log
}

// Stats reads all integrations, but no dispatches.
func (s *Store) Stats() (Stats, error) {
	var st Stats
	const states = `SELECT coalesce(json_extract(nullif(breaker, ''), '$.state'), ''), count(*) FROM integrations GROUP BY 1`
	err := s.read.rows(states, nil, func(rows *sql.Rows) (bool, error) {
		var state webhook.BreakerState
		var n int
		err := rows.Scan(&state, &n)
		switch state {
		case webhook.BreakerOpen:
			st.Open = n
		case webhook.BreakerReleasing:
			st.Releasing = n
		default:
			st.Closed += n
		}
		return true, err
	})
	if err != nil {
		return st, err
	}
	if err := s.read.row(`SELECT freelist_count * page_size FROM pragma_freelist_count(), pragma_page_size()`, nil, []any{&st.FreeBytes}); err != nil {
		return st, err
	}
	st.FileBytes, st.WALBytes = size(s.path), size(s.path+"-wal")
	return st, nil
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// CheckWritable writes to the file, and returns once that is on disk.
func (s *Store) CheckWritable(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		return t.exec(fmt.Sprintf("PRAGMA user_version = %d", len(migrations))) // unchanged, but written
	})
}
