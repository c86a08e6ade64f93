package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// received returns the entry of a message in flight, or nil if the receipt is outdated.
func (q *Queue) received(m events.SQSMessage) *entry {
	id, rest, _ := strings.Cut(m.ReceiptHandle, "/")
	n, _ := strconv.ParseInt(id, 10, 64)
	e := q.index.inFlight[n]
	if e == nil || rest != strconv.Itoa(int(e.lane))+"/"+strconv.Itoa(int(e.receives)) {
		return nil
	}
	return e
}

// Delete deletes a received message and frees its slot. It does not wait for the disk: after a
// crash, the message may be delivered again. If its visibility timeout has passed, Delete does
// nothing and the message is delivered again.
func (q *Queue) Delete(m events.SQSMessage) {
	q.mu.Lock()
	e := q.received(m)
	if e == nil {
		q.mu.Unlock()
		return
	}
	id := e.id
	q.index.drop(e)
	q.serve()
	q.mu.Unlock()
	q.erase(id)
}

// eraseAgain is the wait before a failed deletion is repeated.
const eraseAgain = time.Second

func (q *Queue) erase(id int64) {
	q.store.submit(request{
		op: func(t *tx) error { return t.exec(`DELETE FROM messages WHERE id = ?`, id) },
		done: func(err error) {
			if err != nil && !errors.Is(err, errClosed) {
				q.opt.Clock.AfterFunc(eraseAgain, func() { q.erase(id) })
			}
		},
	})
}

// Release frees the slot of a message without deleting it. The message becomes visible at the time
// set by Hide, or else after its visibility timeout.
func (q *Queue) Release(m events.SQSMessage) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if e := q.received(m); e != nil {
		q.index.settle(e)
		q.serve()
	}
}

// Hide sets when a received message becomes visible again, like ChangeMessageVisibility of SQS. The
// time is also stored on disk. The message holds its slot until it is released.
func (q *Queue) Hide(ctx context.Context, m events.SQSMessage, d time.Duration) error {
	q.mu.Lock()
	e := q.received(m)
	if e == nil {
		q.mu.Unlock()
		return fmt.Errorf("message %s is not in flight with this receipt: its visibility timeout has passed", m.MessageId)
	}
	was, due := *e, millis(q.opt.Clock.Now().Add(d))
	q.mu.Unlock()
	const update = `UPDATE messages SET queue = ?, receives = ?, visible_at = ?, first_received_at = ? WHERE id = ?`
	return q.store.writeThen(ctx, func(t *tx) error {
		return t.exec(update, was.lane, was.receives, due, was.first, was.id)
	}, func(err error) {
		q.mu.Lock()
		defer q.mu.Unlock()
		if e := q.received(m); e != nil && err == nil {
			q.index.delay(e, due)
			q.arm()
		}
	})
}
