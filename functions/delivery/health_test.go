package delivery_test

import (
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const day = 24 * time.Hour

func (w *harness) health(in webhook.Integration) webhook.Health {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	return w.store.integrations[in.ID].Health
}

func (w *harness) wantStages(want string) {
	w.Helper()
	if got := w.notices.stages(); got != want {
		w.Errorf("notices %s, want %s", got, want)
	}
}

func (w *harness) wantState(in webhook.Integration, want webhook.BreakerState) {
	w.Helper()
	if got := w.health(in).Breaker.State; got != want {
		w.Errorf("the breaker is %q, want %q", got, want)
	}
}

// until handles what comes, with its ticks, until a time.
func (w *harness) until(end time.Time) {
	w.Helper()
	for range 100_000 {
		at, some := w.queue.next()
		if tick, due := w.nextTick(); due && (!some || tick.Before(at)) {
			if !tick.Before(end) {
				break
			}
			w.tick()
			continue
		}
		if !some || !at.Before(end) {
			break
		}
		time.Sleep(time.Until(at))
		w.step()
	}
	time.Sleep(time.Until(end))
}

// outage has the receiver answer so until a time, and 200 from then on.
func (w *harness) outage(end time.Time, status int, headers ...string) {
	w.receiver.answer = func(*http.Request) (*http.Response, error) {
		if time.Now().Before(end) {
			return reply(status, headers...), nil
		}
		return reply(http.StatusOK), nil
	}
}

// An outage of four days spends two attempts of a dispatch, the first and the last, and loses nothing.
func TestAfterAnOutageOfFourDaysEverythingIsDelivered(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		start := time.Now()
		w.outage(start.Add(4*day), 503)
		var all []webhook.Message
		for time.Since(start) < 4*day {
			all = append(all, w.send(in))
			w.until(time.Now().Add(2 * time.Hour))
		}
		down := len(w.receiver.got)
		w.drain()
		for _, m := range all {
			d := w.dispatch(m)
			if d.Status != webhook.DispatchSucceeded || len(d.Attempts) > 2 {
				t.Errorf("dispatch is %s after %d attempts: %+v", d.Status, len(d.Attempts), d.Attempts)
			}
		}
		if down > 4*24+12 {
			t.Errorf("%d requests in four days; want a probe an hour, and few before", down)
		}
		w.wantState(in, webhook.BreakerClosed)
		w.wantStages("[started halfway recovered]")
	}, breaking)
}

func TestWhatComesWhileTheEndpointIsDownIsNotAttempted(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.receiver.answer = answers(500)
		first := w.send(in)
		w.until(time.Now().Add(90 * time.Second)) // the retry opens the breaker
		w.wantState(in, webhook.BreakerOpen)
		if d := w.dispatch(first); d.Status != webhook.DispatchWaiting || len(d.Attempts) != 1 || d.Reason == "" {
			t.Errorf("the first is %s (%s) after %d attempts", d.Status, d.Reason, len(d.Attempts))
		}
		requests := len(w.receiver.got)
		second := w.send(in)
		if resp := w.step(); len(resp.BatchItemFailures) != 0 {
			t.Error("its message stays in the queue")
		}
		if d := w.dispatch(second); d.Status != webhook.DispatchWaiting || len(w.receiver.got) != requests {
			t.Errorf("the second is %s, and %d requests were made", d.Status, len(w.receiver.got)-requests)
		}
	}, breaking)
}

func TestAnEndpointThatFailsNowAndThenStaysClosed(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration(func(in *webhook.Integration) { in.DoNotRetry = true })
		n := 0
		w.receiver.answer = func(*http.Request) (*http.Response, error) {
			if n++; n%2 == 0 {
				return reply(500), nil
			}
			return reply(200), nil
		}
		writes := []time.Time{}
		w.store.between = func(call string) {
			if call == "health" {
				writes = append(writes, time.Now())
			}
		}
		for range 3000 {
			w.send(in)
			w.step()
			time.Sleep(100 * time.Millisecond)
		}
		w.wantState(in, webhook.BreakerClosed)
		w.wantStages("[]")
		for i := range writes {
			if i >= 2 && writes[i].Sub(writes[i-2]) < time.Minute {
				t.Errorf("three writes of health within %v", writes[i].Sub(writes[i-2]))
			}
		}
	}, breaking)
}

