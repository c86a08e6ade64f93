package webhook

import "time"

// Line is what waits for one integration, as far as the minute's tick has come with it. There is
// one while its breaker is not closed, and until all that waited has gone out.
type Line struct {
	UserID        string
	IntegrationID string
	Shards        int       // the integration's, when the line was last moved
	DueAt         time.Time // when the tick looks at it next: for a probe, or to release more
	After         string    // the cursor behind what was released last; "" is the front
}

// Due is the line's entry in the due index.
func (l Line) Due() Due {
	return Due{At: l.DueAt, UserID: l.UserID, IntegrationID: l.IntegrationID, Shards: l.Shards}
}

// Due is an entry of the due index: a line at DispatchID "", a dispatch that waits for its next
// attempt otherwise. It is a hint: what the line, or the dispatch, says itself is what counts.
type Due struct {
	At            time.Time
	UserID        string
	IntegrationID string
	DispatchID    string
	Shards        int // the dispatch's
}

// DueQuery selects entries of one shard of the due index, the earliest first.
type DueQuery struct {
	Shard  int       // 0 to DueShards-1
	Before time.Time // only what is due before
	After  string    // the cursor to go on behind; "" starts
	Limit  int
}

// DuePage is a page of due entries. Next is the After of the next page, "" if there is none.
type DuePage struct {
	Entries []Due
	Next    string
}

// DueShards is over how many parts the due index is spread, so that an outage of everything, with
// more than a thousand entries a second, does not exceed what one part can take.
const DueShards = 16

// WaitingQuery selects what waits for an integration, in the order in which it was accepted.
type WaitingQuery struct {
	Shards int    // the integration's
	After  string // the cursor to go on behind; "" starts
	Last   bool   // the end of the line first
	Limit  int
}

// WaitingPage is a page of what waits. An entry whose dispatch does not wait any more is for
// RemoveWaiting. Next is the After of the next page, "" if there is none.
type WaitingPage struct {
	Entries []WaitingEntry
	Next    string
}

// WaitingEntry is a place in the line.
type WaitingEntry struct {
	Ref      Ref
	Accepted time.Time
	Cursor   string
}

// ParkingTime is longer than it takes to park a dispatch, with all repeats by the same caller. For so
// long, a place in the line whose dispatch has no record may be one that is just being taken.
const ParkingTime = 15 * time.Minute
