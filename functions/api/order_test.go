package api_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// together records dispatches of events of the same second, accepted one after the other.
func (w *harness) together(in api.Integration, n int, at time.Time, status webhook.DispatchStatus) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = w.dispatched(in, at, status, func(d *webhook.Dispatch) {
			d.EventID = fmt.Sprint("ev-", at.Unix(), "-", i)
			d.ID = ids.Dispatch(at, d.EventID, in.ID)
			d.Accepted = at.Add(time.Duration(i) * time.Microsecond)
		}).ID
	}
	return all
}

// Ids say nothing about the order of events of one moment. What is held is queued in the order accepted.
func TestWhatWasHeldIsQueuedInTheOrderAccepted(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"status":"paused"`)
	var all []string
	for second := range 3 {
		all = append(all, w.together(in, 70, noon.Add(time.Duration(second)*time.Second), webhook.DispatchHeld)...)
	}
	w.do("PATCH", "/v1/integrations/"+in.ID, `{"status":"active"}`).want(200)
	if !slices.Equal(w.sent(), all) {
		t.Errorf("%d were queued, not in the order accepted", len(w.sent()))
	}
}

// The log shows them so too, the newest first, whatever the size of its pages.
func TestTheLogIsInTheOrderAccepted(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	var all []string
	for second := range 3 {
		all = append(all, w.together(in, 25, noon.Add(time.Duration(second)*time.Second), webhook.DispatchFailed)...)
	}
	slices.Reverse(all)
	for _, limit := range []int{1, 7, 25, 30, 75, 100} {
		var got []string
		for cursor := ""; len(got) == 0 || cursor != ""; {
			page := read[dispatchPage](w.do("GET", fmt.Sprintf("/v1/integrations/%s/dispatches?limit=%d&cursor=%s", in.ID, limit, cursor), "").want(200))
			if len(page.Dispatches) > limit {
				t.Fatalf("a page of %d has %d", limit, len(page.Dispatches))
			}
			for _, d := range page.Dispatches {
				got = append(got, d.ID)
			}
			cursor = page.Cursor
		}
		if !slices.Equal(got, all) {
			t.Errorf("in pages of %d: %d dispatches, not in the order accepted", limit, len(got))
		}
	}
}

// More of one moment than can be put into order are all there, once each.
func TestAMomentWithTooManyLosesNothing(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"status":"paused"`)
	all := w.together(in, 1300, noon, webhook.DispatchHeld)
	w.do("PATCH", "/v1/integrations/"+in.ID, `{"status":"active"}`).want(200)
	got := w.sent()
	slices.Sort(got)
	slices.Sort(all)
	if !slices.Equal(got, all) {
		t.Errorf("%d were queued, want each of %d once", len(got), len(all))
	}
}
