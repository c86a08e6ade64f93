package sqlitestore

import (
	"path/filepath"
	"testing"
)

// A backup of a file of an earlier version, which cannot shrink, can.
func TestBackupCanShrink(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	earlier(t, from)
	if err := Backup(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	db, err := connect(to, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var mode, page int
	if err := db.QueryRowContext(t.Context(), "SELECT auto_vacuum, page_size FROM pragma_auto_vacuum(), pragma_page_size()").Scan(&mode, &page); err != nil || mode != 2 || page != 8192 {
		t.Errorf("auto_vacuum %d, page_size %d, %v", mode, page, err)
	}
}
