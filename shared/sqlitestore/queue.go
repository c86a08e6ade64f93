package sqlitestore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/shared/clock"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// The names of the queues. Messages are sent to Deliveries, move to Retries after DeliveryReceives
// receives, and from there to Dead after RetryReceives.
const (
	Deliveries = "deliveries"
	Retries    = "retries"
	Dead       = "dead"
)

// QueueOptions configure a queue. The zero value uses the defaults.
type QueueOptions struct {
	Clock clock.Clock // the system clock if nil

	// Slots and RetrySlots are the maximum numbers of messages in flight from each queue: 64 for
	// deliveries and 16 for retries if zero. A group gets another slot only while it holds fewer
	// than are free, so no group ever holds more than half of them.
	Slots, RetrySlots int

	// DeliveryReceives and RetryReceives are how often a message can be received from a queue
	// before it moves on: 1 and 50 if zero.
	DeliveryReceives, RetryReceives int

	// Visibility is how long a message stays in flight before it becomes visible again; 6 minutes
	// if zero.
	Visibility time.Duration

	// FreshBytes is the maximum size of the bodies that are kept in memory until they are first
	// received; 64 MiB if zero. Other bodies are read from the file.
	FreshBytes int
}

func (o QueueOptions) withDefaults() QueueOptions {
	if o.Clock == nil {
		o.Clock = clock.System()
	}
	o.Slots = cmp.Or(o.Slots, 64)
	o.RetrySlots = cmp.Or(o.RetrySlots, 16)
	o.DeliveryReceives = cmp.Or(o.DeliveryReceives, 1)
	o.RetryReceives = cmp.Or(o.RetryReceives, 50)
	o.Visibility = cmp.Or(o.Visibility, 6*time.Minute)
	o.FreshBytes = cmp.Or(o.FreshBytes, 64<<20)
	return o
}

// Queue carries messages to the delivery function like the three SQS queues on AWS: at least once,
// unordered, and fairly among the groups. Messages are stored on disk. Which messages are in flight
// is only in memory: after a crash they are visible again.
//
// It is safe for concurrent use.
type Queue struct {
	store *Store
	opt   QueueOptions

	mu      sync.Mutex
	index   index
	waiters fifo[chan entry]
	nextID  int64
	fresh   int         // bytes of the bodies in memory
	timer   func() bool // stops the timer set for armed
	armed   int64       // when the timer fires; 0 if there is none
}

// Queue opens the store's queue. It returns an error if it is called twice.
func (s *Store) Queue(ctx context.Context, opt QueueOptions) (*Queue, error) {
	opt = opt.withDefaults()
	q := &Queue{store: s, opt: opt, index: newIndex(opt)}
	if !s.queue.CompareAndSwap(nil, q) {
		return nil, errors.New("the store's queue is open already")
	}
	if err := q.load(ctx); err != nil {
		return nil, err
	}
	return q, nil
}

// load reads all messages of the file into the index.
func (q *Queue) load(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.opt.Clock.Now()
	q.nextID = now.UnixMicro() // so that ids of different runs differ
	const query = `SELECT id, queue, receives, visible_at, sent_at, first_received_at, grp, dispatch_id FROM messages ORDER BY id`
	err := q.store.read.rows(query, nil, func(rows *sql.Rows) (bool, error) {
		e := new(entry)
		var group string
		if err := rows.Scan(&e.id, &e.lane, &e.receives, &e.due, &e.sent, &e.first, &group, &e.dispatch); err != nil {
			return false, err
		}
		q.nextID = max(q.nextID, e.id+1)
		q.index.claim(e)
		q.index.add(e, group, millis(now))
		return true, ctx.Err()
	})
	q.arm()
	return err
}

// Send puts messages into Deliveries, all or none. They are on disk when it returns. After an error
// it can be called again, but then some messages may be delivered twice.
func (q *Queue) Send(ctx context.Context, msgs []webhook.Message) error {
	now := millis(q.opt.Clock.Now())
	batch := make([]outgoing, len(msgs)) // if ctx ends, the caller may change msgs before they are written
	for i, m := range msgs {
		batch[i] = newOutgoing(m, 0, now, now)
	}
	return q.sendAll(ctx, batch)
}

