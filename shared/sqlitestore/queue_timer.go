package sqlitestore

import "math"

// arm sets the timer for the message that is due first.
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

// stop stops the timer permanently.
func (q *Queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.timer != nil {
		q.timer()
	}
	q.armed = math.MinInt64 // earlier than any other
}

// tick makes due messages visible.
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
