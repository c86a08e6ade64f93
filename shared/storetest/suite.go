package storetest

import (
	"crypto/rand"
	"strconv"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/clock"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Env is the environment of a store under test.
type Env struct {
	// Now is the clock. It changes only when the test advances it, and starts at the real time
	// because a table may expire items by its own clock.
	Now func() time.Time

	// Retention is how long a dispatch is stored.
	Retention time.Duration

	// Fuse must be installed at the lowest layer of the adapter. See Fuse.
	Fuse *Fuse
}

// Test checks everything that Store promises. It calls open for each subtest. The stores may share
// a table: each subtest uses its own users and integrations.
func Test(t *testing.T, open func(t *testing.T, env Env) Store) {
	for _, group := range []struct {
		name   string
		checks []check
	}{
		{"create", creating()},
		{"fields", keeping()},
		{"idempotency key", keys()},
		{"read", reading()},
		{"change", changing()},
		{"delete", deleting()},
		{"health", health()},
		{"save dispatch", saving()},
		{"hold dispatch", holding()},
		{"load", loading()},
		{"list dispatches", listing()},
		{"list dispatches that are not sharded", together(listing())},
		{"shards", spreading()},
		{"waiting", waiting()},
		{"waiting that is not sharded", together(waiting())},
		{"line", lines()},
		{"due", dueEntries()},
		{"rate", rates()},
		{"expire", expiring()},
		{"fail once", failing()},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.checks {
				t.Run(c.name, func(t *testing.T) { c.run(newRoom(t, open)) })
			}
		})
	}
}

// check is a subtest.
type check struct {
	name string
	run  func(*subtest)
}

// together runs the checks with integrations whose dispatches are not sharded.
func together(checks []check) []check {
	var all []check
	for _, c := range checks {
		all = append(all, check{c.name, func(r *subtest) {
			r.shards = 0
			c.run(r)
		}})
	}
	return all
}

const retention = 30 * 24 * time.Hour

// subtest is the environment of one subtest: a store, a clock, and a user of its own.
type subtest struct {
	*testing.T
	store  Store
	clock  *clock.Held
	fuse   *Fuse
	user   string
	shards int // of its integrations
}

func newRoom(t *testing.T, open func(*testing.T, Env) Store) *subtest {
	r := &subtest{T: t, clock: clock.Hold(time.Now().UTC().Truncate(time.Millisecond)), fuse: new(Fuse), user: newUser(), shards: 4}
	r.store = open(t, Env{Now: r.clock.Now, Retention: retention, Fuse: r.fuse})
	return r
}

func newUser() string { return "user-" + rand.Text() }

// integration returns a new integration that is not stored yet and has every field set. Each call
// returns a larger id.
func (r *subtest) integration() webhook.Integration {
	r.clock.Advance(time.Millisecond)
	now := r.clock.Now()
	return webhook.Integration{
		ID:                ids.New(now),
		UserID:            r.user,
		Name:              "Ergebnisse → 数据 🚚 '; --",
		Description:       "two\nlines, \"quoted\", and \u2028 a separator",
		EventTypes:        []webhook.EventType{webhook.Failed, webhook.Succeeded},
		RequestURL:        "https://example.com/hook?a=%20#x",
		PayloadTemplate:   `{"task": "{{taskId}}", "n": 1.50}`,
		HeadersTemplate:   `{"X-Task": "{{taskId}}"}`,
		Status:            webhook.Active,
		StatusReason:      "because",
		DoNotRetry:        true,
		RedirectIsSuccess: true,
		MaxPerMinute:      600,
		Filter:            `{"resource": {"apiCode": [200]}}`,
		Version:           1,
		CreatedAt:         now,
		ModifiedAt:        now,
		Health:            webhook.Health{FailingSince: now.Add(-time.Hour), Notified: webhook.NoticeFailing, Breaker: r.breaker()},
		Shards:            r.shards,
		Secrets: webhook.Secrets{
			Current: []byte{0, 1, 2, 0xFF}, Previous: []byte("before"), PreviousUntil: now.Add(24 * time.Hour),
		},
	}
}

// breaker returns a breaker with every field set.
func (r *subtest) breaker() webhook.Breaker {
	now := r.clock.Now()
	return webhook.Breaker{
		State: webhook.BreakerOpen, Since: now.Add(-time.Minute), NotBefore: now.Add(time.Minute), Rate: true, Why: "the receiver answered \"503\" \u2028 数据",
		ToldAt: now.Add(-time.Hour), Wrote: now.Add(-time.Second), WroteBefore: now.Add(-time.Minute),
	}
}

// created stores a new integration after applying the changes.
func (r *subtest) created(change ...func(*webhook.Integration)) webhook.Integration {
	r.Helper()
	in := r.integration()
	for _, c := range change {
		c(&in)
	}
	_, err := r.store.CreateIntegration(r.Context(), in, webhook.CreateOptions{Quota: 1000})
	r.must("create integration", err)
	return in
}

func paused(in *webhook.Integration) { in.Status = webhook.Paused }

// changed returns the next version of an integration, with a different name.
func (r *subtest) changed(in webhook.Integration) webhook.Integration {
	r.clock.Advance(time.Millisecond)
	in = in.Changed(r.clock.Now())
	in.Name = "version " + strconv.Itoa(in.Version)
	return in
}

// dispatch returns the first revision of a dispatch, created now, with every field set.
func (r *subtest) dispatch(in webhook.Integration) webhook.Dispatch {
	r.clock.Advance(time.Millisecond)
	return r.dispatchAt(in, r.clock.Now())
}

func (r *subtest) dispatchAt(in webhook.Integration, created time.Time) webhook.Dispatch {
	event := "event #" + rand.Text()
	return webhook.Dispatch{
		ID:            ids.Dispatch(created, event, in.ID),
		IntegrationID: in.ID,
		UserID:        in.UserID,
		EventID:       event,
		EventType:     webhook.Succeeded,
		Trigger:       webhook.TriggerEvent,
		Status:        webhook.DispatchRetrying,
		Reason:        "none \x00 yet",
		CreatedAt:     created,
		Accepted:      created.Add(123_456 * time.Microsecond),
		Shards:        in.Shards,
		NextAttemptAt: created.Add(time.Minute),
		Revision:      1,
		Event:         []byte(`{"userId": 7, "n": 1.50e3, "prodect_id": "数据", "a": {"z": 1, "a": 2}}`),
		Attempts: []webhook.Attempt{{
			Number: 1, StartedAt: created.Add(5 * time.Millisecond), Duration: 123 * time.Millisecond,
			ResponseStatus: 503, ResponseBody: "sorry \x00 \u2028 数据", Code: webhook.CodeHTTPStatus,
			Message: "the receiver answered 503", IntegrationVersion: 1,
		}},
	}
}

// next returns the next revision of a dispatch, with one more attempt.
func (r *subtest) next(d webhook.Dispatch) webhook.Dispatch {
	r.clock.Advance(time.Millisecond)
	now := r.clock.Now()
	a := webhook.Attempt{
		Number: d.NextNumber(), Round: d.Round, StartedAt: now, Duration: 9 * time.Millisecond,
		ResponseStatus: 200, ResponseBody: "ok", IntegrationVersion: 1,
	}
	return d.After(a, webhook.Verdict{Status: webhook.DispatchSucceeded}, now)
}

// saved stores a dispatch and returns it.
func (r *subtest) saved(d webhook.Dispatch) webhook.Dispatch {
	r.Helper()
	r.must("save dispatch", r.store.SaveDispatch(r.Context(), d))
	return d
}
