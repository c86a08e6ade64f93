package delivery_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// The rows of the README's table of outcomes, for a first attempt.
func TestOutcomes(t *testing.T) {
	fails := func(err error) func(*http.Request) (*http.Response, error) {
		return func(*http.Request) (*http.Response, error) { return nil, err }
	}
	future := func(*http.Request) (*http.Response, error) {
		return reply(503, "Retry-After: "+time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)), nil
	}
	const tooMuch = "999999999999999999999999"
	for name, c := range map[string]struct {
		answer func(*http.Request) (*http.Response, error)
		change func(*webhook.Integration)
		status webhook.DispatchStatus
		code   webhook.ErrorCode
		wait   time.Duration
	}{
		"200":                               {answer: answers(200), status: webhook.DispatchSucceeded},
		"204":                               {answer: answers(204), status: webhook.DispatchSucceeded},
		"299":                               {answer: answers(299), status: webhook.DispatchSucceeded},
		"410":                               {answer: answers(410), status: webhook.DispatchFailed, code: webhook.CodeHTTPStatus},
		"410, and no ask that is known":     {answer: answers(410, "Webhook-Delivery: maybe"), status: webhook.DispatchFailed, code: webhook.CodeHTTPStatus},
		"500, disable":                      {answer: answers(500, "Webhook-Delivery: disable"), status: webhook.DispatchFailed, code: webhook.CodeHTTPStatus},
		"200, disable in another case":      {answer: answers(200, "webhook-delivery:  Disable "), status: webhook.DispatchFailed, code: webhook.CodeHTTPStatus},
		"503, abort, Retry-After ignored":   {answer: answers(503, "Retry-After: 600", "Webhook-Delivery: abort-message"), status: webhook.DispatchFailed, code: webhook.CodeHTTPStatus},
		"302, abort, although a success":    {answer: answers(302, "Webhook-Delivery: abort-message"), change: func(in *webhook.Integration) { in.RedirectIsSuccess = true }, status: webhook.DispatchFailed, code: webhook.CodeHTTPStatus},
		"200, abort and disable":            {answer: answers(200, "Webhook-Delivery: abort-message, disable"), status: webhook.DispatchFailed, code: webhook.CodeHTTPStatus},
		"200, no ask that is known":         {answer: answers(200, "Webhook-Delivery: abort"), status: webhook.DispatchSucceeded},
		"429":                               {answer: answers(429), status: webhook.DispatchRetrying, code: webhook.CodeHTTPStatus, wait: time.Minute},
		"429, Retry-After shorter":          {answer: answers(429, "Retry-After: 5"), status: webhook.DispatchWaiting, wait: 5 * time.Second},
		"429, Retry-After longer":           {answer: answers(429, "Retry-After: 600"), status: webhook.DispatchWaiting, wait: 10 * time.Minute},
		"429, Retry-After negative":         {answer: answers(429, "Retry-After: -600"), status: webhook.DispatchRetrying, code: webhook.CodeHTTPStatus, wait: time.Minute},
		"429, Retry-After absurd":           {answer: answers(429, "Retry-After: "+tooMuch), status: webhook.DispatchWaiting, wait: 12 * time.Hour},
		"503, Retry-After a date":           {answer: future, status: webhook.DispatchWaiting, wait: time.Hour},
		"503, Retry-After a date long ago":  {answer: answers(503, "Retry-After: Sat, 07 Jun 1975 06:33:14 GMT"), status: webhook.DispatchRetrying, code: webhook.CodeHTTPStatus, wait: time.Minute},
		"403, Retry-After":                  {answer: answers(403, "Retry-After: 600"), status: webhook.DispatchWaiting, wait: 10 * time.Minute},
		"408, Retry-After":                  {answer: answers(408, "Retry-After: 600"), status: webhook.DispatchWaiting, wait: 10 * time.Minute},
		"413, Retry-After":                  {answer: answers(413, "Retry-After: 600"), status: webhook.DispatchWaiting, wait: 10 * time.Minute},
		"500, Retry-After":                  {answer: answers(500, "Retry-After: 600"), status: webhook.DispatchWaiting, wait: 10 * time.Minute},
		"502, Retry-After":                  {answer: answers(502, "Retry-After: 600"), status: webhook.DispatchWaiting, wait: 10 * time.Minute},
		"504, Retry-After":                  {answer: answers(504, "Retry-After: 600"), status: webhook.DispatchWaiting, wait: 10 * time.Minute},
		"404, whose Retry-After is ignored": {answer: answers(404, "Retry-After: 600"), status: webhook.DispatchRetrying, code: webhook.CodeHTTPStatus, wait: time.Minute},
		"429, Retry-After a Unix time":      {answer: answers(429, "Retry-After: "+strconv.FormatInt(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Hour).Unix(), 10)), status: webhook.DispatchWaiting, wait: time.Hour},
		"302":                               {answer: answers(302, "Location: https://example.com/"), status: webhook.DispatchRetrying, code: webhook.CodeRedirect, wait: time.Minute},
		"304":                               {answer: answers(304), status: webhook.DispatchRetrying, code: webhook.CodeRedirect, wait: time.Minute},
		"302, a success":                    {answer: answers(302), change: func(in *webhook.Integration) { in.RedirectIsSuccess = true }, status: webhook.DispatchSucceeded},
		"303, a success":                    {answer: answers(303), change: func(in *webhook.Integration) { in.RedirectIsSuccess = true }, status: webhook.DispatchSucceeded},
		"301, although 302 is a success":    {answer: answers(301), change: func(in *webhook.Integration) { in.RedirectIsSuccess = true }, status: webhook.DispatchRetrying, code: webhook.CodeRedirect, wait: time.Minute},
		"307, although 302 is a success":    {answer: answers(307), change: func(in *webhook.Integration) { in.RedirectIsSuccess = true }, status: webhook.DispatchRetrying, code: webhook.CodeRedirect, wait: time.Minute},
		"500, although 302 is a success":    {answer: answers(500), change: func(in *webhook.Integration) { in.RedirectIsSuccess = true }, status: webhook.DispatchRetrying, code: webhook.CodeHTTPStatus, wait: time.Minute},
		"404":                               {answer: answers(404), status: webhook.DispatchRetrying, code: webhook.CodeHTTPStatus, wait: time.Minute},
		"name not found":                    {answer: fails(&net.DNSError{IsNotFound: true}), status: webhook.DispatchRetrying, code: webhook.CodeDNS, wait: time.Minute},
		"closed":                            {answer: fails(io.EOF), status: webhook.DispatchRetrying, code: webhook.CodeReset, wait: time.Minute},
		"unheard-of fault":                  {answer: fails(fmt.Errorf("something new")), status: webhook.DispatchRetrying, code: webhook.CodeConnection, wait: time.Minute},
		"do not retry":                      {answer: answers(500), change: func(in *webhook.Integration) { in.DoNotRetry = true }, status: webhook.DispatchFailed, code: webhook.CodeHTTPStatus},
		"template broken":                   {change: func(in *webhook.Integration) { in.PayloadTemplate = "{" }, status: webhook.DispatchFailed, code: webhook.CodeRender},
		"no URL":                            {change: func(in *webhook.Integration) { in.RequestURL = "https://[" }, status: webhook.DispatchFailed, code: webhook.CodeRender},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(w *harness) {
				w.receiver.answer = c.answer
				change := c.change
				if change == nil {
					change = func(*webhook.Integration) {}
				}
				in := w.integration(change)
				m := w.send(in)
				resp := w.step()

				d := w.dispatch(m)
				if c.status == webhook.DispatchWaiting { // for the endpoint, without having spent an attempt
					until := w.health(in).Breaker.NotBefore
					if d.Status != c.status || len(d.Attempts) != 0 || time.Until(until) != c.wait || len(resp.BatchItemFailures) != 0 {
						t.Errorf("dispatch is %s after %+v, nothing is sent before %v; want WAITING for %v", d.Status, d.Attempts, until, c.wait)
					}
					return
				}
				if d.Status != c.status || len(d.Attempts) != 1 || d.Attempts[0].Code != c.code {
					t.Fatalf("dispatch is %s after %+v; want %s, %q", d.Status, d.Attempts, c.status, c.code)
				}
				stays := len(resp.BatchItemFailures) == 1
				if stays != (c.status == webhook.DispatchRetrying) {
					t.Errorf("message stays in the queue: %v", stays)
				}
				if c.wait > 0 && time.Until(d.NextAttemptAt) != c.wait {
					t.Errorf("next attempt in %v, want %v", time.Until(d.NextAttemptAt), c.wait)
				}
				if c.status == webhook.DispatchFailed && (d.Reason == "" || d.FinishedAt.IsZero()) {
					t.Errorf("FAILED without reason or end: %+v", d)
				}
			})
		})
	}
}

