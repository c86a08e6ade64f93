package sqlitestore

// lane holds the ready messages and the slots of one queue.
//
// Groups take turns. A group gets another slot only while it holds fewer than are free. So a single
// group gets half of the slots, the next one that hangs gets half of the rest, and a group that
// holds none always gets one.
type lane struct {
	slots    int
	receives int32 // maximum before a message moves on
	size     int   // messages
	ready    int
	inFlight int
	groups   map[string]*group
	ring     fifo[*group] // groups with ready messages
}

// group holds the messages of one group ID in one lane.
type group struct {
	name     string
	ready    fifo[*entry]
	inFlight int
	size     int
}

// join counts one more message in the group of that name, and returns the group.
func (l *lane) join(name string) *group {
	g := l.groups[name]
	if g == nil {
		g = &group{name: name}
		l.groups[name] = g
	}
	g.size++
	l.size++
	return g
}

// leave reverses join.
func (l *lane) leave(g *group) {
	l.size--
	if g.size--; g.size == 0 {
		delete(l.groups, g.name)
	}
}

// push makes a message ready.
func (l *lane) push(e *entry) {
	e.group.ready.push(e)
	l.ready++
	if e.group.ready.len() == 1 {
		l.ring.push(e.group)
	}
}

// take returns the next message and takes a slot for it, or returns nil if no group can get a slot.
// It skips only groups that hold slots, so it looks at no more groups than there are slots.
func (l *lane) take() *entry {
	free := l.slots - l.inFlight
	if free <= 0 {
		return nil
	}
	for range l.ring.len() {
		g := l.ring.pop()
		if g.inFlight >= free {
			l.ring.push(g)
			continue
		}
		e := g.ready.pop()
		if g.ready.len() > 0 {
			l.ring.push(g)
		}
		g.inFlight++
		l.inFlight++
		l.ready--
		return e
	}
	return nil
}
