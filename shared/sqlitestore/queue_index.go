package sqlitestore

import "container/heap"

// entry is a message in the index.
type entry struct {
	id       int64
	due      int64 // when it becomes visible, if waiting or in flight
	sent     int64
	first    int64 // when it was first received
	group    *group
	body     string // "" if it is only on disk
	dispatch string // the dispatch that no other message may be queued for, or ""
	receives int32  // from its lane
	place    int32  // in the heap, or -1
	lane     uint8
	inFlight bool // holds a slot
}

// index tracks the state of each message. It does no I/O and has no clock.
//
// A message is ready in its lane, waiting, in flight, or dead. Waiting messages and those in flight
// are in the heap, ordered by the time at which they become visible.
type index struct {
	lanes    [2]lane // deliveries and retries
	heap     dues
	inFlight map[int64]*entry
	dead     map[int64]*entry
	claims   map[string]*entry // by dispatch
	turn     int               // the lane to try first
}

var laneNames = [2]string{Deliveries, Retries}

func newIndex(opt QueueOptions) index {
	return index{
		lanes: [2]lane{
			{slots: opt.Slots, receives: int32(opt.DeliveryReceives), groups: map[string]*group{}},
			{slots: opt.RetrySlots, receives: int32(opt.RetryReceives), groups: map[string]*group{}},
		},
		inFlight: map[int64]*entry{}, dead: map[int64]*entry{}, claims: map[string]*entry{},
	}
}

// claim marks the message's dispatch, and reports false if another message has done so. One without a
// dispatch claims nothing, and need not.
func (x *index) claim(e *entry) bool {
	if e.dispatch == "" {
		return true
	}
	if holder := x.claims[e.dispatch]; holder != nil {
		return holder == e
	}
	x.claims[e.dispatch] = e
	return true
}

// unclaim ends the claim of a message, if it has one.
func (x *index) unclaim(e *entry) {
	if x.claims[e.dispatch] == e {
		delete(x.claims, e.dispatch)
	}
	e.dispatch = ""
}

// add adds a message that is not in flight. Depending on its lane and due time it becomes dead,
// waiting or ready.
func (x *index) add(e *entry, group string, now int64) {
	e.place = -1
	if int(e.lane) >= len(x.lanes) {
		x.die(e)
		return
	}
	e.group = x.lanes[e.lane].join(group)
	if e.due > now {
		heap.Push(&x.heap, e)
		return
	}
	x.sight(e)
}

// sight makes a due message ready. If it was received the maximum number of times in its lane, it
// moves to the next.
func (x *index) sight(e *entry) {
	if l := &x.lanes[e.lane]; e.receives >= l.receives {
		name := e.group.name
		l.leave(e.group)
		e.lane, e.receives = e.lane+1, 0
		if int(e.lane) == len(x.lanes) {
			x.die(e)
			return
		}
		e.group = x.lanes[e.lane].join(name)
	}
	x.lanes[e.lane].push(e)
}

func (x *index) die(e *entry) {
	x.unclaim(e)
	e.group, e.body = nil, ""
	x.dead[e.id] = e
}

// take takes a ready message for which a slot is free and marks it as in flight until due.
func (x *index) take(now, due int64) *entry {
	for range x.lanes {
		l := &x.lanes[x.turn]
		x.turn = (x.turn + 1) % len(x.lanes)
		if e := l.take(); e != nil {
			if e.receives == 0 && e.lane == 0 {
				e.first = now
			}
			e.receives++
			e.due, e.inFlight = due, true
			x.inFlight[e.id] = e
			heap.Push(&x.heap, e)
			return e
		}
	}
	return nil
}

// untake reverses take, for a message that no receiver got.
func (x *index) untake(e *entry) {
	x.settle(e)
	heap.Remove(&x.heap, int(e.place))
	e.receives--
	x.lanes[e.lane].push(e)
}

// delay sets when a message in flight becomes visible again.
func (x *index) delay(e *entry, due int64) {
	e.due = due
	heap.Fix(&x.heap, int(e.place))
}

// settle frees the slot of a message. The message then waits until it is due.
func (x *index) settle(e *entry) {
	e.inFlight = false
	delete(x.inFlight, e.id)
	e.group.inFlight--
	x.lanes[e.lane].inFlight--
}

// drop removes a message in flight.
func (x *index) drop(e *entry) {
	x.unclaim(e)
	x.settle(e)
	heap.Remove(&x.heap, int(e.place))
	x.lanes[e.lane].leave(e.group)
}

// advance makes all due messages ready.
func (x *index) advance(now int64) {
	for len(x.heap) > 0 && x.heap[0].due <= now {
		e := heap.Pop(&x.heap).(*entry)
		if e.inFlight {
			x.settle(e)
		}
		x.sight(e)
	}
}

// dues is a heap of entries by due time; see container/heap.
type dues []*entry

func (d dues) Len() int           { return len(d) }
func (d dues) Less(i, j int) bool { return d[i].due < d[j].due }

func (d dues) Swap(i, j int) {
	d[i], d[j] = d[j], d[i]
	d[i].place, d[j].place = int32(i), int32(j)
}

func (d *dues) Push(e any) {
	e.(*entry).place = int32(len(*d))
	*d = append(*d, e.(*entry))
}

func (d *dues) Pop() any {
	last := len(*d) - 1
	e := (*d)[last]
	(*d)[last] = nil
	*d = (*d)[:last]
	e.place = -1
	return e
}
