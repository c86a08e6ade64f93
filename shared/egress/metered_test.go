package egress_test

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/thordata/webhook-integration/shared/egress"
)

func TestConnectionEndsWhenItsMeasureIsFull(t *testing.T) {
	const answer, most = 1000, 100_000
	var dials atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, answer)) }))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			dials.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	client := egress.NewClient(loopback, egress.Options{ConnBytes: most})
	for n := range 250 {
		if err := post(t, client, server.URL); err != nil && !errors.Is(err, egress.ErrFlood) {
			t.Fatalf("request %d: %v", n, err)
		}
	}
	if n := dials.Load(); n < 3 || n > 4 {
		t.Errorf("250 answers of a KB took %d connections of 100 KB, want 3 or 4", n)
	}
}

// post sends a request that can be retried on a new connection.
func post(t *testing.T, client *http.Client, url string) error {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader([]byte("{}")))
	if err != nil {
		t.Fatal(err)
	}
	req.Header["Idempotency-Key"] = nil
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = new(bytes.Buffer).ReadFrom(resp.Body)
	return err
}
