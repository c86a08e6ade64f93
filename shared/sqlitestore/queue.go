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

// The names of the queues: where a message is sent to, where it goes when it
// has been received there DeliveryReceives times, and then RetryReceives times.
const (
	Deliveries = "deliveries"
	Retries    = "retries"
	Dead       = "dead"
)

// QueueOptions are the settings of a queue. The zero value serves.
type QueueOptions struct {
	Clock clock.Clock // the system's if nil

	// Slots bound how many messages of each queue are in flight at once: 64 of
	// deliveries and 16 of retries if zero. A group may take one more only while it has fewer in
	// flight than are free, so that no group ever has more than half of them.
	Slots, RetrySlots int

	// DeliveryReceives and RetryReceives are how often a message is received
	// from a queue before it moves on: 1 and 50 if zero.
	DeliveryReceives, RetryReceives int

	// Visibility is how long a message stays in flight before it comes into
	// sight again; 6 minutes if zero.
	Visibility time.Duration

	// FreshBytes bounds the bodies that are kept in memory until they are
	// received for the first time; 64 MiB if zero. The others are read when it is their turn.
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

// Queue carries messages to the delivery, as the three SQS queues do on AWS: at
// least once, in no promised order, fairly among the groups. What was sent is on disk; which
// messages are in flight is only in memory, so that after a crash they are in sight again.
//
// It is safe for concurrent use.
type Queue struct {
	store *Store
	opt   QueueOptions

	mu      sync.Mutex
	index   index
	waiters fifo[chan entry]
	nextID  int64
	fresh   int         // bytes of bodies in memory
	timer   func() bool // stops the timer that was set for armed
	armed   int64       // when the timer goes off; 0 if none is set
}

// Queue opens the store's queue. There is one: a second call is an error.
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

// load puts all messages of the file into the index.
func (q *Queue) load(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.opt.Clock.Now()
	q.nextID = now.UnixMicro() // so that ids of different lives differ
	const query = `SELECT id, queue, receives, visible_at, sent_at, first_received_at, grp FROM messages ORDER BY id`
	err := q.store.read.rows(query, nil, func(rows *sql.Rows) (bool, error) {
		e := new(entry)
		var group string
		if err := rows.Scan(&e.id, &e.lane, &e.receives, &e.due, &e.sent, &e.first, &group); err != nil {
			return false, err
		}
		q.nextID = max(q.nextID, e.id+1)
		q.index.add(e, group, millis(now))
		return true, ctx.Err()
	})
	q.arm()
	return err
}

// Send puts messages into deliveries: all of them or none. They are on disk
// when it returns. After an error it may be called again; some messages may then come twice.
func (q *Queue) Send(ctx context.Context, msgs []webhook.Message) error {
	now := millis(q.opt.Clock.Now())
	batch := make([]outgoing, len(msgs)) // the caller may leave before it is written
	for i, m := range msgs {
		batch[i] = newOutgoing(m, 0, now, now)
	}
	return q.sendAll(ctx, batch)
}

// SendLater is Send into retries, where each message comes into sight after its delay.
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
	const insert = `INSERT INTO messages (id, queue, receives, visible_at, sent_at, first_received_at, grp, body) VALUES (?, ?, 0, ?, ?, ?, ?, ?)`
	return q.store.writeThen(ctx, func(t *tx) error {
		for _, m := range batch {
			if err := t.exec(insert, m.id, m.lane, m.due, m.sent, millis(time.Time{}), m.group, m.body); err != nil {
				return err
			}
		}
		return nil
	}, func(err error) { q.sent(batch, err) })
}

// outgoing is a message on its way to the disk.
type outgoing struct {
	*entry
	group, body string
}

func (q *Queue) number(batch []outgoing) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range batch {
		m.id = q.nextID
		q.nextID++
	}
}

// sent brings messages into sight. Even after an error they may be on disk: such
// entries have no body, and are dropped when there is none on disk either.
func (q *Queue) sent(batch []outgoing, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := millis(q.opt.Clock.Now())
	for _, m := range batch {
		if err != nil || q.fresh+len(m.body) > q.opt.FreshBytes {
			m.entry.body = ""
		}
		q.fresh += len(m.entry.body)
		q.index.add(m.entry, m.group, now)
	}
	q.arm()
	q.serve()
}

// Depth is how many messages a queue holds.
type Depth struct {
	Queue    string
	Visible  int // can be received
	InFlight int // received, and not settled yet
	Waiting  int // hidden until they are due
}

// Depths returns the depths of deliveries, retries and dead, in this order.
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