// An endpoint that comes and goes all day is told of once.
func TestOneNoticeADay(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		start := time.Now()
		for time.Since(start) < 23*time.Hour {
			w.outage(time.Now().Add(10*time.Minute), 500)
			w.send(in)
			w.until(time.Now().Add(time.Hour))
			w.wantState(in, webhook.BreakerClosed)
		}
		failing := 0
		for _, n := range w.notices.got {
			if n.Kind == webhook.NoticeFailing {
				failing++
			}
		}
		if failing != 1 {
			t.Errorf("told %d times: %s", failing, w.notices.stages())
		}
	}, breaking)
}

func TestTimeOutsOpenEarlier(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.receiver.answer = hang
		w.send(in)
		w.step() // 30 s
		w.wantState(in, webhook.BreakerClosed)
		w.send(in)
		w.step()
		w.wantState(in, webhook.BreakerOpen)
		if n := len(w.receiver.got); n != 2 {
			t.Errorf("%d requests hung", n)
		}
	}, breaking)
}

// The alarm `failures` of the template looks at periods of five minutes with at least 300 attempts, three
// in a row. All endpoints of a user may be down without it.
func TestOneUsersEndpointsDoNotRaiseTheFailuresAlarm(t *testing.T) {
	const integrations, floor = 100, 300
	run(t, func(w *harness) {
		w.receiver.answer = answers(503)
		var all []webhook.Integration
		for range integrations {
			all = append(all, w.integration())
		}
		now := time.Now()
		var attempts []int
		for range 4 { // periods
			before := len(w.receiver.got)
			for range 10 {
				for _, in := range all {
					w.send(in)
				}
				now = now.Add(30 * time.Second)
				w.until(now)
			}
			attempts = append(attempts, len(w.receiver.got)-before)
		}
		for i, n := range attempts {
			if i > 0 && n >= floor {
				t.Errorf("attempts in periods of five minutes: %v; want less than %d from the second on", attempts, floor)
				break
			}
		}
		if attempts[0] < integrations {
			t.Errorf("attempts in periods of five minutes: %v; nothing was tried", attempts)
		}
	}, breaking)
}

// A tick may come between the line and the open breaker that it belongs to: it sees a closed breaker for
// which nothing waits, and removes the line, at once or later.
func TestALineThatATickRemovesIsPlacedAgain(t *testing.T) {
	for _, late := range []bool{false, true} {
		run(t, func(w *harness) {
			in := w.integration()
			w.receiver.answer = answers(503)
			var seen webhook.Line
			remove := func() {
				w.store.mu.Lock()
				defer w.store.mu.Unlock()
				if w.store.lines[in.ID] == seen {
					delete(w.store.lines, in.ID)
				}
			}
			w.store.between = func(call string) {
				if call == "health" {
					w.store.mu.Lock()
					seen = w.store.lines[in.ID]
					w.store.mu.Unlock()
					if !late {
						remove()
					}
				}
			}
			w.send(in)
			w.until(time.Now().Add(90 * time.Second)) // the retry opens the breaker
			if late {
				remove()
			}
			w.wantState(in, webhook.BreakerOpen)
			if line := w.store.lines[in.ID]; line.DueAt.IsZero() || seen.DueAt.IsZero() {
				t.Errorf("late %v: line %+v, seen by the tick %+v", late, line, seen)
			}
		}, breaking)
	}
}

func TestFiveDaysOfFailuresPause(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		since := time.Now().UTC()
		w.receiver.answer = answers(500)
		m := w.send(in)
		w.until(since.Add(5*day - time.Hour))
		w.wantStages("[started halfway]")
		if got := w.store.integrations[in.ID]; got.Status != webhook.Active || !got.Health.FailingSince.Equal(since) {
			t.Errorf("before the end it is %s, failing since %v", got.Status, got.Health.FailingSince)
		}
		w.until(since.Add(5*day + 2*time.Hour))
		w.wantStages("[started halfway paused]")
		got := w.store.integrations[in.ID]
		if got.Status != webhook.Paused || got.StatusReason == "" || got.Version != 2 {
			t.Errorf("after five days it is %s (%s), version %d", got.Status, got.StatusReason, got.Version)
		}
		if n := w.notices.got[1]; !n.FailingSince.Equal(since) || !n.PausesAt.Equal(since.Add(5*day)) || n.LastError != "answered 500 Internal Server Error" {
			t.Errorf("halfway notice %+v", n)
		}
		held := w.send(in)
		w.drain()
		if a, b := w.dispatch(m).Status, w.dispatch(held).Status; a != webhook.DispatchWaiting || b != webhook.DispatchHeld {
			t.Errorf("what waited is %s, what came after is %s", a, b)
		}
	}, breaking)
}

