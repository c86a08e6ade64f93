package sqlitestore

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

func TestExistingLockFileIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	for _, name := range []string{path, path + ".lock"} {
		if err := os.WriteFile(name, []byte("hello"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, path, "name another file")
	if _, err := os.Stat(path + ".lock"); err != nil {
		t.Error(err)
	}
}

func TestLockIsExclusiveWhileOthersWithdraw(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	var holders, taken atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 500 {
				lock, err := lockFile(path)
				if err != nil {
					continue // another goroutine holds it
				}
				taken.Add(1)
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d goroutines hold the lock", n)
				}
				holders.Add(-1)
				if err := lock.withdraw(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if taken.Load() == 0 {
		t.Error("nobody got the lock")
	}
}

func TestLockOnARemovedFileIsInvalid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	lock, err := lockFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if !lock.valid() {
		t.Error("a new lock is invalid")
	}
	if err := os.Remove(lock.Path()); err != nil {
		t.Skip(err) // Windows cannot remove open files
	}
	if lock.valid() {
		t.Error("valid after its file was removed")
	}
	if err := os.WriteFile(lock.Path(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if lock.valid() {
		t.Error("valid after its file was replaced")
	}
}
