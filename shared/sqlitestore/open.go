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

// Options configure a store. The zero value uses the defaults.
type Options struct {
	// Retention is how long a dispatch is kept after its last write; 30 days if zero.
	Retention time.Duration

	// Now is the clock; time.Now if nil.
	Now func() time.Time

	around func(commit func() error) error // tests inject failures here
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

// Store stores integrations and dispatches, and opens their Queue. It is safe for concurrent use.
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

// Open opens the database file at path and upgrades its schema. It creates the file if it does not
// exist; the directory must exist.
//
// It fails without changing the file, and says what to do, if the file is not a database, belongs
// to another program, is in use by another process, or was written by a newer version of this
// program (webhook.ErrNewerFormat).
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

// writing are the settings of the writer's connection. The write-ahead log grows to 16 MiB before a
// checkpoint, so that pages changed by many writes are copied once. The page cache has 32 MiB.
var writing = []string{
	"journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(4000)", "journal_size_limit(67108864)", "cache_size(-32000)",
}

// syncDataOnly makes SQLite sync with fdatasync, as its C version does on Linux. Everything needed
// to read the data back is on disk; only the file's timestamps may not be. This keeps commits out
// of the file system's journal, which would take a tenth of their CPU time and, on a busy disk,
// half of their waiting time. Systems without fdatasync use fsync.
func syncDataOnly() { _, _ = sqlite.Fdatasync(true) }

// maxReaders is the maximum number of read connections.
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

// Path returns the absolute path of the database, with symbolic links resolved.
func (s *Store) Path() string { return s.path }

// Close finishes the waiting writes, closes the file and unlocks it.
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
