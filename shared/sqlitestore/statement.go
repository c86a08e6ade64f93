package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// Statements run without the caller's context: each takes microseconds, but a context that can be
// cancelled costs a goroutine per statement.
var quick = context.Background()

// querier reads rows, inside or outside of a transaction.
type querier interface {
	// row reads one row into dest. It returns sql.ErrNoRows if there is none.
	row(query string, args, dest []any) error
}

// tx is the writer's connection. It prepares each statement once.
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

// exec executes a statement that writes.
func (t *tx) exec(query string, args ...any) error {
	_, err := t.change(query, args...)
	return err
}

// change executes a statement that writes, and returns the number of rows changed.
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

// rollback undoes the transaction, unless SQLite has already done so.
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

// reader reads committed data.
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
