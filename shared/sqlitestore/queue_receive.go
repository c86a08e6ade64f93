package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

// Receive waits until a message is due and a slot is free for it, and takes
// both. EventSourceARN ends with the name of the queue. The receiver is to Delete the message, or
// Release it; until then, or until its visibility timeout has passed, it holds the slot.
//
// It returns ctx's error, or one of the disk; the message then comes again.
func (q *Queue) Receive(ctx context.Context) (events.SQSMessage, error) {
	for {
		e, err := q.take(ctx)
		if err != nil {
			return events.SQSMessage{}, err
		}
		body, err := q.body(e)
		if err == nil {
			return sqsMessage(e, body), nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			q.Release(sqsMessage(e, ""))
			return events.SQSMessage{}, fmt.Errorf("message %d: %w", e.id, err)
		}
		q.mu.Lock() // it was never written
		if current := q.index.inFlight[e.id]; current != nil {
			q.index.drop(current)
			q.serve()
		}
		q.mu.Unlock()
	}
}

// take returns a copy of the entry, which goes on changing.
func (q *Queue) take(ctx context.Context) (entry, error) {
	if err := ctx.Err(); err != nil {
		return entry{}, err
	}
	q.mu.Lock()
	if e, ok := q.next(); ok {
		q.mu.Unlock()
		return e, nil
	}
	turn := make(chan entry, 1)
	q.waiters.push(turn)
	q.mu.Unlock()
	select {
	case e := <-turn:
		return e, nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.waiters.remove(func(c chan entry) bool { return c == turn }) { // it was just served
		if e := <-turn; q.index.inFlight[e.id] != nil {
			current := q.index.inFlight[e.id]
			q.keep(current, e.body)
			q.index.untake(current)
			q.serve()
		}
	}
	return entry{}, ctx.Err()
}

// next takes a message that is ready. Its body leaves the memory with it.
func (q *Queue) next() (entry, bool) {
	now := q.opt.Clock.Now()
	e := q.index.take(millis(now), millis(now.Add(q.opt.Visibility)))
	if e == nil {
		return entry{}, false
	}
	q.arm()
	taken := *e
	q.fresh -= len(e.body)
	e.body = ""
	return taken, true
}

// keep puts a body back into memory.
func (q *Queue) keep(e *entry, body string) {
	e.body = body
	q.fresh += len(body)
}

// serve gives those who wait what has become ready, and sets the timer.
func (q *Queue) serve() {
	for q.waiters.len() > 0 {
		e, ok := q.next()
		if !ok {
			break
		}
		q.waiters.pop() <- e
	}
	q.arm()
}

// body returns the message's body: from memory if it is fresh.
func (q *Queue) body(e entry) (body string, err error) {
	if e.body != "" {
		return e.body, nil
	}
	err = q.store.read.row(`SELECT body FROM messages WHERE id = ?`, []any{e.id}, []any{&body})
	return body, err
}