// With a Retry-After nothing is sent to the endpoint before, by either of two that deliver, and a
// success of what was under way changes nothing.
func TestRetryAfterIsTheEndpoints(t *testing.T) {
	for header, wait := range map[string]time.Duration{"600": 10 * time.Minute, "1.5": 1500 * time.Millisecond, "0.2": 200 * time.Millisecond} {
		t.Run(header, func(t *testing.T) {
			run(t, func(w *harness) {
				in := w.integration()
				until := time.Now().Add(wait)
				w.outage(until, 429, "Retry-After: "+header)
				var all []webhook.Message
				for range 5 {
					all = append(all, w.send(in))
					w.step()
				}
				if n := len(w.receiver.got); n != 1 {
					t.Errorf("%d requests before the time", n)
				}
				w.drain()
				for _, r := range w.receiver.got[1:] {
					if r.at.Before(until) {
						t.Errorf("sent %v before the time", until.Sub(r.at))
					}
				}
				for _, m := range all {
					if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || len(d.Attempts) != 1 {
						t.Errorf("%s after %d attempts", d.Status, len(d.Attempts))
					}
				}
			})
		})
	}
}

func TestATestThatSucceedsClosesTheBreaker(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.receiver.answer = answers(500)
		waits := w.send(in)
		w.until(time.Now().Add(2 * time.Minute))
		w.wantState(in, webhook.BreakerOpen)
		test := func(status int) {
			w.receiver.answer = answers(status)
			m := message(in)
			m.Trigger = webhook.TriggerTest
			w.queue.add(m.Encode())
			w.step()
		}
		test(500)
		w.wantState(in, webhook.BreakerOpen)
		test(200)
		w.wantState(in, webhook.BreakerReleasing)
		w.drain()
		if d := w.dispatch(waits); d.Status != webhook.DispatchSucceeded {
			t.Errorf("what waited is %s", d.Status)
		}
		w.wantState(in, webhook.BreakerClosed)
	}, breaking)
}

// A receiver that is down may refuse the dispatch that asks whether it is back, or all of them.
func TestWhatAReceiverAsksForInAnswerToAProbe(t *testing.T) {
	for ask, status := range map[string]webhook.IntegrationStatus{"disable": webhook.Disabled, "abort-message": webhook.Active} {
		t.Run(ask, func(t *testing.T) {
			run(t, func(w *harness) {
				in := w.integration()
				w.receiver.answer = answers(500)
				first := w.send(in)
				w.until(time.Now().Add(90 * time.Second))
				w.wantState(in, webhook.BreakerOpen)
				second := w.send(in)
				w.step()
				w.outage(time.Now().Add(2*time.Minute), 503, "Webhook-Delivery: "+ask)
				requests := len(w.receiver.got)
				w.until(time.Now().Add(100 * time.Second))
				if n := len(w.receiver.got) - requests; n != 1 {
					t.Errorf("%d probes, want 1", n)
				}
				if d := w.dispatch(first); d.Status != webhook.DispatchFailed || !strings.Contains(d.Reason, "503 Service Unavailable with Webhook-Delivery: "+ask) {
					t.Errorf("the probe is %s (%s)", d.Status, d.Reason)
				}
				if got := w.store.integrations[in.ID]; got.Status != status {
					t.Errorf("the integration is %s (%s)", got.Status, got.StatusReason)
				}
				w.drain()
				want := webhook.DispatchSucceeded
				if status == webhook.Disabled {
					want = webhook.DispatchFailed
				}
				if d := w.dispatch(second); d.Status != want {
					t.Errorf("the other is %s (%s)", d.Status, d.Reason)
				}
			}, breaking)
		})
	}
}

func TestDoNotRetryWaitsForItsOneAttempt(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration(func(in *webhook.Integration) { in.DoNotRetry = true })
		w.outage(time.Now().Add(10*time.Minute), 500)
		for range 3 {
			w.send(in)
			w.step()
			time.Sleep(40 * time.Second)
		}
		w.wantState(in, webhook.BreakerOpen)
		m := w.send(in)
		w.step()
		if d := w.dispatch(m); d.Status != webhook.DispatchWaiting {
			t.Errorf("is %s", d.Status)
		}
		time.Sleep(10 * time.Minute)
		w.drain()
		if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || len(d.Attempts) != 1 {
			t.Errorf("is %s after %d attempts", d.Status, len(d.Attempts))
		}
	}, breaking)
}

