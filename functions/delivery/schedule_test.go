package delivery_test

import (
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// offsets are the minutes from the first attempt to each of the twelve.
var offsets = []int{0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 1743}

func TestWholeSchedule(t *testing.T) {
	run(t, func(w *harness) {
		w.receiver.answer = answers(500)
		start := time.Now()
		m := w.send(w.integration())
		w.drain()

		var minutes []int
		for i, r := range w.receiver.got {
			minutes = append(minutes, int(r.at.Sub(start).Minutes()))
			if got := r.header.Get("Webhook-Attempt"); got != strconv.Itoa(i+1) {
				t.Errorf("attempt %d has the number header %s", i+1, got)
			}
			if got := r.header.Get("Webhook-Dispatch-Id"); got != m.DispatchID {
				t.Errorf("attempt %d has the dispatch id %s", i+1, got)
			}
		}
		if diff := cmp.Diff(offsets, minutes); diff != "" {
			t.Error(diff)
		}
		d := w.dispatch(m)
		const reason = "gave up after 12 attempts; the last: answered 500 Internal Server Error"
		if d.Status != webhook.DispatchFailed || d.Reason != reason {
			t.Errorf("dispatch ended as %s: %s", d.Status, d.Reason)
		}
		if len(w.queue.dead) > 0 {
			t.Error("a dead endpoint raised an operator alarm")
		}
		if longest := slices.Max(w.queue.hides); longest > 15*time.Minute {
			t.Errorf("a message was hidden for %v", longest)
		}
	})
}

func TestJitterStaysWithinATenth(t *testing.T) {
	for name, jitter := range map[string]float64{"least": 0, "most": 0.999999} {
		t.Run(name, func(t *testing.T) {
			run(t, func(w *harness) {
				w.receiver.answer = answers(500)
				w.send(w.integration())
				w.drain()
				last := w.receiver.got[0].at
				for n, r := range w.receiver.got[1:] {
					nominal := min(time.Minute<<n, 12*time.Hour)
					if wait := r.at.Sub(last); wait < nominal*9/10 || wait > min(nominal*11/10, 12*time.Hour)+time.Minute {
						t.Errorf("waited %v after attempt %d, want %v ± 10 %%", wait, n+1, nominal)
					}
					last = r.at
				}
			}, func(c *delivery.Config) { c.Jitter = func() float64 { return jitter } })
		})
	}
}

func TestSuccessEndsTheSchedule(t *testing.T) {
	run(t, func(w *harness) {
		w.receiver.answer = func(*http.Request) (*http.Response, error) {
			if len(w.receiver.got) < 4 {
				return nil, io.EOF
			}
			return reply(200), nil
		}
		m := w.send(w.integration())
		w.drain()
		if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || len(d.Attempts) != 4 {
			t.Errorf("dispatch ended as %s after %d attempts", d.Status, len(d.Attempts))
		}
	})
}

// The queue may deliver a message at any time and any number of times. The record says when an
// attempt is due.
func TestReceivesAreNotAttempts(t *testing.T) {
	run(t, func(w *harness) {
		w.receiver.answer = answers(500)
		start := time.Now()
		m := w.send(w.integration())
		for range 3 {
			w.queue.add(m.Encode()) // duplicates
		}
		random := rand.New(rand.NewPCG(1, 2))
		for range 2000 {
			if _, some := w.queue.next(); !some && !w.tick() {
				break
			}
			time.Sleep(time.Duration(random.IntN(120)) * time.Minute)
			w.step()
		}
		if d := w.dispatch(m); d.Status != webhook.DispatchFailed || len(d.Attempts) != 12 || len(w.receiver.got) != 12 {
			t.Errorf("dispatch ended as %s after %d attempts recorded, %d made, in %v", d.Status, len(d.Attempts), len(w.receiver.got), time.Since(start))
		}
	})
}

// SQS counts the twelve hours from the receive, not from the end of the attempt.
func TestLongestWaitFitsTheQueue(t *testing.T) {
	run(t, func(w *harness) {
		w.receiver.answer = func(*http.Request) (*http.Response, error) {
			time.Sleep(29 * time.Second)
			return reply(503, "Retry-After: 99999999"), nil
		}
		w.send(w.integration())
		w.step()
		w.receiver.answer = nil
		w.drain()
		if strings.Contains(w.log.String(), "hide message failed") {
			t.Error(w.log)
		}
		if wait := w.receiver.got[1].at.Sub(w.receiver.got[0].at); wait < 12*time.Hour || wait > 12*time.Hour+2*time.Minute {
			t.Errorf("second attempt after %v", wait)
		}
	})
}

func TestEventTooLargeToStoreIsRetried(t *testing.T) {
	run(t, func(w *harness) {
		w.store.forgetful = true
		w.receiver.answer = answers(500)
		w.send(w.integration())
		w.step()
		w.receiver.answer = nil
		w.drain()
		if first, second := w.receiver.got[0].body, w.receiver.got[1].body; first != second {
			t.Errorf("sent %s, then %s", first, second)
		}
	})
}
