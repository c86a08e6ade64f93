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
// Implementations are safe for concurrent use. A method that returns an error
// other than those of package webhook may or may not have taken effect, and may be
// called again: every write is conditional, so that repeating it is harmless.
// Times are kept to the millisecond or better, when a dispatch was accepted to the microsecond, and
// returned in UTC.
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

	// UpdateIntegration replaces version in.Version-1 by in, and keeps a copy of it as
	// a version. It returns webhook.ErrConflict if another version is stored and
	// webhook.ErrNotFound if none is. Repeating the very same update succeeds. The stored Shards stay.
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

	// GrowShards sets Integration.Shards to 'to' if it is 'from', where 0 counts as 1, or is 'to' already;
	// else it returns webhook.ErrConflict (webhook.ErrNotFound if the integration is gone). The version stays.
	GrowShards(ctx context.Context, userID, id string, from, to int) error

	// Keeps reports whether the record of the dispatch keeps its event. What it does not keep
	// cannot be parked.
	Keeps(d webhook.Dispatch) bool

	// Park is SaveDispatch for a dispatch that waits (its status is WAITING): it also gets a place in
	// the waiting index of its integration. The place is written first: whatever fails, a recorded dispatch
	// has its place. Nothing else writes a record that waits.
	Park(ctx context.Context, d webhook.Dispatch) error

	// Waiting returns a page of the waiting index, in the order accepted, or the end first; what
	// does not know when it was accepted is at the front. It reads the index alone, and each entry once where the dispatches are not
	// spread. A page may be short, even empty, before the last. Expired entries are left out.
	Waiting(ctx context.Context, integrationID string, q webhook.WaitingQuery) (webhook.WaitingPage, error)

	// CountWaiting counts the entries of the waiting index, up to atMost.
	CountWaiting(ctx context.Context, integrationID string, shards, atMost int) (int, error)

	// RemoveWaiting removes the place of a dispatch that does not wait any more. It is no error if there is
	// none. A dispatch that waits, or is just being parked, keeps its place: only for webhook.ParkingTime
	// after a Park that wrote no record is there a place that cannot be removed.
	RemoveWaiting(ctx context.Context, ref webhook.Ref, accepted time.Time) error

	// Line returns webhook.ErrNotFound if the integration has none, or none was moved for the retention.
	Line(ctx context.Context, integrationID string) (webhook.Line, error)

	// MoveLine replaces line 'from' (the zero Line: none) by 'to'. It puts the due entry of 'to' before the
	// line and removes that of 'from' after it. It returns webhook.ErrConflict if another line is
	// stored: then there may be an entry whose time is not the line's. Repeating it is harmless.
	MoveLine(ctx context.Context, from, to webhook.Line) error

	// RemoveLine removes the line if it is still this one, or there is none, else it returns
	// webhook.ErrConflict; and its due entry after it.
	RemoveLine(ctx context.Context, line webhook.Line) error

	// PutDue puts an entry into the due index. Repeating it is harmless.
	PutDue(ctx context.Context, d webhook.Due) error

	// RemoveDue removes an entry from the due index. It is no error if there is none.
	RemoveDue(ctx context.Context, d webhook.Due) error

	// DueEntries returns a page of what is due before q.Before in a shard, the earliest first. A store may
	// have everything in shard 0. Entries are kept for the retention, counted from when they are due.
	DueEntries(ctx context.Context, q webhook.DueQuery) (webhook.DuePage, error)

	// Reserve takes the next of an integration's perMinute slots a minute if one is free at now; after a
	// pause up to burst are. Else it reports false and changes nothing. Concurrent calls
	// never take more; one that returns an error may have taken a slot. Every call has one if perMinute is 0.
	Reserve(ctx context.Context, integrationID string, perMinute, burst int, now time.Time) (bool, error)
}
