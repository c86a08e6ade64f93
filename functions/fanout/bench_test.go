package fanout_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const integrationsOfOneUser = 10_000

// counter counts messages and discards them.
type counter struct{ n int }

func (c *counter) Send(_ context.Context, msgs []webhook.Message) error {
	c.n += len(msgs)
	return nil
}

// BenchmarkTenThousandIntegrations fans one event out to a user with ten thousand integrations in
// the node's store, including reading them in pages.
func BenchmarkTenThousandIntegrations(b *testing.B) {
	store, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "many.db"), sqlitestore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	createIntegrations(b, store)
	var sent counter
	h := &fanout.Handler{
		Source: fanout.DefaultSource(), Subscriptions: store, Sender: &sent,
		Metrics: &metrics.Counters{}, Log: slog.New(slog.DiscardHandler),
	}
	b.ReportAllocs()
	events := 0
	for b.Loop() {
		events++
		if err := h.Handle(b.Context(), event(success)); err != nil {
			b.Fatal(err)
		}
	}
	if sent.n != events*integrationsOfOneUser {
		b.Errorf("%d messages for %d events", sent.n, events)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(sent.n), "ns/integration")
}

// createIntegrations creates the integrations, many concurrently so that they share commits.
func createIntegrations(b *testing.B, store *sqlitestore.Store) {
	now := time.Now()
	var next atomic.Int64
	var creators sync.WaitGroup
	for range 64 {
		creators.Go(func() {
			for next.Add(1) <= integrationsOfOneUser {
				in := webhook.Integration{
					ID: ids.New(now), UserID: "3406", Name: "one of many", EventTypes: []webhook.EventType{webhook.Succeeded},
					RequestURL: "https://example.com/hook", Status: webhook.Active, Version: 1, CreatedAt: now, ModifiedAt: now,
				}
				if _, err := store.CreateIntegration(b.Context(), in, webhook.CreateOptions{Quota: integrationsOfOneUser}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	creators.Wait()
}

// BenchmarkFilters fans the example event out to a hundred integrations, without filters and with a
// filter each, of which one in ten lets it pass.
func BenchmarkFilters(b *testing.B) {
	const integrations = 100
	task := strings.Replace(string(events.TaskSucceeded), "{", `{"eventId":"e-1",`, 1)
	for _, with := range []bool{false, true} {
		b.Run(map[bool]string{false: "without", true: "with"}[with], func(b *testing.B) {
			users := map[string][]webhook.Subscription{}
			for n := range integrations {
				s := sub(fmt.Sprint("i-", n), webhook.Active, webhook.Succeeded)
				if with {
					s.Filter = fmt.Sprintf(`{"resource": {"url": {"spider_id": [%q]}, "detail": [{"wildcard": "*requests in total*"}], "apiCode": [{"numeric": [">=", %d]}]}}`,
						[]string{"3", "4"}[min(n%10, 1)], n)
				}
				users["3406"] = append(users["3406"], s)
			}
			h := &fanout.Handler{
				Source: fanout.DefaultSource(), Subscriptions: &book{users: users}, Sender: &counter{},
				Metrics: &metrics.Counters{}, Log: slog.New(slog.DiscardHandler),
			}
			for b.Loop() {
				if err := h.Handle(b.Context(), event(task)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/integrations, "ns/integration")
		})
	}
}
