package sqlitestore

import (
	"fmt"
	"testing"
)

// A test cannot cut the power, and kill -9 does not lose writes that are not synced. So this checks
// the settings of the writer's connection that make a commit durable.
func TestEveryCommitIsSynced(t *testing.T) {
	s := openFor(t, Options{})
	for pragma, want := range map[string]string{
		"synchronous":  "2", // FULL
		"journal_mode": "wal",
	} {
		var got any
		err := s.write(t.Context(), func(tx *tx) error { return tx.row("PRAGMA "+pragma, nil, []any{&got}) })
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s = %v, %v; want %s", pragma, got, err, want)
		}
	}
}
