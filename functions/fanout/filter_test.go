package fanout_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func filtered(id, filter string) webhook.Subscription {
	s := sub(id, webhook.Active, webhook.Succeeded)
	s.Filter = filter
	return s
}

func TestFiltersDecideBeforeAMessageExists(t *testing.T) {
	b := &book{users: map[string][]webhook.Subscription{"3406": {
		filtered("wants", `{"userId": [3406], "eventType": [{"suffix": "SUCCEEDED"}]}`),
		filtered("does not want", `{"userId": [1]}`),
		filtered("all", ""),
		filtered("is not valid", `{"userId": 3406}`),
	}}}
	h, counters, log := newHandler(t, b)
	for range 2 { // the second time, compiled filters are cached
		b.sent = nil
		if err := h.Handle(t.Context(), event(success)); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range b.sent {
			got = append(got, m.IntegrationID)
		}
		if want := "[wants all is not valid]"; fmt.Sprint(got) != want {
			t.Errorf("sent to %v; want %s", got, want)
		}
	}
	if n, wrong := counters.Count(metrics.Filtered, ""), counters.Count(metrics.FilterFaults, ""); n != 2 || wrong != 2 {
		t.Errorf("%d filtered and %d faults are counted; want 2 and 2", n, wrong)
	}
	if !strings.Contains(log.String(), "filtered=1") || !strings.Contains(log.String(), `integrationId="is not valid"`) {
		t.Errorf("log: %s", log)
	}
}

func TestAnEventThatNobodyWantsIsNotSent(t *testing.T) {
	b := &book{users: map[string][]webhook.Subscription{"3406": {filtered("a", `{"userId": [1]}`)}}}
	h, counters, _ := newHandler(t, b)
	if err := h.Handle(t.Context(), event(success)); err != nil {
		t.Fatal(err)
	}
	if len(b.calls) != 0 || counters.Count(metrics.Dispatched, "") != 0 {
		t.Errorf("%d calls of the queue", len(b.calls))
	}
}