func TestRecordsEveryFieldOfTheAttempt(t *testing.T) {
	run(t, func(w *harness) {
		w.receiver.answer = func(*http.Request) (*http.Response, error) {
			time.Sleep(120 * time.Millisecond)
			return reply(500), nil
		}
		m := w.send(w.integration())
		started := time.Now().UTC()
		w.step()
		want := []webhook.Attempt{{
			Number: 1, StartedAt: started, Duration: 120 * time.Millisecond, ResponseStatus: 500, ResponseBody: "as you say",
			Code: webhook.CodeHTTPStatus, Message: "answered 500 Internal Server Error", IntegrationVersion: 1,
		}}
		d := w.dispatch(m)
		if diff := cmp.Diff(want, d.Attempts); diff != "" {
			t.Error(diff)
		}
		if string(d.Event) != event {
			t.Errorf("event stored as %s", d.Event)
		}
	})
}

func TestSuccessIsCountedAndLogged(t *testing.T) {
	run(t, func(w *harness) {
		m := w.send(w.integration())
		w.drain()
		if n := w.counters.Count(metrics.Delivered, ""); n != 1 {
			t.Errorf("Delivered = %d", n)
		}
		for _, want := range []string{m.DispatchID, m.IntegrationID, `"userId":"3406"`, `"attempt":1`, `"outcome":"SUCCEEDED"`, `"latencyMs":0`} {
			if strings.Count(w.log.String(), want) != 1 {
				t.Errorf("want one log line with %s:\n%s", want, w.log)
			}
		}
	})
}

