package egress_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/receivertest"
)

// URLs that pass the check when saved must be blocked when dialled.
func TestCorpusIsRefusedAtSaveAndAtDial(t *testing.T) {
	if len(corpus) < 170 {
		t.Errorf("the corpus has shrunk to %d", len(corpus))
	}
	client := egress.NewClient(egress.Policy{AllowHTTP: true}, egress.Options{
		Connect: time.Second, Resolver: receivertest.Addr("10.0.0.1", "fd00::1"),
	})
	blocked := 0
	for _, raw := range corpus {
		if err := (egress.Policy{}).CheckURL(raw); err == nil {
			t.Errorf("saved: %s", raw)
		}
		if dialled(t, client, raw) {
			blocked++
		}
	}
	t.Logf("%d URLs refused when saved; %d of them make a request, and were blocked when dialled", len(corpus), blocked)
}

// dialled reports whether the URL leads to a request. The request must not reach anyone.
func dialled(t *testing.T, client *http.Client, raw string) bool {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, raw, strings.NewReader("{}"))
	if err != nil || !strings.HasPrefix(req.URL.Scheme, "http") || req.URL.Host == "" {
		return false
	}
	resp, err := client.Do(req)
	if err == nil {
		resp.Body.Close()
		t.Errorf("%s was reached: %s", raw, resp.Status)
		return true
	}
	if errors.Is(err, egress.ErrBlocked) {
		return true
	}
	t.Logf("%s goes nowhere: %v", raw, err)
	return false
}

// Public-looking names that resolve to internal addresses, of every kind of range.
func TestNamesThatResolveToTheInside(t *testing.T) {
	inside := []string{
		"127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "169.254.100.1", "100.64.0.1", "0.0.0.0",
		"192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"168.63.129.16", "::1", "::", "::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:db8::1",
		"2002:a00:1::1", "3fff::1", "3ffe::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
	}
	for _, addr := range inside {
		client := egress.NewClient(egress.Policy{}, egress.Options{Connect: time.Second, Resolver: receivertest.Addr(addr)})
		_, err := client.Get("https://rebound.example.com/")
		if !errors.Is(err, egress.ErrBlocked) {
			t.Errorf("a name that resolves to %s: %v", addr, err)
		}
	}
	t.Logf("%d kinds of addresses inside, all blocked", len(inside))
}
