package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"time"

	"modernc.org/sqlite" // registers the driver "sqlite"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Options are the settings of a store. The zero value serves.
type Options struct {
	// Retention is how long a dispatch is kept after its last write; 30 days if zero.
	Retention time.Duration

	// Now tells the time; time.Now if nil.
	Now func() time.Time

	around func(commit func() error) error // tests put their faults here
}

const defaultRetention = 30 * 24 * time.Hour

func (o Options) withDefaults() Options {
	if o.Retention == 0 {
		o.Retention = defaultRetention
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.around == nil {
		o.around = func(commit func() error) error { return commit() }
	}
	return o
}

// Store keeps integrations and dispatches, and gives out their Queue. It is
// safe for concurrent use.
type Store struct {
	path string
	opt  Options
	lock *fileLock
	db   *sql.DB // the writer's only connection
	*writer
	read  *reader
	queue atomic.Pointer[Queue]

	integrations *cache[webhook.Integration]
	subscribed   *cache[[]webhook.Subscription]
	absent       *absent
}

// Open opens the database in the file of that path, which it creates if there
// is none, and brings its schema up to date. The directory must exist.
//
// It changes nothing, and the error says what to do, if the file is no
// database, another program's, in use by another process, or of a newer version of this
// program, which is webhook.ErrNewerFormat.
func Open(ctx context.Context, path string, opt Options) (*Store, error) {
	s := &Store{
		path: path, opt: opt.withDefaults(),
		integrations: integrationCache(), subscribed: subscriptionCache(), absent: newAbsent(),
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.shut((*fileLock).withdraw))
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	var err error
	if s.path, err = realPath(s.path); err != nil {
		return err
	}
	if s.lock, err = lockFile(s.path); err != nil {
		return err
	}
	syncDataOnly()
	if err := migrate(ctx, s.path); err != nil {
		return err
	}
	if s.db, err = connect(s.path, 1, writing...); err != nil {
		return err
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return explain(s.path, err)
	}
	s.writer = newWriter(s.path, conn, s.opt.around)
	readers, err := connect(s.path, maxReaders, "query_only(1)")
	if err != nil {
		return err
	}
	s.read = &reader{db: readers, path: s.path}
	return nil
}

// writing is how the writer's connection is set up: a log of up to 16 MiB before
// its pages go to their places, so that pages which many writes touch go there once, and 32 MiB of
// memory for pages.
var writing = []string{
	"journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(4000)", "journal_size_limit(67108864)", "cache_size(-32000)",
}

// syncDataOnly has SQLite sync by fdatasync, as it does on Linux unless it is transpiled: all that
// reading the data back takes is on disk, its times of change are not. That keeps commits out of the
// file system's journal, which is a tenth of their processor time and, on a busy disk, half of their
// waiting. Where there is no fdatasync, fsync stays.
func syncDataOnly() { _, _ = sqlite.Fdatasync(true) }

// maxReaders is how many connections read at most.
const maxReaders = 4

func connect(path string, most int, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	uri := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	db, err := sql.Open("sqlite", uri.String())
	if err != nil {
		return nil, explain(path, err)
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return db, nil
}

// Path returns where the database is: an absolute path, symbolic links followed.
func (s *Store) Path() string { return s.path }

// Close writes what is waiting, closes the file and gives it free.
func (s *Store) Close() error { return s.shut((*fileLock).Close) }

func (s *Store) shut(unlock func(*fileLock) error) error {
	var errs []error
	if q := s.queue.Load(); q != nil {
		q.stop()
	}
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	if s.read != nil {
		errs = append(errs, s.read.db.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.lock != nil {
		errs = append(errs, unlock(s.lock))
	}
	return errors.Join(errs...)
}
