package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// maxBatch is the maximum number of writes per transaction.
const maxBatch = 512

// op is a part of a transaction. It must decide before it writes: an op that returns an error of
// package webhook must not have written anything. It may be called more than once, also after its
// caller has stopped waiting.
type op func(*tx) error

type request struct {
	op   op
	done func(error) // called once, must not block
}

// writer does all writes, in one goroutine and on one connection.
type writer struct {
	path   string
	tx     *tx
	around func(commit func() error) error

	requests chan request
	ended    chan struct{} // closed when the goroutine has ended
	mu       sync.RWMutex  // guards the closing of requests
	closed   bool
}

func newWriter(path string, conn *sql.Conn, around func(func() error) error) *writer {
	w := &writer{
		path: path, tx: &tx{conn: conn, stmts: map[string]*sql.Stmt{}}, around: around,
		requests: make(chan request, maxBatch), ended: make(chan struct{}),
	}
	go w.run()
	return w
}

// write executes op and waits until it is on disk. It returns the op's own error, or an error that
// names the file. If ctx ends first, the op may still be executed.
func (w *writer) write(ctx context.Context, do op) error {
	return w.writeThen(ctx, do, func(error) {})
}

// writeThen is write followed by then, which is called in the order of the writes, even if the
// caller no longer waits. then must not block.
func (w *writer) writeThen(ctx context.Context, do op, then func(error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	answer := make(chan error, 1)
	w.submit(request{do, func(err error) {
		then(err)
		answer <- err
	}})
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// submit queues an op.
func (w *writer) submit(r request) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		r.done(errClosed)
		return
	}
	w.requests <- r
}

// close executes what was submitted and accepts no more.
func (w *writer) close() error {
	w.mu.Lock()
	first := !w.closed
	if first {
		w.closed = true
		close(w.requests)
	}
	w.mu.Unlock()
	<-w.ended
	if !first {
		return nil
	}
	return w.tx.close()
}

func (w *writer) run() {
	defer close(w.ended)
	batch := make([]request, 0, maxBatch)
	for r := range w.requests {
		// The callers answered by the last commit are ready to run, and many will submit their next
		// write. Running them first makes commits larger: under load it saves a tenth of the CPU
		// time per write, and it costs nothing without load.
		runtime.Gosched()
		batch = w.collect(append(batch[:0], r))
		w.commit(batch)
		clear(batch)
	}
}

// collect adds the waiting requests to the batch.
func (w *writer) collect(batch []request) []request {
	for len(batch) < maxBatch {
		select {
		case r, ok := <-w.requests:
			if !ok {
				return batch
			}
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// commit executes a batch in one transaction. If an op fails with an unexpected error, the
// transaction is rolled back and each op gets its own.
func (w *writer) commit(batch []request) {
	results := make([]error, len(batch))
	failed, err := w.transact(batch, results)
	if failed && len(batch) > 1 {
		for i := range batch {
			w.commit(batch[i : i+1])
		}
		return
	}
	for i, r := range batch {
		if err != nil {
			r.done(explain(w.path, err))
			continue
		}
		r.done(results[i])
	}
}

// transact executes a batch and fills in the results. failed reports whether an op caused the
// rollback.
func (w *writer) transact(batch []request, results []error) (failed bool, err error) {
	if err := w.tx.exec("BEGIN IMMEDIATE"); err != nil {
		return false, err
	}
	for i, r := range batch {
		results[i] = protect(r.op, w.tx)
		if results[i] != nil && !decided(results[i]) {
			w.tx.rollback()
			return true, results[i]
		}
	}
	if err := w.around(func() error { return w.tx.exec("COMMIT") }); err != nil {
		w.tx.rollback()
		return false, err
	}
	return false, nil
}

// protect recovers from a panic of an op, so that the writer goes on.
func protect(do op, t *tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a write panicked: %v", p)
		}
	}()
	return do(t)
}

// decided reports whether err is an expected result of an op rather than a failure.
func decided(err error) bool {
	for _, e := range []error{webhook.ErrNotFound, webhook.ErrConflict, webhook.ErrQuota, webhook.ErrKeyReused, webhook.ErrNewerFormat} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
