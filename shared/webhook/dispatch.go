package webhook

import "time"

// Trigger is what caused a dispatch's current round of attempts.
type Trigger string

// The triggers.
const (
	TriggerEvent      Trigger = "event"
	TriggerTest       Trigger = "test"
	TriggerRedelivery Trigger = "redelivery"
)

// Triggers returns all triggers.
func Triggers() []Trigger { return []Trigger{TriggerEvent, TriggerTest, TriggerRedelivery} }

// DispatchStatus is the state of a dispatch.
type DispatchStatus string

// The states of a dispatch.
const (
	DispatchPending   DispatchStatus = "PENDING"   // queued
	DispatchRetrying  DispatchStatus = "RETRYING"  // waits for its next attempt
	DispatchWaiting   DispatchStatus = "WAITING"   // waits for its endpoint or its turn, without counting attempts
	DispatchSucceeded DispatchStatus = "SUCCEEDED" // delivered
	DispatchFailed    DispatchStatus = "FAILED"    // given up; Reason says why
	DispatchHeld      DispatchStatus = "HELD"      // its integration is paused
)

// DispatchStatuses lists the states of a dispatch.
func DispatchStatuses() []DispatchStatus {
	return []DispatchStatus{DispatchPending, DispatchRetrying, DispatchWaiting, DispatchSucceeded, DispatchFailed, DispatchHeld}
}

// Ended reports whether the dispatch is finished: nothing more happens to it unless it is
// redelivered.
func (s DispatchStatus) Ended() bool {
	return s == DispatchSucceeded || s == DispatchFailed || s == DispatchHeld
}

// maxAttemptsKept bounds the log of a dispatch that is redelivered repeatedly. The oldest attempts
// are dropped first.
const maxAttemptsKept = 36

// Dispatch is the delivery of one event to one integration. Until its first attempt has ended, it
// has no record in the store.
type Dispatch struct {
	ID            string // derived from event and integration, so repeats of the event have the same ID
	IntegrationID string
	UserID        string
	EventID       string
	EventType     EventType
	Trigger       Trigger
	Status        DispatchStatus
	Reason        string // why it is FAILED, HELD or WAITING
	Round         int    // 0 at first; each redelivery starts the next one
	Attempts      []Attempt
	CreatedAt     time.Time // the event's, with millisecond precision
	Accepted      time.Time // when the bus or the API accepted what caused it; zero in records of version 1
	Shards        int       // the integration's Shards when it was created
	NextAttemptAt time.Time // zero unless PENDING or RETRYING
	FinishedAt    time.Time // zero until it has ended

	// Event is the task event's JSON. It is nil if the event was too large to store; then the
	// dispatch cannot be redelivered or shown in full.
	Event []byte

	// Revision counts the writes of the record; 0 means none yet. A store writes revision n+1 only
	// over revision n.
	Revision int
}

// Attempt is one request and its outcome.
type Attempt struct {
	Number             int // 1, 2, ...; not reset by a redelivery
	Round              int
	StartedAt          time.Time
	Duration           time.Duration
	ResponseStatus     int    // 0 when there was no response
	ResponseBody       string // its first KiB, as valid UTF-8
	Code               ErrorCode
	Message            string // human-readable; "" on success
	IntegrationVersion int
}

// AttemptsInRound counts the attempts made since the dispatch was last queued.
func (d Dispatch) AttemptsInRound() int {
	n := 0
	for _, a := range d.Attempts {
		if a.Round == d.Round {
			n++
		}
	}
	return n
}

// NextNumber returns the number of the next attempt.
func (d Dispatch) NextNumber() int {
	if len(d.Attempts) == 0 {
		return 1
	}
	return d.Attempts[len(d.Attempts)-1].Number + 1
}

// After returns the dispatch's next revision: attempt a is added and verdict v applied.
func (d Dispatch) After(a Attempt, v Verdict, now time.Time) Dispatch {
	d.Attempts = append(d.Attempts[:len(d.Attempts):len(d.Attempts)], a)
	if over := len(d.Attempts) - maxAttemptsKept; over > 0 {
		d.Attempts = d.Attempts[over:]
	}
	d.Revision++
	d.Status, d.Reason = v.Status, v.Reason
	d.NextAttemptAt, d.FinishedAt = time.Time{}, time.Time{}
	if v.Status.Ended() {
		d.FinishedAt = now.UTC()
	} else {
		d.NextAttemptAt = now.Add(v.Wait).UTC()
	}
	return d
}

// Ending returns the dispatch's next revision: ended without an attempt.
func (d Dispatch) Ending(s DispatchStatus, reason string, now time.Time) Dispatch {
	d.Revision++
	d.Status, d.Reason = s, reason
	d.NextAttemptAt, d.FinishedAt = time.Time{}, now.UTC()
	return d
}

// Waiting returns the dispatch's next revision, waiting for its endpoint or its turn.
func (d Dispatch) Waiting(reason string) Dispatch {
	d.Revision++
	d.Status, d.Reason = DispatchWaiting, reason
	d.NextAttemptAt, d.FinishedAt = time.Time{}, time.Time{}
	return d
}

// Queued returns the dispatch's next revision after it was queued for redelivery, which starts a
// new round.
func (d Dispatch) Queued(now time.Time) Dispatch {
	d.Revision++
	d.Round++
	d.Trigger = TriggerRedelivery
	d.Status, d.Reason = DispatchPending, ""
	d.NextAttemptAt, d.FinishedAt = now.UTC(), time.Time{}
	return d
}

// Ref identifies a dispatch and its integration in a store.
type Ref struct {
	UserID        string
	IntegrationID string
	DispatchID    string
	Shards        int // the dispatch's
}

// Ref returns the dispatch's Ref.
func (d Dispatch) Ref() Ref {
	return Ref{UserID: d.UserID, IntegrationID: d.IntegrationID, DispatchID: d.ID, Shards: d.Shards}
}

// Loaded is the stored state for a Ref. Integration.ID is "" if the integration does not exist;
// Dispatch.Revision is 0 if there is no record of the dispatch yet.
type Loaded struct {
	Integration Integration
	Dispatch    Dispatch

	// Err says why the stored data of this ref cannot be read, for example ErrNewerFormat. Other
	// refs are unaffected.
	Err error
}

// DispatchQuery selects dispatches of an integration by creation time and status.
type DispatchQuery struct {
	Since, Until time.Time // Since <= createdAt < Until; a zero time is unbounded
	Statuses     []DispatchStatus
	Shards       int    // the integration's
	OldestFirst  bool   // newest first by default
	After        string // the id after which the page starts; "" for the first page
	Limit        int
}

// DispatchPage is one page of results. Next is the After of the next page, "" on the last one. Any
// page may be short or empty, even if it is not the last.
type DispatchPage struct {
	Dispatches []Dispatch
	Next       string
}
