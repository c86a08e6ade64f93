package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// Statements run without the caller's context: each takes microseconds, and a
// context that can end would cost a goroutine for every one.
var quick = context.Background()

// querier reads, in a transaction or outside of one.
type querier interface {
	// row reads one row into dest. It returns sql.ErrNoRows if there is none.
	row(query string, args, dest []any) error
}

// tx is the writer's connection. Its statements are prepared once.
type tx struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if s := t.stmts[query]; s != nil {
		return s, nil
	}
	s, err := t.conn.PrepareContext(quick, query)
	if err == nil {
		t.stmts[query] = s
	}
	return s, err
}

// exec writes.
func (t *tx) exec(query string, args ...any) error {
	_, err := t.change(query, args...)
	return err
}

// change writes, and returns how many rows it changed.
func (t *tx) change(query string, args ...any) (int64, error) {
	s, err := t.stmt(query)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(quick, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// rollback undoes the transaction, if SQLite has not done so by itself.
func (t *tx) rollback() { _ = t.exec("ROLLBACK") }

func (t *tx) row(query string, args, dest []any) error {
	s, err := t.stmt(query)
	if err != nil {
		return err
	}
	return s.QueryRowContext(quick, args...).Scan(dest...)
}

func (t *tx) close() error {
	var errs []error
	for _, s := range t.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, t.conn.Close())...)
}

// reader reads what is committed.
type reader struct {
	db    *sql.DB
	path  string
	mu    sync.Mutex
	stmts sync.Map // of query to *sql.Stmt
}

func (r *reader) stmt(query string) (*sql.Stmt, error) {
	if s, ok := r.stmts.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.stmts.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	s, err := r.db.PrepareContext(quick, query)
	if err != nil {
		return nil, explain(r.path, err)
	}
	r.stmts.Store(query, s)
	return s, nil
}

func (r *reader) row(query string, args, dest []any) error {
	s, err := r.stmt(query)
	if err != nil {
		return err
	}
	err = s.QueryRowContext(quick, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return explain(r.path, err)
}

func (r *reader) rows(query string, args []any, each func(*sql.Rows) (bool, error)) error {
	s, err := r.stmt(query)
	if err != nil {
		return err
	}
	return explain(r.path, walk(s, args, each))
}

func walk(s *sql.Stmt, args []any, each func(*sql.Rows) (bool, error)) error {
	rows, err := s.QueryContext(quick, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if more, err := each(rows); err != nil || !more {
			return err
		}
	}
	return rows.Err()
}
