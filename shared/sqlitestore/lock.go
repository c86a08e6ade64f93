package sqlitestore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// fileLock is a lock on a file next to the database, held by one process at a time.
type fileLock struct {
	*flock.Flock
	made bool // this process created the file
}

var errInUse = errors.New("in use by another process")

// lockFile locks the database for this process.
func lockFile(path string) (*fileLock, error) {
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("database %s: there is no directory %s; make it, or name another file", path, dir)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("database %s: this is a directory; name a file", path)
	}
	for {
		_, missing := os.Stat(path + ".lock")
		lock := &fileLock{Flock: flock.New(path + ".lock"), made: missing != nil}
		ok, err := lock.TryLock()
		if err != nil {
			return nil, fmt.Errorf("database %s: its directory cannot be written; change its rights, or name another file: %w", path, err)
		}
		if !ok {
			return nil, fmt.Errorf("database %s: %w; end that one, or name another file", path, errInUse)
		}
		if lock.valid() {
			return lock, nil
		}
		_ = lock.Close() // the previous holder removed this file: other processes would lock a new one
	}
}

// valid reports whether the locked file is still the one at its path.
func (l *fileLock) valid() bool {
	held, err1 := l.Stat()
	named, err2 := os.Stat(l.Path())
	return err1 == nil && err2 == nil && os.SameFile(held, named)
}

// withdraw releases the lock and removes the file if this process created it. It removes the file
// before releasing: a process that has opened the file then gets the lock, finds it invalid, and
// tries again.
func (l *fileLock) withdraw() error {
	if l.made {
		_ = os.Remove(l.Path()) // Windows cannot remove open files; a leftover empty file is harmless
	}
	return l.Close()
}
