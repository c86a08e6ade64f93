package dynamostore

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func newer(it item) { it["f"] = number(format + 1) }

func (w *harness) wantNewer(what string, err error, k key) {
	w.Helper()
	if !errors.Is(err, webhook.ErrNewerFormat) || !strings.Contains(err.Error(), k.String()) {
		w.Errorf("%s: error = %v, want ErrNewerFormat and the item %s", what, err, k)
	}
}

func TestItemsOfANewerFormatAreReportedAndLeftUnchanged(t *testing.T) {
	w := newHarness(t)
	in, other := w.created(), w.created()
	d, neighbour := w.saved(w.dispatch(in, "a")), w.saved(w.dispatch(other, "b"))
	dk, ik, vk := dispatchKey(d.Ref()), integrationKey(in.UserID, in.ID), versionKey(in.ID, 1)
	w.overwrite(dk, newer)

	_, err := w.Dispatch(t.Context(), in.ID, d.ID)
	w.wantNewer("dispatch", err, dk)
	_, err = w.Dispatches(t.Context(), in.ID, webhook.DispatchQuery{Limit: 10})
	w.wantNewer("dispatches", err, dk)
	loaded, err := w.Load(t.Context(), []webhook.Ref{d.Ref(), neighbour.Ref()})
	w.must(err)
	w.wantNewer("load", loaded[0].Err, dk)
	if diff := cmp.Diff(webhook.Loaded{Integration: other, Dispatch: neighbour}, loaded[1], cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the other ref is affected: %s", diff)
	}
	if err := w.SaveDispatch(t.Context(), d); !errors.Is(err, webhook.ErrConflict) {
		t.Errorf("save over a newer one: %v, want ErrConflict", err)
	}

	w.overwrite(ik, newer)
	w.overwrite(vk, newer)
	_, err = w.Integration(t.Context(), in.UserID, in.ID)
	w.wantNewer("integration", err, ik)
	_, err = w.Version(t.Context(), in.ID, 1)
	w.wantNewer("version", err, vk)
	_, _, err = w.Integrations(t.Context(), in.UserID, "", 10)
	w.wantNewer("integrations", err, ik)
	for _, err = range w.Subscriptions(t.Context(), in.UserID) {
		if err != nil {
			break
		}
	}
	w.wantNewer("subscriptions", err, ik)
}

func TestDamagedItemsAreReported(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	d := w.saved(w.dispatch(in, "a"))
	k := dispatchKey(d.Ref())
	for name, damage := range map[string]func(item){
		"no format": func(it item) { delete(it, "f") },
		"no record": func(it item) { delete(it, "rec") },
		"not flate": func(it item) { it.setBytes("rec", []byte{1, 0xFF}) },
	} {
		w.overwrite(k, damage)
		if _, err := w.Dispatch(t.Context(), in.ID, d.ID); err == nil || !strings.Contains(err.Error(), k.String()) || !strings.Contains(err.Error(), "damaged") && !strings.Contains(err.Error(), "empty") {
			t.Errorf("%s: error = %v, want one that names the item", name, err)
		}
	}
}

func TestMissingTableErrorSaysWhatToDo(t *testing.T) {
	w := newHarness(t)
	*w.table = "nobody-made-this"
	_, err := w.Integration(t.Context(), w.user, "01JX4PZK9S0000000000000000")
	if err == nil || !strings.Contains(err.Error(), `there is no table "nobody-made-this"`) || !strings.Contains(err.Error(), "set TABLE_NAME") {
		t.Errorf("error = %v", err)
	}
	if errors.Is(err, webhook.ErrNotFound) {
		t.Error("a missing table was reported as a missing integration")
	}
}
