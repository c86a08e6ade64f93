package sqlitestore

import (
	"path/filepath"
	"testing"

	"github.com/thordata/webhook-integration/shared/storetest"
)

func TestStore(t *testing.T) {
	storetest.Test(t, func(t *testing.T, env storetest.Env) storetest.Store {
		return openFor(t, Options{Now: env.Now, Retention: env.Retention, around: env.Fuse.Around})
	})
}

// openFor opens a store in a file of its own until the test ends.
func openFor(t testing.TB, opt Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}
