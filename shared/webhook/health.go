package webhook

import (
	"fmt"
	"time"
)

// Health describes an integration's current run of failures. It is written only when it changes, so
// a healthy endpoint costs no writes.
type Health struct {
	FailingSince time.Time  // when the first attempt after a success failed; zero if healthy
	Notified     NoticeKind // the last notice sent about this run
	Breaker      Breaker
}

// Failing reports whether the last attempts failed.
func (h Health) Failing() bool { return !h.FailingSince.IsZero() }

// NoticeKind is a stage of a run of failures that the platform is notified of.
type NoticeKind int

// The stages, in order.
const (
	NoticeNone      NoticeKind = iota
	NoticeFailing              // the breaker opened because attempts fail
	NoticeHalfway              // half of PauseAfter has passed
	NoticePaused               // the integration was paused
	NoticeRecovered            // the endpoint has recovered; never stored in Health, because it ends the run
)

// PauseAfter is how long an integration may fail without a success before it is paused.
type PauseAfter time.Duration

// DefaultPauseAfter is 5 days.
const DefaultPauseAfter = PauseAfter(5 * 24 * time.Hour)

// Due returns the stage of the run of failures if another attempt fails now.
func (p PauseAfter) Due(h Health, now time.Time) NoticeKind {
	if !h.Failing() {
		return NoticeNone
	}
	switch failing := now.Sub(h.FailingSince); {
	case failing >= time.Duration(p):
		return NoticePaused
	case failing >= time.Duration(p)/2:
		return NoticeHalfway
	}
	return NoticeFailing
}

// Notice tells the platform about an integration's health so that it can notify the user. Repeats
// of a notice have the same ID.
type Notice struct {
	ID              string     `json:"noticeId"`
	Kind            NoticeKind `json:"-"`
	UserID          string     `json:"userId"`
	IntegrationID   string     `json:"integrationId"`
	IntegrationName string     `json:"integrationName"`
	FailingSince    time.Time  `json:"failingSince"`
	PausesAt        time.Time  `json:"pausesAt"`
	Stage           string     `json:"stage"` // "started", "halfway", "paused", "recovered"
	LastError       string     `json:"lastError"`
}

// NewNotice returns the notice for a stage that an integration has reached.
func (p PauseAfter) NewNotice(in Integration, h Health, kind NoticeKind, lastError string) Notice {
	stage := map[NoticeKind]string{NoticeFailing: "started", NoticeHalfway: "halfway", NoticePaused: "paused", NoticeRecovered: "recovered"}[kind]
	return Notice{
		ID:              fmt.Sprintf("%s-%d-%s", in.ID, h.FailingSince.UnixMilli(), stage),
		Kind:            kind,
		UserID:          in.UserID,
		IntegrationID:   in.ID,
		IntegrationName: in.Name,
		FailingSince:    h.FailingSince,
		PausesAt:        h.FailingSince.Add(time.Duration(p)),
		Stage:           stage,
		LastError:       lastError,
	}
}

// DetailType is the notice's detail-type on the bus.
func (n Notice) DetailType() string {
	switch n.Kind {
	case NoticePaused:
		return "Webhook Integration Paused"
	case NoticeRecovered:
		return "Webhook Integration Recovered"
	}
	return "Webhook Integration Failing"
}
