package sqlitestore

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/thordata/webhook-integration/shared/storetest"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestStore(t *testing.T) {
	storetest.Test(t, func(t *testing.T, env storetest.Env) storetest.Store {
		return openFor(t, Options{Now: env.Now, Retention: env.Retention, around: env.Fuse.Around})
	})
}

func TestErasure(t *testing.T) {
	storetest.TestErasure(t, func(t *testing.T, env storetest.Env) (storetest.Store, storetest.Eraser) {
		s := openFor(t, Options{Now: env.Now, Retention: env.Retention, around: env.Fuse.Around})
		return s, s
	})
}

// openFor opens a store in a new file and closes it when the test ends.
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

func TestLoadOfANewerRecord(t *testing.T) {
	s := openFor(t, Options{})
	old, newer := dispatchAt(start, 1), dispatchAt(start, 2)
	for _, d := range []webhook.Dispatch{old, newer} {
		if err := s.SaveDispatch(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.write(t.Context(), func(t *tx) error {
		return t.exec(`UPDATE dispatches SET record = x'FF00' WHERE id = ?`, newer.ID)
	}); err != nil {
		t.Fatal(err)
	}
	loaded, err := s.Load(t.Context(), []webhook.Ref{{IntegrationID: "i", DispatchID: newer.ID}, {IntegrationID: "i", DispatchID: old.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if !errors.Is(loaded[0].Err, webhook.ErrNewerFormat) {
		t.Errorf("error = %v, want %v", loaded[0].Err, webhook.ErrNewerFormat)
	}
	if loaded[1].Err != nil || loaded[1].Dispatch.ID != old.ID {
		t.Errorf("the other ref: %+v", loaded[1])
	}
}
