package sqlitestore

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Keys are managed by another process while the node has the file open: these are two connections.
func TestAccessKeysWhileTheStoreIsOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	store, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	keys, err := OpenAccessKeys(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()

	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	api := AccessKey{ID: "b", Kind: "api", UserID: "3406", Name: "CI", Secret: []byte{1, 2}, CreatedAt: noon}
	bus := AccessKey{ID: "a", Kind: "bus", Secret: []byte{3}, CreatedAt: noon.Add(time.Second)}
	for _, k := range []AccessKey{bus, api} {
		if err := keys.Add(t.Context(), k); err != nil {
			t.Fatal(err)
		}
	}
	if err := keys.Add(t.Context(), api); err == nil {
		t.Error("an id was stored twice")
	}
	for _, at := range []time.Duration{2 * time.Minute, time.Minute} { // the earlier one comes late
		if err := store.AccessKeyUsed(t.Context(), "b", noon.Add(at)); err != nil {
			t.Fatal(err)
		}
	}
	api.LastUsedAt = noon.Add(2 * time.Minute)
	if got, err := store.AccessKey(t.Context(), "b"); err != nil || !cmp.Equal(got, api) {
		t.Errorf("AccessKey = %+v, %v", got, err)
	}
	if all, err := keys.List(t.Context()); err != nil || !cmp.Equal(all, []AccessKey{api, bus}) {
		t.Errorf("List = %+v, %v", all, err)
	}
	if sealed, to, err := keys.LastSecret(t.Context()); err != nil || to != "a" || !cmp.Equal(sealed, bus.Secret) {
		t.Errorf("LastSecret = %v, %q, %v; want the one of the bus, which is sealed", sealed, to, err)
	}

	if err := keys.Remove(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	if err := keys.Remove(t.Context(), "b"); !errors.Is(err, webhook.ErrNotFound) {
		t.Errorf("the second Remove: %v", err)
	}
	if _, err := store.AccessKey(t.Context(), "b"); !errors.Is(err, webhook.ErrNotFound) {
		t.Errorf("AccessKey of a removed key: %v", err)
	}
	if err := store.AccessKeyUsed(t.Context(), "b", noon); err != nil {
		t.Errorf("AccessKeyUsed of a removed key: %v", err)
	}
}

func TestOpenAccessKeysUpgradesTheFile(t *testing.T) {
	for _, file := range []string{"schema1.sqlite.gz", "schema2.sqlite.gz", ""} {
		path := filepath.Join(t.TempDir(), "new.db")
		if file != "" {
			path = oldFile(t, file)
		}
		keys, err := OpenAccessKeys(t.Context(), path)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if err := keys.Add(t.Context(), AccessKey{ID: "a", Secret: []byte{1}}); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if err := keys.Close(); err != nil {
			t.Error(err)
		}
		store, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatalf("%s: the node cannot open it afterwards: %v", file, err)
		}
		if _, err := store.AccessKey(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		store.Close()
	}
}

func TestOpenAccessKeysOfAnOlderNode(t *testing.T) {
	path := oldFile(t, "schema1.sqlite.gz")
	lock, err := lockFile(path) // the older node runs
	if err != nil {
		t.Fatal(err)
	}
	defer lock.withdraw()
	if _, err := OpenAccessKeys(t.Context(), path); err == nil || !strings.Contains(err.Error(), "update the node first") {
		t.Errorf("error %v", err)
	}
}
