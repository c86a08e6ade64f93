package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// comparedStore makes every call on the fake store and on a real one, and fails the test if they
// differ: the other tests rely on the fake behaving like a real store.
type comparedStore struct {
	testing.TB
	fake *fakeStore
	real *sqlitestore.Store
}

func (t comparedStore) same(call string, fake, real error) error {
	for _, known := range []error{webhook.ErrConflict, webhook.ErrNotFound, nil} {
		if errors.Is(fake, known) != errors.Is(real, known) {
			t.Errorf("%s: %v in the fake store, %v in the real store", call, fake, real)
		}
	}
	return real
}

func (t comparedStore) Load(ctx context.Context, refs []webhook.Ref) ([]webhook.Loaded, error) {
	fake, fakeErr := t.fake.Load(ctx, refs)
	real, realErr := t.real.Load(ctx, refs)
	if diff := cmp.Diff(fake, real); diff != "" {
		t.Errorf("load: %s", diff)
	}
	return real, t.same("load", fakeErr, realErr)
}

func (t comparedStore) SaveDispatch(ctx context.Context, d webhook.Dispatch) error {
	return t.same("save "+string(d.Status), t.fake.SaveDispatch(ctx, d), t.real.SaveDispatch(ctx, d))
}

func (t comparedStore) HoldDispatch(ctx context.Context, d webhook.Dispatch) error {
	return t.same("hold", t.fake.HoldDispatch(ctx, d), t.real.HoldDispatch(ctx, d))
}

func (t comparedStore) Integration(ctx context.Context, userID, id string) (webhook.Integration, error) {
	fake, fakeErr := t.fake.Integration(ctx, userID, id)
	real, realErr := t.real.Integration(ctx, userID, id)
	if diff := cmp.Diff(fake, real); diff != "" {
		t.Errorf("integration: %s", diff)
	}
	return real, t.same("integration", fakeErr, realErr)
}

func (t comparedStore) UpdateIntegration(ctx context.Context, in webhook.Integration) error {
	return t.same("update", t.fake.UpdateIntegration(ctx, in), t.real.UpdateIntegration(ctx, in))
}

func (t comparedStore) SaveHealth(ctx context.Context, userID, id string, from, to webhook.Health) error {
	return t.same(fmt.Sprint("health ", to), t.fake.SaveHealth(ctx, userID, id, from, to), t.real.SaveHealth(ctx, userID, id, from, to))
}

func (t comparedStore) Park(ctx context.Context, d webhook.Dispatch) error {
	return t.same("park", t.fake.Park(ctx, d), t.real.Park(ctx, d))
}

func (t comparedStore) Keeps(d webhook.Dispatch) bool { return t.fake.Keeps(d) && t.real.Keeps(d) }

func (t comparedStore) RemoveWaiting(ctx context.Context, ref webhook.Ref, accepted time.Time) error {
	return t.same("remove waiting", t.fake.RemoveWaiting(ctx, ref, accepted), t.real.RemoveWaiting(ctx, ref, accepted))
}

func (t comparedStore) PutDue(ctx context.Context, d webhook.Due) error {
	return t.same("put due", t.fake.PutDue(ctx, d), t.real.PutDue(ctx, d))
}

func (t comparedStore) Line(ctx context.Context, integrationID string) (webhook.Line, error) {
	fake, fakeErr := t.fake.Line(ctx, integrationID)
	real, realErr := t.real.Line(ctx, integrationID)
	if fake != real {
		t.Errorf("lines differ: %+v in memory, %+v in the store", fake, real)
	}
	return real, t.same("line", fakeErr, realErr)
}

func (t comparedStore) MoveLine(ctx context.Context, from, to webhook.Line) error {
	return t.same("move line", t.fake.MoveLine(ctx, from, to), t.real.MoveLine(ctx, from, to))
}

func (t comparedStore) Reserve(ctx context.Context, integrationID string, perMinute, burst int, now time.Time) (bool, error) {
	return t.real.Reserve(ctx, integrationID, perMinute, burst, now)
}

func (t comparedStore) GrowShards(ctx context.Context, userID, id string, from, to int) error {
	return t.same("grow shards", t.fake.GrowShards(ctx, userID, id, from, to), t.real.GrowShards(ctx, userID, id, from, to))
}

func (t comparedStore) Dispatches(ctx context.Context, integrationID string, q webhook.DispatchQuery) (webhook.DispatchPage, error) {
	return t.real.Dispatches(ctx, integrationID, q)
}

// keep stores what the test puts into the store in memory.
func (t comparedStore) keep(in webhook.Integration) {
	err := t.real.UpdateIntegration(t.Context(), in)
	if in.Version == 1 {
		_, err = t.real.CreateIntegration(t.Context(), in, webhook.CreateOptions{Quota: 100})
	}
	if err != nil {
		t.Errorf("keep version %d: %v", in.Version, err)
	}
}

func TestFakeStoreMatchesRealStore(t *testing.T) {
	for name, history := range map[string]func(*harness){
		"delivered":  func(w *harness) { w.send(w.integration()); w.drain() },
		"given up":   func(w *harness) { w.receiver.answer = answers(500); w.send(w.integration()); w.drain() },
		"gone":       func(w *harness) { w.receiver.answer = answers(410); w.send(w.integration()); w.drain() },
		"held":       func(w *harness) { w.send(w.integration(status(webhook.Paused))); w.drain() },
		"two copies": func(w *harness) { w.twoAtOnce() },
		"paused, resumed, healed": func(w *harness) {
			in := w.integration(func(in *webhook.Integration) { in.DoNotRetry = true })
			for range 3 {
				w.receiver.answer = answers(500)
				w.send(in)
				w.drain()
				time.Sleep(3 * day)
			}
			w.edit(in, status(webhook.Active))
			w.receiver.answer = nil
			w.send(in)
			w.drain()
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "webhooks.db")
			synctest.Test(t, func(t *testing.T) {
				real, err := sqlitestore.Open(t.Context(), path, sqlitestore.Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer real.Close()
				w := newHarness(t, func(c *delivery.Config) {
					pair := comparedStore{t, c.Dispatches.(*fakeStore), real}
					c.Dispatches, c.Integrations = pair, pair
				})
				w.seed = comparedStore{t, w.store, real}.keep
				history(w)
				if len(w.receiver.got) == 0 && name != "held" {
					t.Error("nothing was sent")
				}
			})
		})
	}
}

// twoAtOnce delivers another copy of the message during the first one's attempt.
func (w *harness) twoAtOnce() {
	m := w.send(w.integration())
	w.receiver.answer = func(*http.Request) (*http.Response, error) {
		if len(w.receiver.got) == 1 {
			w.queue.add(m.Encode())
			w.step()
		}
		return reply(500), nil
	}
	w.drain()
}