func TestBodyIsTruncatedToOneKiBOfWholeCharacters(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"short":          {"ok", "ok"},
		"long":           {strings.Repeat("a", 5000), strings.Repeat("a", 1024)},
		"cut character":  {strings.Repeat("a", 1023) + "数据", strings.Repeat("a", 1023)},
		"invalid":        {"a\xffb", "a\uFFFDb"},
		"invalid, grows": {strings.Repeat("\xff", 1) + strings.Repeat("a", 1023), "\uFFFD" + strings.Repeat("a", 1021)},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(w *harness) {
				w.receiver.answer = func(*http.Request) (*http.Response, error) {
					r := reply(500)
					r.Body = io.NopCloser(strings.NewReader(c.body))
					return r, nil
				}
				m := w.send(w.integration())
				w.step()
				if got := w.dispatch(m).Attempts[0].ResponseBody; got != c.want {
					t.Errorf("kept %d bytes %.20q..., want %d", len(got), got, len(c.want))
				}
			})
		})
	}
}

// A log line has an error code only after an error, and a round only after a redelivery.
func TestLogLinesOmitEmptyKeys(t *testing.T) {
	run(t, func(w *harness) {
		w.receiver.answer = answers(500)
		m := w.send(w.integration(func(in *webhook.Integration) { in.DoNotRetry = true }))
		w.step()
		if text := w.log.String(); !strings.Contains(text, `"errorCode":"http_status"`) || strings.Contains(text, `"round"`) {
			t.Errorf("log of a failure: %s", text)
		}
		w.log.Reset()
		w.receiver.answer = answers(200)
		m.Round, m.Trigger = 1, webhook.TriggerRedelivery
		w.queue.add(m.Encode())
		w.step()
		if text := w.log.String(); strings.Contains(text, "errorCode") || !strings.Contains(text, `"round":1`) {
			t.Errorf("log of a redelivery: %s", text)
		}
		if n := w.counters.Count(metrics.RenderFaults, ""); n != 0 {
			t.Errorf("%d render errors counted", n)
		}
		w.send(w.integration(func(in *webhook.Integration) { in.PayloadTemplate = "{" }))
		w.step()
		if n := w.counters.Count(metrics.RenderFaults, ""); n != 1 {
			t.Errorf("%d render errors counted, want 1", n)
		}
	})
}
