package monitor_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/thordata/webhook-integration/infra/webhooks/monitor"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// scrape returns the metrics of a node with an integration in each state, after one point of every
// metric.
func scrape(t *testing.T) string {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"), sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	queue, err := store.Queue(t.Context(), sqlitestore.QueueOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, state := range []webhook.BreakerState{webhook.BreakerClosed, webhook.BreakerOpen, webhook.BreakerOpen, webhook.BreakerReleasing} {
		in := webhook.Integration{ID: "i" + string(rune('a'+i)), UserID: "user", Version: 1, Status: webhook.Active}
		if in, err = store.CreateIntegration(t.Context(), in, webhook.CreateOptions{Quota: 10}); err != nil {
			t.Fatal(err)
		}
		to := in.Health
		to.Breaker.State = state
		if err := store.SaveHealth(t.Context(), in.UserID, in.ID, in.Health, to); err != nil {
			t.Fatal(err)
		}
	}
	if err := queue.Send(t.Context(), []webhook.Message{{Ref: webhook.Ref{UserID: "user", IntegrationID: "ia", DispatchID: "d"}}}); err != nil {
		t.Fatal(err)
	}
	m := monitor.New(queue, store)
	for _, n := range metrics.Names() {
		m.Emit(t.Context(), metrics.Point{Name: n, Value: 2500}, metrics.Because(n, "cause"))
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

// promlint is what promtool check metrics runs.
func TestMetricsPassTheLint(t *testing.T) {
	problems, err := promlint.New(strings.NewReader(scrape(t))).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestMetrics(t *testing.T) {
	text := scrape(t)
	for _, want := range []string{
		`webhooks_delivered_total{cause=""} 2500`,
		`webhooks_breaker_opened_total{cause="cause"} 1`,
		`webhooks_delivery_latency_seconds_sum 2.501`,
		`webhooks_delivery_latency_seconds_bucket{le="2.5"} 2`,
		`webhooks_queue_messages{queue="deliveries",state="ready"} 1`,
		`webhooks_queue_messages{queue="dead",state="ready"} 0`,
		`webhooks_integrations{breaker="closed"} 1`,
		`webhooks_integrations{breaker="open"} 2`,
		`webhooks_integrations{breaker="releasing"} 1`,
		"webhooks_sqlite_wal_bytes ", "webhooks_sqlite_free_bytes 0", "go_goroutines ", "process_open_fds ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "# TYPE webhooks_"); n != len(metrics.Names())+5 {
		t.Errorf("%d metrics, want every one of package metrics and 5", n)
	}
}

// A label whose values users choose would make a series for each.
func TestLabelsAreFew(t *testing.T) {
	for _, m := range regexp.MustCompile(`(?m)^webhooks_\w+\{(\w+)="[^"]*"(?:,(\w+)=)?`).FindAllStringSubmatch(scrape(t), -1) {
		for _, label := range m[1:] {
			if label != "" && !slices.Contains([]string{"cause", "queue", "state", "breaker", "le"}, label) {
				t.Errorf("%s has the label %s", m[0], label)
			}
		}
	}
}

// Every metric of the dashboard exists, and has the labels that it groups and selects by.
func TestDashboardShowsWhatIsServed(t *testing.T) {
	file, err := os.ReadFile("../../docs/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(file, &dashboard); err != nil {
		t.Fatal(err)
	}
	text := scrape(t)
	metric := regexp.MustCompile(`\b(?:webhooks|go|process)_\w+`)
	shown := 0
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			for _, name := range metric.FindAllString(target.Expr, -1) {
				shown++
				if !regexp.MustCompile(`(?m)^` + name + `[ {]`).MatchString(text) {
					t.Errorf("panel %s: no metric %s", p.Title, name)
				}
			}
			if by := regexp.MustCompile(`by \(cause\) \(rate\((\w+)`).FindStringSubmatch(target.Expr); by != nil && !strings.Contains(text, by[1]+`{cause=`) {
				t.Errorf("panel %s: %s has no cause", p.Title, by[1])
			}
		}
	}
	if shown < 20 {
		t.Errorf("only %d metrics are shown", shown)
	}
}

type broken struct{}

func (broken) Depths() []sqlitestore.Depth       { return nil }
func (broken) Stats() (sqlitestore.Stats, error) { return sqlitestore.Stats{}, errors.New("disk") }

func TestCountersAreServedWithoutTheDatabase(t *testing.T) {
	m := monitor.New(broken{}, broken{})
	m.Emit(t.Context(), metrics.Count(metrics.Delivered))
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if text, _ := io.ReadAll(w.Result().Body); w.Code != 200 || !strings.Contains(string(text), `webhooks_delivered_total{cause=""} 1`) {
		t.Errorf("%d %s", w.Code, text)
	}
}
