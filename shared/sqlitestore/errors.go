package sqlitestore

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// errClosed is returned by writes to a closed store.
var errClosed = errors.New("the store is closed")

// explain adds the file and what to do to an error of SQLite.
func explain(path string, err error) error {
	if err == nil {
		return nil
	}
	hint := ""
	switch code(err) {
	case sqlite3.SQLITE_FULL:
		hint = "the disk is full, nothing was written; make room and it goes on: "
	case sqlite3.SQLITE_IOERR:
		hint = "the disk reports an I/O error; check the disk and its free space: "
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		hint = "it cannot be written; check the rights of the file and its directory: "
	case sqlite3.SQLITE_CANTOPEN:
		hint = "it cannot be opened; check that its directory exists and may be written: "
	case sqlite3.SQLITE_NOTADB:
		hint = "the file is not a database; name another file: "
	case sqlite3.SQLITE_CORRUPT:
		hint = "the file is damaged; restore a copy, or name another file: "
	case sqlite3.SQLITE_BUSY:
		hint = "another program holds a lock on it; end that program: "
	}
	return fmt.Errorf("database %s: %s%w", path, hint, err)
}

// code returns SQLite's primary result code, or 0 for other errors.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xFF
	}
	return 0
}
