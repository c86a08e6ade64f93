package sqlitestore

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

func TestALockFileThatWasThereStays(t *testing.T) {
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

func TestOneHoldsTheLockWhileOthersWithdrawTheirs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	var holders, taken atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 500 {
				lock, err := lockFile(path)
				if err != nil {
					continue // another has it
				}
				taken.Add(1)
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d hold the lock", n)
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
		t.Error("nobody had it")
	}
}

func TestALockOnAFileThatWasRemovedIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	lock, err := lockFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if !lock.stands() {
		t.Error("the lock that was taken does not stand")
	}
	if err := os.Remove(lock.Path()); err != nil {
		t.Skip(err) // Windows removes no open file
	}
	if lock.stands() {
		t.Error("it stands though its file is gone")
	}
	if err := os.WriteFile(lock.Path(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if lock.stands() {
		t.Error("it stands though another file has its name")
	}
}
