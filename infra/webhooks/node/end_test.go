package node_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/infra/webhooks/node"
	"github.com/thordata/webhook-integration/shared/logkey/logtest"
)

// serve runs a node on the file and returns its URL and a function that stops it.
func serve(t *testing.T, file string) (url string, end func()) {
	t.Helper()
	n, err := node.Open(t.Context(), node.Options{Data: file, FinishWithin: 100 * time.Millisecond}, logtest.New(t))
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
	return "http://" + l.Addr().String(), func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
		if err := n.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
}

func post(t *testing.T, url, target, body string, want int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Amz-Target", target)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, _ := io.ReadAll(resp.Body); resp.StatusCode != want || bytes.Contains(answer, []byte("ErrorCode")) {
		t.Fatalf("POST %s: %d %s", url, resp.StatusCode, answer)
	}
}

func TestAttemptInterruptedByShutdownIsRepeated(t *testing.T) {
	arrived := make(chan http.Header, 2)
	hang := make(chan struct{})
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- r.Header.Clone()
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	}))
	defer receiver.Close()
	file := filepath.Join(t.TempDir(), "a.db")

	url, end := serve(t, file)
	post(t, url+"/v1/integrations", "", fmt.Sprintf(`{"name":"a","eventTypes":["ACTOR.RUN.FAILED"],"requestUrl":%q}`, receiver.URL), http.StatusCreated)
	post(t, url+"/", "AWSEvents.PutEvents",
		`{"Entries":[{"Source":"thordata.scraper","DetailType":"Web Scraper Task Status Change","Detail":"{\"userId\":3406,\"eventType\":\"ACTOR.RUN.FAILED\"}"}]}`, http.StatusOK)
	first := <-arrived
	end() // during the attempt

	close(hang)
	_, end = serve(t, file)
	again := <-arrived
	end()
	for _, name := range []string{"Webhook-Dispatch-Id", "Webhook-Attempt"} {
		if first.Get(name) != again.Get(name) || first.Get(name) == "" {
			t.Errorf("%s: %q, then %q; want the same", name, first.Get(name), again.Get(name))
		}
	}
}
