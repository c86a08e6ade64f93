package delivery_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// mark is part of every secret and payload of this test, as plain text and as base64.
const mark = "MARKEDMARKEDMARKED"

// No log line, metric, notice, error or reason contains a user's secrets: signing secrets,
// payloads, header values, the URL's path and query, or a response body.
func TestSecretsDoNotLeak(t *testing.T) {
	leaky := errors.New("net/http: malformed HTTP response \"" + mark + "\"")
	for name, answer := range map[string]func(*http.Request) (*http.Response, error){
		"success":  answers(200),
		"failure":  answers(500, "X-Echo: "+mark, "Retry-After: "+mark),
		"redirect": answers(302, "Location: https://example.com/?"+mark),
		"gone":     answers(410),
		"error":    func(*http.Request) (*http.Response, error) { return nil, leaky },
		"panic":    func(*http.Request) (*http.Response, error) { panic(mark) },
		"silence":  hang,
	} {
		for _, broken := range []string{"", "template", "headers", "secret", "message", "URL"} {
			t.Run(name+", broken "+broken, func(t *testing.T) { markedRun(t, answer, broken) })
		}
	}
}

func markedRun(t *testing.T, answer func(*http.Request) (*http.Response, error), broken string) {
	var emf bytes.Buffer
	run(t, func(w *harness) {
		w.receiver.answer = func(r *http.Request) (*http.Response, error) {
			resp, err := answer(r)
			if resp != nil {
				resp.Body = io.NopCloser(strings.NewReader(mark))
			}
			return resp, err
		}
		m := message(w.marked(broken))
		m.Event = []byte(`{"userId":3406,"resource":{"taskId":"` + mark + `\u0000","apiKey":"` + mark + `"}}`)
		body := m.Encode()
		if broken == "message" {
			body = append([]byte(mark), body...)
		}
		w.queue.add(body)
		for range 3 {
			w.step()
			time.Sleep(6 * time.Minute)
		}
		w.store.fail = &failingCalls{until: time.Now().Add(time.Hour)}
		w.step()

		d := w.store.dispatches[m.DispatchID]
		shown := w.log.String() + emf.String() + fmt.Sprint(w.notices.got, d.Reason)
		for _, a := range d.Attempts {
			shown += a.Message
		}
		if broken != "message" && w.log.Len() == 0 {
			t.Error("nothing was logged, so the test could not find a leak")
		}
		for _, secret := range []string{mark, base64.StdEncoding.EncodeToString([]byte(mark))} {
			if i := strings.Index(shown, secret); i >= 0 {
				t.Errorf("a mark leaked: %s", shown[max(i-200, 0):min(i+100, len(shown))])
			}
		}
	}, func(c *delivery.Config) { c.Metrics = metrics.NewEMF(&emf, "Webhooks", "delivery", time.Now) })
}

// marked stores an integration whose secrets contain marks, with one broken part.
func (w *harness) marked(broken string) webhook.Integration {
	secret := "whsec_" + base64.StdEncoding.EncodeToString([]byte(mark+"0123456789"))
	if broken == "secret" {
		secret = "%" + mark
	}
	sealed, err := seal.NewBox(nil).Seal(w.Context(), []byte(secret), "")
	if err != nil {
		w.Fatal(err)
	}
	return w.integration(func(in *webhook.Integration) {
		in.Secrets.Current = sealed
		in.RequestURL = "https://hooks.example.com/" + mark + "?token=" + mark
		in.PayloadTemplate = `{"a":"` + mark + ` {{resource}}"}`
		in.HeadersTemplate = `{"Authorization":"Bearer ` + mark + `"}`
		switch broken {
		case "template":
			in.PayloadTemplate = `{"a": ` + mark + `}`
		case "headers":
			in.HeadersTemplate = `{"X-Task":"{{taskId}}"}` // a NUL after the mark
		case "URL":
			in.RequestURL = "https://[" + mark
		}
	})
}
