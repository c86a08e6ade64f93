package sqlitestore

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// refused checks that Open fails, and that the error is one line with the path and the hint.
func refused(t *testing.T, path, hint string) error {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err == nil {
		s.Close()
		t.Fatalf("%s was opened", path)
	}
	if text := err.Error(); !strings.Contains(text, path) || !strings.Contains(text, hint) || strings.Contains(text, "\n") {
		t.Errorf("error = %q, want one line with %q and the path", text, hint)
	}
	return err
}

// database creates a database like another program would.
func database(t *testing.T, statements string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a?b#c%20.db")
	db, err := connect(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenRejectsFilesThatAreNotDatabases(t *testing.T) {
	for name, content := range map[string]string{
		"short": "hello", "long": strings.Repeat("hello, world\n", 10_000), "almost": "SQLite format 3\x00" + strings.Repeat("x", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "notes.txt")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, path, "name another file")
			if got, _ := os.ReadFile(path); string(got) != content {
				t.Error("the file was changed")
			}
			if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
				t.Errorf("left files: %v", left)
			}
		})
	}
}

func TestOpenRejectsOtherProgramsDatabases(t *testing.T) {
	for name, statements := range map[string]string{
		"without application id":        "CREATE TABLE precious (x)",
		"with application id":           "PRAGMA application_id = 7; CREATE TABLE precious (x)",
		"with application id and empty": "PRAGMA application_id = 7",
		"in WAL mode":                   "PRAGMA journal_mode = WAL; CREATE TABLE precious (x)",
	} {
		t.Run(name, func(t *testing.T) {
			path := database(t, statements)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			refused(t, path, "belongs to another program; name another file")
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestOpenRejectsNewerDatabases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.write(t.Context(), func(t *tx) error { return t.exec("PRAGMA user_version = 99") }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := refused(t, path, "update the program"); !errors.Is(err, webhook.ErrNewerFormat) {
		t.Errorf("error = %v, want %v", err, webhook.ErrNewerFormat)
	}
}

func TestOpenRejectsDamagedDatabases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(content[100:], bytes.Repeat([]byte{0xEE}, 900)) // the first page of the schema
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, path, "the file is damaged")
}

func TestOpenRejectsImpossiblePaths(t *testing.T) {
	dir := t.TempDir()
	refused(t, filepath.Join(dir, "missing", "store.db"), "make it, or name another file")
	refused(t, dir, "this is a directory")
	refused(t, "/proc/store.db", "cannot be written") // not even by root
}

func TestOpenRejectsReadOnlyFiles(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write any file")
	}
	path := database(t, "PRAGMA user_version = 0")
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	refused(t, path, "cannot be written")
}

func TestOpenRejectsAFileInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	refused(t, path, "in use by another process")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("open after close: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenAcceptsEmptyFilesAndOddNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a?b#c%20 数据.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 {
		t.Errorf("the database is not in the file of that name: %v, %v", info, err)
	}
	var app int
	if err := s.read.row("PRAGMA application_id", nil, []any{&app}); err != nil || app != applicationID {
		t.Errorf("application id = %x, %v", app, err)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	s := openFor(t, Options{})
	if _, err := s.read.db.Exec("DELETE FROM messages"); err == nil {
		t.Error("a write through a reader succeeded")
	}
	if err := s.read.row("SELECT 1 WHERE 0", nil, []any{new(int)}); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("error = %v, want %v", err, sql.ErrNoRows)
	}
}

func TestFileIsLockedUnderAllItsNames(t *testing.T) {
	dir := t.TempDir()
	path, link, nowhere := filepath.Join(dir, "a.db"), filepath.Join(dir, "link.db"), filepath.Join(dir, "nowhere.db")
	for name, target := range map[string]string{link: path, nowhere: filepath.Join(dir, "gone.db")} {
		if err := os.Symlink(target, name); err != nil {
			t.Skip(err)
		}
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := Open(t.Context(), link, Options{}); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("open through a symbolic link: error = %v", err)
	}
	refused(t, nowhere, "a symbolic link to a missing file")
}

func TestOpenRejectsMissingWritePermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anything")
	}
	for name, readOnly := range map[string]func(path string) error{
		"the file":      func(path string) error { return os.Chmod(path, 0o400) },
		"its directory": func(path string) error { return os.Chmod(filepath.Dir(path), 0o500) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a.db")
			s, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(s.Close(), readOnly(path)); err != nil {
				t.Fatal(err)
			}
			defer os.Chmod(dir, 0o700)
			refused(t, path, "check the rights")
		})
	}
}
