package listen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/webhooks/client"
	"github.com/thordata/webhook-integration/infra/webhooks/node"
	"github.com/thordata/webhook-integration/shared/logkey/logtest"
)

// serve runs a node and returns a client of it.
func serve(t *testing.T) *client.Client {
	t.Helper()
	n, err := node.Open(t.Context(), node.Options{Data: filepath.Join(t.TempDir(), "a.db"), FinishWithin: 100 * time.Millisecond}, logtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.Serve(ctx, l, nil) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-done, n.Close()); err != nil {
			t.Error(err)
		}
	})
	return &client.Client{URL: "http://" + l.Addr().String()}
}

// output is what the command prints, and a channel with each line.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	lines chan string
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	o.text.Write(p)
	o.mu.Unlock()
	for line := range strings.Lines(string(p)) {
		o.lines <- strings.TrimSpace(line)
	}
	return len(p), nil
}

// until returns the next line that contains want.
func (o *output) until(want string) string {
	for line := range o.lines {
		if strings.Contains(line, want) {
			return line
		}
	}
	return ""
}

type arrived struct {
	header http.Header
	body   []byte
}

func TestDeliveriesAreCopiedWithTheirSignatures(t *testing.T) {
	api := serve(t)
	got := make(chan arrived, 100)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- arrived{r.Header, body}
		w.WriteHeader(http.StatusTeapot)
	}))
	defer receiver.Close()
	create := func(inbox string) (id, secret string) {
		var in struct{ ID, SigningSecret string }
		err := api.Do(t.Context(), "POST", "/v1/integrations", map[string]any{
			"name": inbox, "eventTypes": []string{"ACTOR.RUN.SUCCEEDED"}, "requestUrl": api.URL + "/inbox/" + inbox, "headersTemplate": `{"X-Task": "{{taskId}}", "Authorization": "Bearer mine"}`,
		}, &in)
		if err != nil {
			t.Fatal(err)
		}
		return in.ID, in.SigningSecret
	}
	first, secret := create("a?status=503") // the endpoint does not work yet
	put := func(eventID string) {
		detail := bytes.Replace(events.TaskSucceeded, []byte("{"), fmt.Appendf(nil, `{"eventId":%q,`, eventID), 1)
		if err := api.Put(t.Context(), detail); err != nil {
			t.Fatal(err)
		}
	}
	attempted := func(id string, n int) {
		for {
			var log struct{ Dispatches []dispatch }
			if err := api.Do(t.Context(), "GET", "/v1/integrations/"+id+"/dispatches", nil, &log); err != nil {
				t.Fatal(err)
			}
			if len(log.Dispatches) == n {
				return
			}
		}
	}
	put("before")
	attempted(first, 1)

	out := &output{lines: make(chan string, 100)}
	l, err := parse([]string{"-url", api.URL, "-to", receiver.URL + "/in"}, out, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ticks, done := make(chan time.Time), make(chan error, 1)
	go func() { done <- l.run(ctx, ticks) }()
	out.until("Listening to 1 integration of")

	put("one")
	attempted(first, 2)
	ticks <- time.Now()
	a := <-got
	line := out.until("attempt 1")
	if !strings.Contains(line, "418") || !strings.Contains(line, a.header.Get("Webhook-Dispatch-Id")) || !strings.Contains(line, "ACTOR.RUN.SUCCEEDED") || !strings.HasSuffix(line, "(copied with a mask instead of resource.apiKey)") {
		t.Errorf("line %q", line)
	}
	hook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := hook.Verify(a.body, a.header); err != nil {
		t.Errorf("signature: %v", err)
	}
	if a.header.Get("X-Task") == "" || a.header.Get("Webhook") != first || strings.Contains(a.header.Get("Authorization"), "mine") {
		t.Errorf("header %v", a.header)
	}

	second, _ := create("b") // after the start
	put("two")
	attempted(second, 1)
	attempted(first, 3)
	for range 3 { // repeats of a poll copy nothing again
		ticks <- time.Now()
	}
	if x, y := <-got, <-got; x.header.Get("Webhook") == y.header.Get("Webhook") {
		t.Error("the deliveries of one integration were copied only")
	}
	ticks <- time.Now()
	receiver.Close()
	put("three")
	attempted(second, 2)
	ticks <- time.Now()
	ticks <- time.Now()
	out.until("connection refused")
	stop()
	if err := <-done; err != nil || len(got) > 0 {
		t.Errorf("it ended with %v, and %d further copies arrived", err, len(got))
	}
}

func TestErrorsOfTheFirstPollAreReturned(t *testing.T) {
	unauthorized := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer unauthorized.Close()
	api := serve(t)
	for _, c := range []struct{ args, want string }{
		{"-url " + unauthorized.URL, "set WEBHOOKS_KEY"},
		{"-url " + api.URL + " -integration 01JX4A0000XK3Q9R2M4K6H8B5T", "404"},
		{"-url http://127.0.0.1:1", "refused"},
	} {
		l, err := parse(append(strings.Fields(c.args), "-to", "http://localhost:3000"), io.Discard, func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		if err := l.run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v; want %q", c.args, err, c.want)
		}
	}
}

func TestTheKeyIsSent(t *testing.T) {
	var got string
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		w.WriteHeader(http.StatusForbidden)
	}))
	defer api.Close()
	l, err := parse([]string{"-url", api.URL, "-to", "http://localhost:3000"}, io.Discard, func(string) string { return "whk_a" })
	if err != nil {
		t.Fatal(err)
	}
	if err := l.run(t.Context(), nil); err == nil || got != "Bearer whk_a" {
		t.Errorf("sent %q, error %v", got, err)
	}
}

func TestInvalidFlags(t *testing.T) {
	for args, want := range map[string]string{
		"":                                       "-to is required",
		"-to localhost:3000":                     `-to "localhost:3000": want a URL`,
		"-to http://localhost:3000 -url ftp://a": `-url "ftp://a"`,
	} {
		_, err := parse(strings.Fields(args), io.Discard, func(string) string { return "" })
		if _, usage := errors.AsType[*cli.UsageError](err); !usage || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v; want %q", args, err, want)
		}
	}
}
