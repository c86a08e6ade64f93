package webhook

import "time"

// Line is the queue of an integration's waiting dispatches, with the position that the minute's
// tick has reached. It exists while the breaker is not closed, and until all waiting dispatches
// have been sent.
type Line struct {
	UserID        string
	IntegrationID string
	Shards        int       // the integration's, when the line was last moved
	DueAt         time.Time // when the tick processes it next, for a probe or to release more
	After         string    // the cursor of the last released dispatch; "" at the front
}

// Due returns the line's entry in the due index.
func (l Line) Due() Due {
	return Due{At: l.DueAt, UserID: l.UserID, IntegrationID: l.IntegrationID, Shards: l.Shards}
}

// Due is an entry of the due index: of a line if DispatchID is "", otherwise of a dispatch that
// waits for its next attempt. It is a hint: what the line or the dispatch itself says is
// authoritative.
type Due struct {
	At            time.Time
	UserID        string
	IntegrationID string
	DispatchID    string
	Shards        int // the dispatch's
}

// DueQuery selects entries of one shard of the due index, earliest first.
type DueQuery struct {
	Shard  int       // 0 to DueShards-1
	Before time.Time // only what is due before
	After  string    // the cursor after which the page starts; "" for the first page
	Limit  int
}

// DuePage is a page of due entries. Next is the After of the next page, "" on the last one.
type DuePage struct {
	Entries []Due
	Next    string
}

// DueShards is the number of partitions of the due index. One partition could not take the more
// than a thousand entries per second of a complete outage.
const DueShards = 16

// WaitingQuery selects waiting dispatches of an integration, in the order in which they were
// accepted.
type WaitingQuery struct {
	Shards int    // the integration's
	After  string // the cursor after which the page starts; "" for the first page
	Last   bool   // last first
	Limit  int
}

// WaitingPage is a page of waiting entries. Entries whose dispatch is no longer waiting should be
// passed to RemoveWaiting. Next is the After of the next page, "" on the last one.
type WaitingPage struct {
	Entries []WaitingEntry
	Next    string
}

// WaitingEntry is a dispatch's entry in the waiting index.
type WaitingEntry struct {
	Ref      Ref
	Accepted time.Time
	Cursor   string
}

// ParkingTime is longer than parking a dispatch takes, including all retries by the caller. A
// waiting entry without a record may be one that is being parked, but not if it is older than this.
const ParkingTime = 15 * time.Minute
