package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

// Receive waits until a message is visible and a slot is free for it, and takes both.
// EventSourceARN ends with the name of the queue. The receiver must Delete or Release the message.
// It holds the slot until then, or until the visibility timeout has passed.
//
// It returns ctx's error or a disk error; after a disk error the message is delivered again.
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
		q.mu.Lock() // the message was never written
		if current := q.index.inFlight[e.id]; current != nil {
			q.index.drop(current)
			q.serve()
		}
		q.mu.Unlock()
	}
}

// take returns a copy of the entry, because the index goes on changing the original.
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
	if !q.waiters.remove(func(c chan entry) bool { return c == turn }) { // a message was already handed over
		if e := <-turn; q.index.inFlight[e.id] != nil {
			current := q.index.inFlight[e.id]
			q.keep(current, e.body)
			q.index.untake(current)
			q.serve()
		}
	}
	return entry{}, ctx.Err()
}

// next takes a ready message, together with its body if that is in memory.
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

// keep stores a body in memory.
func (q *Queue) keep(e *entry, body string) {
	e.body = body
	q.fresh += len(body)
}

// serve hands ready messages to waiting receivers and sets the timer.
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

// body returns the message's body, from memory or from the file.
func (q *Queue) body(e entry) (body string, err error) {
	if e.body != "" {
		return e.body, nil
	}
	err = q.store.read.row(`SELECT body FROM messages WHERE id = ?`, []any{e.id}, []any{&body})
	return body, err
}
