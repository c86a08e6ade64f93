package scale

import (
	"container/list"
	"strconv"
	"sync"
	"time"
)

const (
	batchSize  = 10
	visibility = 6 * time.Minute // of the template's queues

	// A group of messages is noisy when it has more than a tenth of what is in flight, and at least 30.
	noisyShare    = 0.1
	noisyMessages = 30
	noisyLook     = 500 // how many messages of noisy groups are passed over in favor of others
)

// queue is a model of an SQS standard queue with fair groups: messages come in the order sent, those
// of noisy groups after the others; what is received is in flight until it is deleted or comes into
// sight; with as many in flight as allowed nothing is received; what was received often enough moves
// to the queue behind it.
type queue struct {
	name       string
	inFlight   float64 // how many may be in flight; scaled
	scale      float64 // how many messages one stands for, when the share of a group is calculated
	maxReceive int     // 0 is any number
	behind     *queue  // where it moves then

	mu     sync.Mutex
	ready  *list.List // of *message
	flying map[string]*message
	groups map[string]int  // messages in flight
	large  map[string]bool // groups with so many that they may be noisy
	sent   int
	hidden meter // messages in flight
	wake   chan struct{}
	use    *use
}

type message struct {
	id, group, body string
	receives        int
	comes           *time.Timer // into sight
}

func newQueue(name string, inFlight, scale float64, u *use) *queue {
	return &queue{
		name: name, hidden: newMeter(time.Minute), inFlight: inFlight, scale: scale, use: u,
		ready: list.New(), flying: map[string]*message{}, groups: map[string]int{}, large: map[string]bool{}, wake: make(chan struct{}, 1),
	}
}

// send adds a message that can be received after a delay.
func (q *queue) send(body, group string, after time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sent++
	m := &message{id: q.name + "-" + strconv.Itoa(q.sent), group: group, body: body}
	if after <= 0 {
		q.show(m)
		return
	}
	time.AfterFunc(seconds(after), func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.show(m)
	})
}

// seconds rounds up to the whole seconds that SQS takes.
func seconds(d time.Duration) time.Duration { return (d + time.Second - 1).Truncate(time.Second) }

// show makes a message one that can be received. The caller holds the lock.
func (q *queue) show(m *message) {
	q.ready.PushBack(m)
	q.signal()
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// receive returns up to ten messages and puts them in flight.
func (q *queue) receive() []*message {
	q.mu.Lock()
	defer q.mu.Unlock()
	var batch, noisy []*message
	for q.ready.Len() > 0 && len(batch) < batchSize && len(noisy) < noisyLook && q.room(len(batch)) {
		m := q.ready.Remove(q.ready.Front()).(*message)
		switch {
		case q.maxReceive > 0 && m.receives >= q.maxReceive:
			q.behind.take(m)
		case q.noisy(m.group):
			noisy = append(noisy, m)
		default:
			batch = append(batch, m)
		}
	}
	for len(noisy) > 0 && len(batch) < batchSize && q.room(len(batch)) {
		batch, noisy = append(batch, noisy[0]), noisy[1:]
	}
	for len(noisy) > 0 {
		q.ready.PushFront(noisy[len(noisy)-1])
		noisy = noisy[:len(noisy)-1]
	}
	for _, m := range batch {
		q.fly(m)
	}
	return batch
}

// room reports whether one more may be in flight, with those of a batch.
func (q *queue) room(batch int) bool { return float64(len(q.flying)+batch) < q.inFlight }

func (q *queue) noisy(group string) bool {
	return q.large[group] && float64(q.groups[group]) > noisyShare*q.scale*float64(len(q.flying))
}

// take adds a message that another queue gave up. It keeps its number of receives.
func (q *queue) take(m *message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.show(m)
}

// fly puts a message in flight. The caller holds the lock.
func (q *queue) fly(m *message) {
	m.receives++
	m.comes = time.AfterFunc(visibility, func() { q.appear(m) })
	q.flying[m.id] = m
	q.hidden.add(1)
	q.groups[m.group]++
	if q.groups[m.group] >= noisyMessages {
		q.large[m.group] = true
	}
}

// land takes a message out of flight and reports false if it was not. The caller holds the lock.
func (q *queue) land(m *message) bool {
	if q.flying[m.id] == nil {
		return false
	}
	m.comes.Stop()
	delete(q.flying, m.id)
	q.hidden.add(-1)
	if q.groups[m.group]--; q.groups[m.group] < noisyMessages {
		delete(q.large, m.group)
	}
	if q.ready.Len() > 0 {
		q.signal() // there may be room now
	}
	return true
}

func (q *queue) appear(m *message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.land(m) {
		q.show(m)
	}
}

func (q *queue) delete(m *message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.land(m)
}

// hide keeps a message in flight out of sight for d.
func (q *queue) hide(id string, d time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if m := q.flying[id]; m != nil {
		m.comes.Reset(seconds(max(d, 0)))
	}
}

// holds calls f with the body of each message that is ready or in flight.
func (q *queue) holds(f func(body string)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for e := q.ready.Front(); e != nil; e = e.Next() {
		f(e.Value.(*message).body)
	}
	for _, m := range q.flying {
		f(m.body)
	}
}
