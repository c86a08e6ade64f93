package sqlitestore

// lane is one queue's part of the index: who is ready, and whose turn it is.
//
// Groups take turns. A group may have one more message in flight only while
// it has fewer than slots are free. So a group alone gets half of the slots, the next one
// that hangs half of the rest, and there is always one for a group that has none.
type lane struct {
	slots    int
	receives int32 // after so many a message moves on
	size     int   // messages
	ready    int
	inFlight int
	groups   map[string]*group
	ring     fifo[*group] // those with messages that are ready
}

// group is the messages of one name in one lane.
type group struct {
	name     string
	ready    fifo[*entry]
	inFlight int
	size     int
}

// join returns the group of that name, with place for one message more.
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

// leave takes back one join.
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

// take takes the next message, and a slot for it; nil if there is none that
// may have one. Only groups that hold slots can be in its way, so that it looks at no more
// groups than there are slots.
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
