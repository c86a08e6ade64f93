package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Eraser deletes everything of a user.
type Eraser interface {
	// EraseUser deletes up to about limit entries of what is stored of a user and returns how many;
	// 0 means that nothing is left. The user's integrations must have been deleted. Repeating it is
	// harmless.
	EraseUser(ctx context.Context, userID string, limit int) (erased int, err error)

	// IntegrationIDs returns, in their order, the ids of all integrations of a user of which
	// something is stored, deleted ones too.
	IntegrationIDs(ctx context.Context, userID string) ([]string, error)
}

// VersionLister is a Store that lists versions, for an export.
type VersionLister interface {
	// Versions returns all stored versions of an integration, the first one first.
	Versions(ctx context.Context, integrationID string) ([]webhook.Integration, error)
}

// TestErasure checks what an Eraser promises.
func TestErasure(t *testing.T, open func(*testing.T, Env) (Store, Eraser)) {
	start := func(t *testing.T) (*subtest, Eraser) {
		var eraser Eraser
		r := newRoom(t, func(t *testing.T, env Env) (s Store) {
			s, eraser = open(t, env)
			return s
		})
		return r, eraser
	}
	t.Run("nothing is left of a user, and everything of others", func(t *testing.T) {
		r, eraser := start(t)
		eraseAll(r, eraser, Never)
	})
	for _, when := range []Moment{Before, After} {
		t.Run("an interrupted erasure is repeated, failing "+when.String(), func(t *testing.T) {
			r, eraser := start(t)
			eraseAll(r, eraser, when)
		})
	}
	t.Run("a user without anything", func(t *testing.T) {
		r, eraser := start(t)
		n, err := eraser.EraseUser(r.Context(), newUser(), 10)
		r.must("erase", err)
		ids, err := eraser.IntegrationIDs(r.Context(), newUser())
		r.must("ids", err)
		if n != 0 || len(ids) != 0 {
			t.Errorf("erased %d, ids %v", n, ids)
		}
	})
}

// filled stores something of every kind for a new integration with a key.
func (r *subtest) filled(key string) (in webhook.Integration, ended, parked webhook.Dispatch) {
	in = r.integration()
	_, err := r.store.CreateIntegration(r.Context(), in, webhook.CreateOptions{Quota: 100, Key: key, Fingerprint: "f", KeyUntil: r.clock.Now().Add(retention)})
	r.must("create", err)
	r.must("update", r.store.UpdateIntegration(r.Context(), r.changed(in)))
	ended = r.saved(r.dispatch(in))
	parked = r.saved(r.dispatch(in)).Waiting("down")
	r.must("park", r.store.Park(r.Context(), parked))
	line := webhook.Line{IntegrationID: in.ID, UserID: in.UserID, Shards: in.Shards, DueAt: r.clock.Now().UTC()}
	r.must("line", r.store.MoveLine(r.Context(), webhook.Line{}, line))
	r.must("due", r.store.PutDue(r.Context(), webhook.Due{At: r.clock.Now(), UserID: in.UserID, IntegrationID: in.ID, DispatchID: ended.ID, Shards: in.Shards}))
	_, err = r.store.Reserve(r.Context(), in.ID, 60, 1, r.clock.Now())
	r.must("reserve", err)
	return in, ended, parked
}

func eraseAll(r *subtest, eraser Eraser, when Moment) {
	gone, mine := r.user, newUser()
	first, ended, parked := r.filled("k1")
	deleted, _, _ := r.filled("k2") // by the user, before
	r.must("delete", r.store.DeleteIntegration(r.Context(), gone, deleted.ID, 2))
	r.user = mine
	stays, staysEnded, staysParked := r.filled("k1")
	ids, err := eraser.IntegrationIDs(r.Context(), gone)
	r.must("ids", err)
	r.same("ids", ids, []string{first.ID, deleted.ID})

	versions, err := r.store.(VersionLister).Versions(r.Context(), deleted.ID)
	r.must("versions", err)
	if len(versions) != 2 || versions[0].Version != 1 || versions[1].Version != 2 || versions[1].Name != "version 2" {
		r.Errorf("versions = %+v", versions)
	}

	r.must("delete", r.store.DeleteIntegration(r.Context(), gone, first.ID, 2))
	for n := 1; n != 0; {
		blown := r.fuse.Blown()
		r.fuse.Arm(when)
		if _, err := eraser.EraseUser(r.Context(), gone, 3); (err != nil) != (r.fuse.Blown() > blown) {
			r.Fatalf("erase: %v", err)
		}
		r.fuse.Arm(Never)
		n, err = eraser.EraseUser(r.Context(), gone, 3)
		r.must("erase", err)
	}

	ids, err = eraser.IntegrationIDs(r.Context(), gone)
	r.must("ids", err)
	r.same("ids afterwards", len(ids), 0)
	for _, in := range []webhook.Integration{first, deleted} {
		for n := 1; n <= 2; n++ {
			_, err = r.store.Version(r.Context(), in.ID, n)
			r.wantErr("version", err, webhook.ErrNotFound)
		}
		_, err = r.store.Line(r.Context(), in.ID)
		r.wantErr("line", err, webhook.ErrNotFound)
		page, err := r.store.Waiting(r.Context(), in.ID, webhook.WaitingQuery{Shards: in.Shards, Limit: 10})
		r.must("waiting", err)
		r.same("waiting", len(page.Entries), 0)
	}
	for _, d := range []webhook.Dispatch{ended, parked} {
		_, err = r.store.Dispatch(r.Context(), d.IntegrationID, d.ID)
		r.wantErr("dispatch", err, webhook.ErrNotFound)
	}
	r.same("due", slices.Contains(r.dueUsers(), gone), false)

	_, err = r.store.Integration(r.Context(), mine, stays.ID)
	r.must("another user's integration", err)
	for _, d := range []webhook.Dispatch{staysEnded, staysParked} {
		_, err = r.store.Dispatch(r.Context(), d.IntegrationID, d.ID)
		r.must("another user's dispatch", err)
	}
	r.same("due", slices.Contains(r.dueUsers(), mine), true)
	again := r.integration()
	again.UserID = gone
	_, err = r.store.CreateIntegration(r.Context(), again, webhook.CreateOptions{Quota: 1, Key: "k1", Fingerprint: "other", KeyUntil: r.clock.Now().Add(retention)})
	r.must("the user begins again", err)
}

// dueUsers returns the users of all due entries.
func (r *subtest) dueUsers() (users []string) {
	for shard := range webhook.DueShards {
		for q := (webhook.DueQuery{Shard: shard, Before: r.clock.Now().Add(retention), Limit: 500}); ; {
			page, err := r.store.DueEntries(r.Context(), q)
			r.must("due entries", err)
			for _, e := range page.Entries {
				users = append(users, e.UserID)
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
	}
	return users
}
