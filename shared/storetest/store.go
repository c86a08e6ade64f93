// Package storetest defines what a store must do, and a test suite that checks it. Every store
// passes the suite.
package storetest

import (
	"context"
	"iter"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Store stores integrations, their versions, and dispatches. It has every method of a store; the
// functions declare smaller interfaces with the methods that they use.
//
// Implementations are safe for concurrent use. A write that returns an error other than those of
// package webhook may or may not have taken effect. It can be repeated: every write is conditional,
// so a repeat is harmless. Times are stored with at least millisecond precision, acceptance times
// with microsecond precision, and returned in UTC.
type Store interface {
	// CreateIntegration stores version 1 of an integration and returns what is now stored. If an
	// earlier call with the same user and key created an integration, it returns that integration
	// in its current state. It returns webhook.ErrQuota if the user has opt.Quota integrations,
	// webhook.ErrKeyReused if the key was used with another fingerprint, webhook.ErrNotFound if the
	// key's integration has been deleted, and webhook.ErrConflict if the id is taken. Concurrent
	// calls never exceed the quota.
	CreateIntegration(ctx context.Context, in webhook.Integration, opt webhook.CreateOptions) (webhook.Integration, error)

	// Integration returns webhook.ErrNotFound unless the user has that integration.
	Integration(ctx context.Context, userID, id string) (webhook.Integration, error)

	// Integrations returns a user's integrations in the order of their ids, oldest first, starting
	// after the id after ("" means from the start). next is "" when there are no more.
	Integrations(ctx context.Context, userID, after string, limit int) (page []webhook.Integration, next string, err error)

	// Subscriptions yields the subscription of each of a user's integrations, reading page by page.
	// It stops after an error.
	Subscriptions(ctx context.Context, userID string) iter.Seq2[webhook.Subscription, error]

	// UpdateIntegration replaces version in.Version-1 with in and keeps a copy of in as a version.
	// It returns webhook.ErrConflict if the stored version is another one, and webhook.ErrNotFound
	// if the integration does not exist. Repeating an identical update succeeds. The stored Shards
	// do not change.
	UpdateIntegration(ctx context.Context, in webhook.Integration) error

	// DeleteIntegration deletes the integration if its version is the given one. Otherwise it
	// returns webhook.ErrConflict, or webhook.ErrNotFound if the integration does not exist.
	// Its versions and dispatches stay stored until they expire, but users no longer see them.
	// It no longer counts against the quota.
	DeleteIntegration(ctx context.Context, userID, id string, version int) error

	// Version returns version n of the integration, or webhook.ErrNotFound if it is unknown.
	// Replaced versions, and those of deleted integrations, are kept for as long as a dispatch can
	// refer to them.
	Version(ctx context.Context, integrationID string, n int) (webhook.Integration, error)

	// SaveHealth sets the health of an integration to 'to' if it is 'from'. Otherwise it returns
	// webhook.ErrConflict, or webhook.ErrNotFound if the integration does not exist. The version
	// does not change.
	SaveHealth(ctx context.Context, userID, id string, from, to webhook.Health) error

	// Load returns the stored state for each ref, in the order of refs. What does not exist or has
	// expired is zero. Refs may repeat; at most 10 are allowed.
	Load(ctx context.Context, refs []webhook.Ref) ([]webhook.Loaded, error)

	// Dispatch returns webhook.ErrNotFound if the dispatch has no record or has expired.
	Dispatch(ctx context.Context, integrationID, id string) (webhook.Dispatch, error)

	// Dispatches returns a page of an integration's dispatches. It reads a bounded amount of data,
	// so a page may be short and still have a Next when few dispatches match.
	Dispatches(ctx context.Context, integrationID string, q webhook.DispatchQuery) (webhook.DispatchPage, error)

	// SaveDispatch writes revision d.Revision if the stored revision is d.Revision-1, or, for
	// revision 1, if there is no record or only an expired one. Otherwise it returns
	// webhook.ErrConflict. Repeating an identical write succeeds. The record expires once the
	// retention has passed since the write. An event that is too large is omitted.
	SaveDispatch(ctx context.Context, d webhook.Dispatch) error

	// HoldDispatch is SaveDispatch for a dispatch of a paused integration. In the same transaction
	// it checks that the integration is still paused; if not, it writes nothing and returns
	// webhook.ErrConflict. So whoever resumes the integration and then queues its held dispatches
	// misses none.
	HoldDispatch(ctx context.Context, d webhook.Dispatch) error

	// GrowShards sets Integration.Shards to 'to' if it is 'from', where 0 means 1, or already 'to'.
	// Otherwise it returns webhook.ErrConflict, or webhook.ErrNotFound if the integration does not
	// exist. The version does not change.
	GrowShards(ctx context.Context, userID, id string, from, to int) error

	// Keeps reports whether the record of the dispatch includes its event. A dispatch without its
	// event cannot be parked.
	Keeps(d webhook.Dispatch) bool

	// Park is SaveDispatch for a dispatch that is WAITING. It also adds an entry to the
	// integration's waiting index, before writing the record, so that every waiting record has an
	// entry whatever fails. Only Park writes waiting records.
	Park(ctx context.Context, d webhook.Dispatch) error

	// Waiting returns a page of the waiting index in the order of acceptance, or in reverse.
	// Entries without an acceptance time come first. It reads only the index, and each entry once
	// if the dispatches are not sharded. A page may be short or empty, even if it is not the last.
	// Expired entries are omitted.
	Waiting(ctx context.Context, integrationID string, q webhook.WaitingQuery) (webhook.WaitingPage, error)

	// CountWaiting returns the number of entries of the waiting index, at most atMost.
	CountWaiting(ctx context.Context, integrationID string, shards, atMost int) (int, error)

	// RemoveWaiting removes the entry of a dispatch that is no longer waiting, if there is one. It
	// does not remove the entry of a dispatch that is waiting or being parked. So an entry left by
	// a Park that failed to write its record can be removed only after webhook.ParkingTime.
	RemoveWaiting(ctx context.Context, ref webhook.Ref, accepted time.Time) error

	// Line returns webhook.ErrNotFound if the integration has no line, or if its line has not been
	// moved for the retention.
	Line(ctx context.Context, integrationID string) (webhook.Line, error)

	// MoveLine replaces line 'from' (the zero Line if there is none) with 'to'. It writes the due
	// entry of 'to' before the line and removes that of 'from' after it. It returns
	// webhook.ErrConflict if another line is stored; a due entry that does not match the stored
	// line may then remain. Repeating it is harmless.
	MoveLine(ctx context.Context, from, to webhook.Line) error

	// RemoveLine removes the line if the stored line is the given one, and then its due entry. If
	// there is no line, it succeeds too. Otherwise it returns webhook.ErrConflict.
	RemoveLine(ctx context.Context, line webhook.Line) error

	// PutDue adds an entry to the due index. Repeating it is harmless.
	PutDue(ctx context.Context, d webhook.Due) error

	// RemoveDue removes an entry from the due index, if there is one.
	RemoveDue(ctx context.Context, d webhook.Due) error

	// DueEntries returns a page of the entries due before q.Before in a shard, earliest first. A
	// store may have all entries in shard 0. Entries are kept for the retention after they are due.
	DueEntries(ctx context.Context, q webhook.DueQuery) (webhook.DuePage, error)

	// Reserve takes a slot of an integration's rate if one is free at now: perMinute slots per
	// minute, evenly spaced, and up to burst at once after a pause. Otherwise it returns false and
	// changes nothing. Concurrent calls never exceed the rate. A call that returns an error may
	// have taken a slot. If perMinute is 0, there is always a slot.
	Reserve(ctx context.Context, integrationID string, perMinute, burst int, now time.Time) (bool, error)
}
