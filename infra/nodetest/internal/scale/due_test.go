package scale

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// retryAt stores a dispatch whose second attempt is due at a time. The model's delay of its request is
// counted from then.
func (m *model) retryAt(t *testing.T, n int, at time.Time) {
	t.Helper()
	user := m.users[n%len(m.users)]
	event := "e-" + strconv.Itoa(n)
	d := webhook.Dispatch{
		IntegrationID: m.store.owned[user][0], UserID: user, EventID: event, EventType: webhook.Succeeded, Trigger: webhook.TriggerEvent,
		Status: webhook.DispatchRetrying, CreatedAt: m.began, Accepted: at, NextAttemptAt: at, Event: []byte(`{"userId":` + user + `}`), Revision: 1,
		Attempts: []webhook.Attempt{{Number: 1, StartedAt: m.began, ResponseStatus: 503, Code: webhook.CodeHTTPStatus, IntegrationVersion: 1}},
	}
	d.ID = ids.Dispatch(m.began, event, d.IntegrationID)
	if err := m.store.put(d); err != nil {
		t.Fatal(err)
	}
	entry := webhook.Due{At: at, UserID: user, IntegrationID: d.IntegrationID, DispatchID: d.ID}
	key, part := dueKey(entry)
	m.store.due[part] = append(m.store.due[part], dueEntry{key, entry}) // the caller sorts them
	m.told.accept(d.Message(), healthy)
}

// work runs the functions and the tick until a time.
func (m *model) work(until time.Duration) {
	ctx, stop := context.WithTimeout(context.Background(), until)
	defer stop()
	for _, each := range m.mappings {
		m.going.Go(func() { each.run(ctx) })
	}
	m.going.Go(func() { m.ticks(ctx) })
	m.going.Wait()
}

// Calls to AWS take 5 ms in the model, and receivers answer after 100 to 200 ms.
func TestDueTimesAreMet(t *testing.T) {
	for _, c := range []struct {
		name  string
		n     int
		due   func(n int) time.Duration // from the start
		until time.Duration
		most  time.Duration // late
	}{
		{"ten a second", 6000, func(n int) time.Duration { return 3*time.Minute + time.Duration(n/10)*time.Second }, 15 * time.Minute, 2 * time.Second},
		{"10,000 in one second", 10_000, func(n int) time.Duration {
			return 3*time.Minute + 30*time.Second + time.Duration(n%1000)*time.Millisecond
		}, 6 * time.Minute, time.Minute},
		{"10,000 right before a tick", 10_000, func(int) time.Duration { return 3*time.Minute - time.Second }, 6 * time.Minute, time.Minute},
		{"10,000 right after a tick", 10_000, func(int) time.Duration { return 3 * time.Minute }, 6 * time.Minute, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newModel(Scenario{Scale: 1})
				for n := range c.n {
					m.retryAt(t, n, m.began.Add(c.due(n)))
				}
				for part := range m.store.due {
					slices.SortFunc(m.store.due[part], func(a, b dueEntry) int { return cmp.Compare(a.key, b.key) })
				}
				m.work(c.until)
				r := m.result()
				if len(m.told.delays) != c.n || r.Waiting+r.Lost+r.Repeated > 0 {
					t.Errorf("%d of %d sent, %d wait, %d lost, %d repeated", len(m.told.delays), c.n, r.Waiting, r.Lost, r.Repeated)
				}
				if earliest := m.told.delays[0]; earliest < 0 {
					t.Errorf("sent %v before it was due", -earliest)
				}
				if r.Longest > c.most {
					t.Errorf("sent %v late; want at most %v", r.Longest, c.most)
				}
				t.Logf("late: p50 %v, p99 %v, longest %v", r.P50, r.P99, r.Longest)
			})
		})
	}
}
