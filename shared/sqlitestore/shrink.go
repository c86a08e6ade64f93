package sqlitestore

import "context"

// Shrink gives up to limit free pages of the file back to the file system and returns their number. It
// leaves as many free as are a quarter of those in use, because what comes next needs them: then a file
// whose records come and go stays as it is, and one that a burst has made large shrinks.
//
// It blocks other writes, like Purge, so call it with a limit of some hundreds, and again until it returns
// 0. Files that were made before SQLite was told to track pages do not shrink; they reuse free pages.
func (s *Store) Shrink(ctx context.Context, limit int) (freed int, err error) {
	err = s.write(ctx, func(t *tx) error {
		freed = 0
		var mode, pages, free int
		for query, dest := range map[string]*int{"PRAGMA auto_vacuum": &mode, "PRAGMA page_count": &pages, "PRAGMA freelist_count": &free} {
			if err := t.row(query, nil, []any{dest}); err != nil {
				return err
			}
		}
		const incremental = 2
		spare := (pages - free) / 4
		for mode == incremental && freed < limit && free-freed > spare {
			if err := t.exec("PRAGMA incremental_vacuum(1)"); err != nil {
				return err
			}
			freed++
		}
		return nil
	})
	return freed, err
}
