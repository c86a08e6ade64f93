package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

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

// arm sets the timer for the message that comes due first.
func (q *Queue) arm() {
	if len(q.index.heap) == 0 {
		return
	}
	due := q.index.heap[0].due
	if q.armed != 0 && q.armed <= due {
		return
	}
	if q.timer != nil {
		q.timer()
	}
	q.armed = due
	q.timer = q.opt.Clock.AfterFunc(fromMillis(due).Sub(q.opt.Clock.Now()), q.tick)
}

// stop ends the timer for good.
func (q *Queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.timer != nil {
		q.timer()
	}
	q.armed = math.MinInt64 // earlier than any other
}

// tick brings into sight what has come due.
func (q *Queue) tick() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.armed == math.MinInt64 {
		return
	}
	q.armed = 0
	q.index.advance(millis(q.opt.Clock.Now()))
	q.serve()
}

// body returns the message's body: from memory if it is fresh.
func (q *Queue) body(e entry) (body string, err error) {
	if e.body != "" {
		return e.body, nil
	}
	err = q.store.read.row(`SELECT body FROM messages WHERE id = ?`, []any{e.id}, []any{&body})
	return body, err
}

// sqsMessage is what the event source mapping of Lambda makes of a message.
func sqsMessage(e entry, body string) events.SQSMessage {
	id := strconv.FormatInt(e.id, 10)
	receives := strconv.Itoa(int(e.receives))
	return events.SQSMessage{
		MessageId:      id,
		ReceiptHandle:  id + "/" + strconv.Itoa(int(e.lane)) + "/" + receives,
		Body:           body,
		EventSource:    "aws:sqs",
		EventSourceARN: "arn:aws:sqs:local:000000000000:" + laneNames[e.lane],
		AWSRegion:      "local",
		Attributes: map[string]string{
			"ApproximateReceiveCount":          receives,
			"SentTimestamp":                    strconv.FormatInt(e.sent, 10),
			"ApproximateFirstReceiveTimestamp": strconv.FormatInt(e.first, 10),
			"MessageGroupId":                   e.group.name,
			"SenderId":                         "local",
		},
	}
}

// received returns the entry of a message in flight; nil if the receipt is
// older than that.
func (q *Queue) received(m events.SQSMessage) *entry {
	id, rest, _ := strings.Cut(m.ReceiptHandle, "/")
	n, _ := strconv.ParseInt(id, 10, 64)
	e := q.index.inFlight[n]
	if e == nil || rest != strconv.Itoa(int(e.lane))+"/"+strconv.Itoa(int(e.receives)) {
		return nil
	}
	return e
}

// Delete ends a message that was received, and gives its slot free. It does
// not wait for the disk: a crash right behind it may bring the message back. If its visibility
// timeout has passed it does nothing, and the message comes again.
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

// eraseAgain is how long a deletion that failed waits to be repeated.
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

// Release gives the slot of a message free that was received and not dealt with. It comes into
// sight when its hiding ends, or its visibility timeout.
func (q *Queue) Release(m events.SQSMessage) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if e := q.received(m); e != nil {
		q.index.settle(e)
		q.serve()
	}
}

// Hide sets when a message that was received comes into sight again, on disk
// too: ChangeMessageVisibility of SQS. It goes on holding its slot until it is released.
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
