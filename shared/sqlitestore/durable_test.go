package sqlitestore

import (
	"fmt"
	"testing"
)

// No test can cut the power: kill -9 leaves to the system what was not synced.
// So what makes a commit survive that is held by name, as the writer's connection has it.
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
