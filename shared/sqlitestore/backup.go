package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a copy of the database at from to a new file, also while a node has it open: the copy is
// what was on disk when it began. It has no free pages. Backup checks that the copy opens and is intact
// before it gives it its name, so an interrupted backup leaves only a file that ends in .partial.
//
// It returns fs.ErrExist if there is a file at to already, and webhook.ErrNewerFormat if the database was
// written by a newer version of this program.
func Backup(ctx context.Context, from, to string) error {
	from, err := realPath(from)
	if err != nil {
		return err
	}
	if _, err := os.Stat(from); err != nil {
		return fmt.Errorf("database %s: %w", from, fs.ErrNotExist) // SQLite would create it
	}
	if to, err = filepath.Abs(to); err != nil { // a URI needs it
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("backup %s: %w; name a new file", to, fs.ErrExist)
	}
	partial := to + ".partial"
	if err := private(partial); err != nil {
		return err
	}
	defer os.Remove(partial)
	if err := copyInto(ctx, from, partial); err != nil {
		return err
	}
	if err := verify(ctx, partial); err != nil {
		return err
	}
	if err := syncFile(partial); err != nil {
		return err
	}
	if err := os.Rename(partial, to); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(to))
}

// private makes an empty file that only this user may read: SQLite writes into it.
func private(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func copyInto(ctx context.Context, from, to string) error {
	db, err := connect(from, 1, freesPages) // of the copy
	if err != nil {
		return err
	}
	defer db.Close()
	version, err := identify(ctx, db, from)
	if err != nil {
		return err
	}
	if version == 0 {
		return fmt.Errorf("database %s: it is empty; name the node's database", from)
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	if err != nil {
		return fmt.Errorf("backup %s: %w", to, explain(from, err))
	}
	return nil
}

// verify checks a copy.
func verify(ctx context.Context, path string) error {
	db, err := connect(path, 1, "query_only(1)")
	if err != nil {
		return err
	}
	defer db.Close()
	var answer string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&answer); err != nil {
		return explain(path, err)
	}
	if answer != "ok" {
		return fmt.Errorf("backup %s is damaged, as the database may be: %s", path, answer)
	}
	_, err = identify(ctx, db, path)
	return err
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDirectory makes a new name last. Systems that cannot sync directories need not.
func syncDirectory(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}
