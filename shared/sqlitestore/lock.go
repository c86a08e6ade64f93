package sqlitestore

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// fileLock is a lock on a file next to the database, held by one process at a time.
type fileLock struct {
	*flock.Flock
	made bool // the file was not there before
}

// lockFile takes the lock that makes the database this process's.
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
			return nil, fmt.Errorf("database %s: in use by another process; end that one, or name another file", path)
		}
		if lock.stands() {
			return lock, nil
		}
		_ = lock.Close() // its holder removed the file after it was opened here: others lock another one
	}
}

// stands reports whether the file that is locked is the one that others would open.
func (l *fileLock) stands() bool {
	held, err1 := l.Stat()
	named, err2 := os.Stat(l.Path())
	return err1 == nil && err2 == nil && os.SameFile(held, named)
}

// withdraw gives the lock up and leaves no file that was not there. The file is removed while it
// is held: whoever has opened it in between finds, once it has the lock, that it is no longer valid.
func (l *fileLock) withdraw() error {
	if l.made {
		_ = os.Remove(l.Path()) // Windows removes no open file; an empty one does no harm
	}
	return l.Close()
}
