package sqlitestore

import "container/heap"

// entry is what the index knows of a message.
type entry struct {
	id       int64
	due      int64 // when it comes into sight again, while it waits or is in flight
	sent     int64
	first    int64 // when it was first received
	group    *group
	body     string // "" if it is only on disk
	receives int32  // from its lane
	place    int32  // in the heap, -1 outside
	lane     uint8
	inFlight bool // holds a slot
}

// index knows where each message is. It does no I/O and has no clock.
//
// A message is ready in its lane, waits, is in flight, or is dead. One that
// waits or is in flight stands in the heap, by the time at which it comes into sight.
type index struct {
	lanes    [2]lane // deliveries and retries
	heap     dues
	inFlight map[int64]*entry
	dead     map[int64]*entry
	turn     int // the lane that is asked first
}

var laneNames = [2]string{Deliveries, Retries}

func newIndex(opt QueueOptions) index {
	return index{
		lanes: [2]lane{
			{slots: opt.Slots, receives: int32(opt.DeliveryReceives), groups: map[string]*group{}},
			{slots: opt.RetrySlots, receives: int32(opt.RetryReceives), groups: map[string]*group{}},
		},
		inFlight: map[int64]*entry{}, dead: map[int64]*entry{},
	}
}

// add takes in a message that is neither ready nor in flight.
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

// sight makes a message ready that has come due, in the next lane if it was
// received often enough from its own.
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
	e.group, e.body = nil, ""
	x.dead[e.id] = e
}

// take gives out a message that is ready, if a slot is free for it, until it comes
// due again.
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

// untake is take undone, for a message that nobody got.
func (x *index) untake(e *entry) {
	x.settle(e)
	heap.Remove(&x.heap, int(e.place))
	e.receives--
	x.lanes[e.lane].push(e)
}

// delay sets when a message in flight comes into sight.
func (x *index) delay(e *entry, due int64) {
	e.due = due
	heap.Fix(&x.heap, int(e.place))
}

// settle gives the slot of a message free. It waits until it is due.
func (x *index) settle(e *entry) {
	e.inFlight = false
	delete(x.inFlight, e.id)
	e.group.inFlight--
	x.lanes[e.lane].inFlight--
}

// drop forgets a message in flight.
func (x *index) drop(e *entry) {
	x.settle(e)
	heap.Remove(&x.heap, int(e.place))
	x.lanes[e.lane].leave(e.group)
}

// advance makes ready what has come due.
func (x *index) advance(now int64) {
	for len(x.heap) > 0 && x.heap[0].due <= now {
		e := heap.Pop(&x.heap).(*entry)
		if e.inFlight {
			x.settle(e)
		}
		x.sight(e)
	}
}

// dues is a heap by the time at which entries come due; see container/heap.
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
