package sqlitestore

import (
	"slices"
	"sync"
)

// absent tracks which dispatches certainly have no record, so that first attempts, which are most
// of them, need not read one. That read took a twelfth of a delivery's time.
//
// For each integration it stores a floor, which is the largest id in the file when the integration
// was first looked up, and every id written since. Ids sort by the time of their event, so the id
// of a new dispatch is nearly always above the floor. A dispatch at or below the floor may have a
// record. All writes to the file go through this process and are noted before the caller gets the
// result, so the answer is never wrong.
type absent struct {
	mu      sync.Mutex
	known   map[string]*written // by integration
	size    int                 // ids in all of them
	unknown int                 // number of notes for unknown integrations
}

// written is the set of an integration's ids that may have a record: all up to the floor, and those
// in since.
type written struct {
	floor string
	since map[string]struct{}
}

const (
	maxSince  = 4096    // ids of one integration; beyond that, the smaller half is replaced by a higher floor
	maxAbsent = 1 << 18 // ids in total; beyond that, arbitrary integrations are dropped
)

func newAbsent() *absent { return &absent{known: map[string]*written{}} }

// sure reports whether the dispatch certainly has no record. If the integration is not known, the
// caller reads its largest id and passes it to learn with the mark.
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

// learn adds an integration with its largest id, which was read after sure returned the mark. It
// does nothing if an id was noted since then: the read may have missed it.
func (a *absent) learn(integrationID, largest string, mark int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.unknown != mark || a.known[integrationID] != nil {
		return
	}
	for other, w := range a.known { // map order: drops arbitrary ones
		if a.size+len(a.known) < maxAbsent {
			break
		}
		a.size -= len(w.since)
		delete(a.known, other)
	}
	a.known[integrationID] = &written{floor: largest, since: map[string]struct{}{}}
}

// note adds a dispatch that was written or may have been.
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

// rise removes the smaller half of the ids and raises the floor to the largest of them.
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
