package receivertest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/receivertest"
)

// Every plain fault can be healed, except for the one that refuses connections.
func TestHealedReceiversBehave(t *testing.T) {
	for _, f := range receivertest.Plain() {
		if f.Name == "refuse" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			r, err := f.Start()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			r.Heal()
			for range 2 {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL, strings.NewReader("{}"))
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Webhook-Dispatch-Id", "D-1")
				client := &http.Client{Timeout: 10 * time.Second}
				resp, err := client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					t.Errorf("answered %s", resp.Status)
				}
				client.CloseIdleConnections()
			}
			if got := r.Received()["D-1"]; got != 2 {
				t.Errorf("received %d requests, want 2", got)
			}
		})
	}
}

func TestFaultsHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, some := range [][]receivertest.Fault{receivertest.Plain(), receivertest.Answers(), receivertest.OverTLS(), receivertest.OverHTTP2()} {
		for _, f := range some {
			if seen[f.Name] {
				t.Errorf("two faults are called %q", f.Name)
			}
			seen[f.Name] = true
		}
	}
}