// SendNew is Send, except that it leaves out each message whose dispatch another message of SendNew is
// already queued for, or is being delivered. It is for what may be repeated: an event that comes twice.
func (q *Queue) SendNew(ctx context.Context, msgs []webhook.Message) error {
	now := millis(q.opt.Clock.Now())
	batch := make([]outgoing, len(msgs))
	for i, m := range msgs {
		batch[i] = newOutgoing(m, 0, now, now)
		batch[i].dispatch = m.DispatchID
	}
	return q.sendAll(ctx, batch)
}

// SendLater puts messages into Retries, where each becomes visible after its delay.
func (q *Queue) SendLater(ctx context.Context, msgs []webhook.Delayed) error {
	now := q.opt.Clock.Now()
	batch := make([]outgoing, len(msgs))
	for i, m := range msgs {
		batch[i] = newOutgoing(m.Message, 1, millis(now), millis(now.Add(max(m.After, 0))))
	}
	return q.sendAll(ctx, batch)
}

func newOutgoing(m webhook.Message, lane uint8, now, due int64) outgoing {
	body := string(m.Encode())
	return outgoing{group: m.Group(), body: body, entry: &entry{lane: lane, due: due, sent: now, first: millis(time.Time{}), body: body}}
}

func (q *Queue) sendAll(ctx context.Context, batch []outgoing) error {
	if len(batch) == 0 {
		return nil
	}
	q.number(batch)
	const insert = `INSERT INTO messages (id, queue, receives, visible_at, sent_at, first_received_at, grp, body, dispatch_id) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?)`
	return q.store.writeThen(ctx, func(t *tx) error {
		q.claim(batch)
		for _, m := range batch {
			if m.repeat {
				continue
			}
			if err := t.exec(insert, m.id, m.lane, m.due, m.sent, millis(time.Time{}), m.group, m.body, m.dispatch); err != nil {
				return err
			}
		}
		return nil
	}, func(err error) { q.sent(batch, err) })
}

// claim marks the dispatches of the messages, and as repeats the messages whose dispatch another
// message is queued for. It runs in the writer: of two messages at the same time, the second is a
// repeat once the first is in the transaction, and their callers get the same result.
func (q *Queue) claim(batch []outgoing) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range batch {
		batch[i].repeat = !q.index.claim(batch[i].entry)
	}
}

// outgoing is a message that is being written.
type outgoing struct {
	*entry
	group, body string
	repeat      bool // not written; used by the writer only
}

func (q *Queue) number(batch []outgoing) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range batch {
		m.id = q.nextID
		q.nextID++
	}
}

// sent makes messages visible, even after an error: they may be on disk. These entries have no
// body; they are dropped if the file has none either.
func (q *Queue) sent(batch []outgoing, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := millis(q.opt.Clock.Now())
	for _, m := range batch {
		if m.repeat {
			continue
		}
		if err != nil { // a repeat must be written, as this one may not be
			q.index.unclaim(m.entry)
		}
		if err != nil || q.fresh+len(m.body) > q.opt.FreshBytes {
			m.entry.body = ""
		}
		q.fresh += len(m.entry.body)
		q.index.add(m.entry, m.group, now)
	}
	q.arm()
	q.serve()
}

// Depth is the number of messages in a queue.
type Depth struct {
	Queue    string
	Visible  int // can be received
	InFlight int // received, not deleted or released yet
	Waiting  int // hidden until they are due
}

// Depths returns the depths of Deliveries, Retries and Dead, in this order.
func (q *Queue) Depths() []Depth {
	q.mu.Lock()
	defer q.mu.Unlock()
	var depths []Depth
	for i, l := range q.index.lanes {
		d := Depth{Queue: laneNames[i], Visible: l.ready, InFlight: l.inFlight}
		d.Waiting = l.size - d.Visible - d.InFlight
		depths = append(depths, d)
	}
	return append(depths, Depth{Queue: Dead, Visible: len(q.index.dead)})
}
