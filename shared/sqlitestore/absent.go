package sqlitestore

import (
	"slices"
	"sync"
)

// absent knows of dispatches that have no record, so that a first attempt, which most are, need not
// look for one: that was a twelfth of what a delivery costs.
//
// For each integration it knows the largest id that was in the file when it was asked first, the
// floor, and every id that was written since. Ids sort by the time of their event, so that a
// new dispatch nearly always lies above the floor. What lies below may have a record. As
// every write of this file goes through this process and is noted before its caller learns of it,
// what it says is never wrong.
type absent struct {
	mu      sync.Mutex
	known   map[string]*written // by integration
	size    int                 // ids in all of them
	unknown int                 // counts what was noted for integrations that are not known
}

// written is what was written of an integration: whatever is no larger than
// the floor, and those since.
type written struct {
	floor string
	since map[string]struct{}
}

const (
	maxSince  = 4096    // ids of one integration; then the floor rises above the smaller half
	maxAbsent = 1 << 18 // ids of all; then any integration's are forgotten
)

func newAbsent() *absent { return &absent{known: map[string]*written{}} }

// sure reports whether the dispatch certainly has no record. If its integration
// is not known, the mark goes back to learn.
func (a *absent) sure(integrationID, id string) (sure, known bool, mark int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	w := a.known[integrationID]
	if w == nil {
		return false, false, a.unknown
	}
	_, there := w.since[id]
	return id > w.floor && !there, true, a.unknown
}

// learn takes the largest id of an integration that was read after the mark was
// given, unless something was noted since that it may lack.
func (a *absent) learn(integrationID, largest string, mark int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.unknown != mark || a.known[integrationID] != nil {
		return
	}
	for other, w := range a.known { // in no order: any of them goes
		if a.size+len(a.known) < maxAbsent {
			break
		}
		a.size -= len(w.since)
		delete(a.known, other)
	}
	a.known[integrationID] = &written{floor: largest, since: map[string]struct{}{}}
}

// note takes a dispatch that was written, or may have been.
func (a *absent) note(integrationID, id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	w := a.known[integrationID]
	if w == nil {
		a.unknown++
		return
	}
	if id <= w.floor {
		return
	}
	a.size -= len(w.since)
	w.since[id] = struct{}{}
	if len(w.since) > maxSince {
		w.rise()
	}
	a.size += len(w.since)
}

// rise forgets the smaller half of the ids, and takes the largest of them as
// the floor.
func (w *written) rise() {
	ids := make([]string, 0, len(w.since))
	for id := range w.since {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	half := len(ids) / 2
	w.floor = ids[half-1]
	for _, id := range ids[:half] {
		delete(w.since, id)
	}
}
