package egress_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/thordata/webhook-integration/shared/egress"
)

var loopback = egress.Policy{AllowHTTP: true, AllowLoopback: true}

func TestClientSendsWhatItIsGivenAndNoMore(t *testing.T) {
	var got http.Header
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header }))
	defer server.Close()
	resp, err := egress.NewClient(loopback, egress.Options{}).Post(server.URL, "application/json", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got.Get("Accept-Encoding") != "" { // it would be unpacked, bomb or not
		t.Errorf("asked for %s", got.Get("Accept-Encoding"))
	}
}

func TestLoopbackIsDialledOnlyWhereAllowedAndOnPortsOfHTTP(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	for _, c := range []struct {
		policy  egress.Policy
		url     string
		blocked bool
	}{
		{loopback, server.URL, false},
		{egress.Policy{AllowHTTP: true}, server.URL, true},
		{loopback, "http://127.0.0.1:25/", true},
		{loopback, "http://127.0.0.1:6000/", true},
		{loopback, "http://10.0.0.1/", true},
		{loopback, "http://[::ffff:127.0.0.1]:25/", true},
	} {
		resp, err := egress.NewClient(c.policy, egress.Options{}).Get(c.url)
		if err == nil {
			resp.Body.Close()
		}
		if errors.Is(err, egress.ErrBlocked) != c.blocked {
			t.Errorf("%s with %+v: %v", c.url, c.policy, err)
		}
	}
}