// What is too large for its record waits in the queue, and is attempted when the endpoint is back.
func TestWhatCannotBeParkedStaysInTheQueue(t *testing.T) {
	run(t, func(w *harness) {
		w.store.forgetful = true
		in := w.integration()
		w.outage(time.Now().Add(3*time.Minute), 429, "Retry-After: 120")
		m := w.send(in)
		w.drain()
		if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded {
			t.Errorf("is %s after %+v", d.Status, d.Attempts)
		}
	}, breaking)
}

// What maxPerMinute does not allow waits without an attempt and without another receive.
func TestARateIsKept(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration(func(in *webhook.Integration) { in.MaxPerMinute = 6 })
		var all []webhook.Message
		for range 30 {
			all = append(all, w.send(in))
		}
		for range 3 {
			w.step()
		}
		if n := len(w.receiver.got); n != 6 {
			t.Errorf("%d requests in the first minute", n)
		}
		if _, some := w.queue.next(); some {
			t.Error("messages stay in the queue")
		}
		w.wantState(in, webhook.BreakerReleasing)
		w.drain()
		for _, m := range all {
			if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || len(d.Attempts) != 1 {
				t.Errorf("is %s after %d attempts", d.Status, len(d.Attempts))
			}
		}
	}, breaking)
}

func TestGoodTimesCostNoWrite(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		for range 50 {
			w.send(in)
			w.step()
		}
		if want := map[string]int{"dispatch": 50}; !maps.Equal(w.store.writes, want) {
			t.Errorf("wrote %v, want %v: one write for each delivery", w.store.writes, want)
		}
	}, breaking)
}

func TestTestsThatFailSayNothingAboutHealth(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.receiver.answer = answers(500)
		m := message(in)
		m.Trigger = webhook.TriggerTest
		w.queue.add(m.Encode())
		w.step()
		if w.health(in).Failing() {
			t.Error("a failed test started a run of failures")
		}
	})
}

func TestFailedNoticeIsRepeated(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.receiver.answer = answers(500)
		w.notices.err = errors.New("the bus is down")
		w.send(in)
		w.until(time.Now().Add(3 * time.Minute))
		w.wantState(in, webhook.BreakerOpen)
		w.wantStages("[]")
		since := w.health(in).FailingSince
		w.notices.err = nil
		w.until(time.Now().Add(time.Hour))
		w.wantStages("[started]")
		if got := w.notices.got[0]; !got.FailingSince.Equal(since) {
			t.Errorf("notified of %v, want %v", got.FailingSince, since)
		}
	}, breaking)
}

func TestNextHoldRepeatsFailedPauseNotice(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		start := time.Now()
		w.receiver.answer = answers(500)
		w.send(in)
		w.until(start.Add(4 * day))
		w.notices.err = errors.New("the bus is down")
		w.until(start.Add(6 * day))
		if got := w.store.integrations[in.ID].Status; got != webhook.Paused {
			t.Fatalf("is %s", got)
		}
		w.notices.err = nil
		for range 2 {
			w.send(in)
			w.drain()
		}
		w.wantStages("[started halfway paused]")
	}, breaking)
}

func TestAPauseYieldsToAConcurrentEdit(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		start := time.Now()
		w.receiver.answer = answers(500)
		w.send(in)
		w.until(start.Add(4 * day))
		w.store.between = func(call string) {
			if call == "update" {
				w.store.between = nil
				w.edit(in, status(webhook.Disabled))
			}
		}
		w.until(start.Add(6 * day))
		if got := w.store.integrations[in.ID].Status; got != webhook.Disabled {
			t.Errorf("is %s, want disabled as the user asked", got)
		}
		w.wantStages("[started halfway]")
	}, breaking)
}

func TestOurOwnErrorIsNotTheReceivers(t *testing.T) {
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

// Two handlers at work at the same time open and close one breaker, and tell of it once.
func TestTwoHandlersShareABreaker(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		w.outage(time.Now().Add(5*time.Minute), 500)
		var all []webhook.Message
		for range 40 {
			all = append(all, w.send(in), w.send(in))
			a, b := w.queue.receive(), w.queue.receive()
			w.both(a, b)
			time.Sleep(5 * time.Second)
		}
		w.drain()
		for _, m := range all {
			if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || len(d.Attempts) > 2 {
				t.Errorf("is %s after %d attempts", d.Status, len(d.Attempts))
			}
		}
		w.wantStages("[started recovered]")
		w.wantState(in, webhook.BreakerClosed)
	}, breaking)
}
