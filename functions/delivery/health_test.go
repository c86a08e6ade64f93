package delivery_test

import (
	"errors"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const day = 24 * time.Hour

// fails makes one failed attempt of a new dispatch.
func (w *harness) fails(in webhook.Integration) {
	w.Helper()
	w.attempts(in, http.StatusInternalServerError)
}

func (w *harness) attempts(in webhook.Integration, status int) {
	w.Helper()
	w.receiver.answer = answers(status)
	w.store.mu.Lock()
	stored := w.store.integrations[in.ID]
	stored.DoNotRetry = true
	w.store.integrations[in.ID] = stored
	w.store.mu.Unlock()
	w.send(in)
	w.drain()
}

func (w *harness) health(in webhook.Integration) webhook.Health {
	return w.store.integrations[in.ID].Health
}

func (w *harness) wantStages(want string) {
	w.Helper()
	if got := w.notices.stages(); got != want {
		w.Errorf("notices %s, want %s", got, want)
	}
}

func TestFiveDaysOfFailuresPause(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		since := time.Now().UTC()
		for range 5 * 24 {
			w.fails(in)
			time.Sleep(time.Hour)
		}
		w.wantStages("[started halfway]")
		if got := w.store.integrations[in.ID]; got.Status != webhook.Active || !got.Health.FailingSince.Equal(since) {
			t.Errorf("before the end it is %s, failing since %v", got.Status, got.Health.FailingSince)
		}
		w.fails(in)
		w.wantStages("[started halfway paused]")
		got := w.store.integrations[in.ID]
		if got.Status != webhook.Paused || got.StatusReason == "" || got.Version != 2 {
			t.Errorf("after five days it is %s (%s), version %d", got.Status, got.StatusReason, got.Version)
		}
		if n := w.notices.got[1]; !n.FailingSince.Equal(since) || !n.PausesAt.Equal(since.Add(5*day)) || n.LastError != "answered 500 Internal Server Error" {
			t.Errorf("halfway notice %+v", n)
		}
	})
}

func TestEventsAfterThePauseAreHeld(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.fails(in)
		time.Sleep(5 * day)
		w.fails(in)
		m := w.send(in)
		w.drain()
		if d := w.dispatch(m); d.Status != webhook.DispatchHeld {
			t.Errorf("dispatch is %s, want HELD", d.Status)
		}
	})
}

func TestSuccessHeals(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.fails(in)
		time.Sleep(4 * day)
		w.attempts(in, 200)
		if h := w.health(in); h.Failing() {
			t.Errorf("still failing: %+v", h)
		}
		time.Sleep(4 * day)
		w.fails(in)
		if got := w.store.integrations[in.ID]; got.Status != webhook.Active || !got.Health.FailingSince.Equal(time.Now()) {
			t.Errorf("second run: %s, %+v", got.Status, got.Health)
		}
		w.wantStages("[started started]")
	})
}

// Resuming restarts the five days.
func TestPauseAfterRestartsOnResume(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.fails(in)
		time.Sleep(5 * day)
		w.fails(in)
		w.edit(in, status(webhook.Active))
		w.fails(in)
		if got := w.store.integrations[in.ID]; got.Status != webhook.Active {
			t.Errorf("integration is %s again immediately", got.Status)
		}
		time.Sleep(5 * day)
		w.fails(in)
		w.wantStages("[started paused started paused]")
	})
}

func TestSuccessesDoNotWriteHealth(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		for range 50 {
			w.attempts(in, 200)
		}
		if want := map[string]int{"dispatch": 50}; !maps.Equal(w.store.writes, want) {
			t.Errorf("wrote %v, want %v: one write for each delivery", w.store.writes, want)
		}
	})
}

func TestFailuresWriteHealthOncePerStage(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		for range 50 {
			w.fails(in)
		}
		if got := w.store.writes["health"]; got != 2 { // the start, and that the notice was sent
			t.Errorf("%d writes of health, want 2", got)
		}
	})
}

func TestConcurrentFailuresNotifyOnce(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.receiver.answer = func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Second) // so that all loaded a healthy integration
			return reply(500), nil
		}
		for range 10 {
			w.send(in)
		}
		w.step()
		w.wantStages("[started]")
	})
}

func TestTestsDoNotChangeHealth(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		test := func(status int) {
			w.receiver.answer = answers(status)
			m := message(in)
			m.Trigger = webhook.TriggerTest
			w.queue.add(m.Encode())
			w.step()
		}
		test(500)
		if w.health(in).Failing() {
			t.Error("a failed test started a run of failures")
		}
		w.fails(in)
		test(200)
		if !w.health(in).Failing() {
			t.Error("a successful test ended a run of failures")
		}
	})
}

func TestFailedNoticeIsRepeated(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.notices.err = errors.New("the bus is down")
		w.fails(in)
		since := w.health(in).FailingSince
		if since.IsZero() {
			t.Fatal("not failing")
		}
		w.notices.err = nil
		time.Sleep(time.Hour)
		w.fails(in)
		w.fails(in)
		w.wantStages("[started]")
		if got := w.notices.got[0]; !got.FailingSince.Equal(since) {
			t.Errorf("notified of %v, want %v", got.FailingSince, since)
		}
	})
}

func TestNextHoldRepeatsFailedPauseNotice(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.fails(in)
		time.Sleep(5 * day)
		w.notices.err = errors.New("the bus is down")
		w.fails(in)
		w.wantStages("[started]")
		w.notices.err = nil
		w.send(in)
		w.send(in)
		w.drain()
		w.send(in)
		w.drain()
		if got := w.notices.stages(); got != "[started paused]" && got != "[started paused paused]" {
			t.Errorf("notices %s", got)
		}
		if h := w.health(in); h.Notified != webhook.NoticePaused {
			t.Errorf("notified %v", h.Notified)
		}
	})
}

func TestPauseDoesNotOverrideConcurrentEdit(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.fails(in)
		time.Sleep(5 * day)
		w.store.between = func(call string) {
			if call == "update" {
				w.store.between = nil
				w.edit(in, status(webhook.Disabled))
			}
		}
		w.fails(in)
		if got := w.store.integrations[in.ID].Status; got != webhook.Disabled {
			t.Errorf("integration is %s, want disabled as the user set it", got)
		}
		w.wantStages("[started]")
	})
}

func TestInternalErrorsDoNotChangeHealth(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration(func(in *webhook.Integration) { in.Secrets.Current = []byte("not sealed here") })
		m := w.send(in)
		w.step()
		if d := w.dispatch(m); d.Attempts[0].Code != webhook.CodeInternal || d.Status != webhook.DispatchRetrying {
			t.Errorf("dispatch is %s after %+v", d.Status, d.Attempts[0])
		}
		if w.health(in).Failing() {
			t.Error("the integration counts as failing")
		}
	})
}
