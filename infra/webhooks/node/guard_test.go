package node

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestRequestsOfWebPagesAreRejected(t *testing.T) {
	h := guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for _, c := range []struct {
		name, host, origin, site string
		want                     int
	}{
		{name: "a program", host: "127.0.0.1:8080", want: 204},
		{name: "localhost", host: "localhost:8080", want: 204},
		{name: "IPv6", host: "[::1]:8080", want: 204},
		{name: "IPv6 without a port", host: "[::1]", want: 204},
		{name: "the node's own page", host: "127.0.0.1:8080", origin: "http://127.0.0.1:8080", site: "same-origin", want: 204},
		{name: "another site's page", host: "127.0.0.1:8080", origin: "https://evil.example", site: "cross-site", want: 403},
		{name: "a page of an old browser", host: "127.0.0.1:8080", origin: "https://evil.example", want: 403},
		{name: "DNS rebinding", host: "evil.example:8080", want: 421},
		{name: "a name that looks like an address", host: "127.0.0.1.evil.example", want: 421},
		{name: "from a container", host: "host.docker.internal:8080", want: 204},
		{name: "a name that looks like the container's", host: "host.docker.internal.evil.example", want: 421},
		{name: "no host", host: "", want: 421},
	} {
		r := httptest.NewRequest("POST", "/v1/integrations", nil)
		r.Host = c.host
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: answered %d; want %d", c.name, w.Code, c.want)
		}
	}
}

func TestWebhooksReachOnlyInboxes(t *testing.T) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	h := routes(parts{api: ok, bus: ok, inboxes: ok, status: ok, metrics: ok, ready: ok})
	for path, want := range map[string]int{"/inbox/a": 204, "/": 403, "/v1/integrations": 403, "/v1/integrations/1/secret/rotate": 403} {
		r := httptest.NewRequest("POST", "http://127.0.0.1:8080"+path, nil)
		r.Header.Set("X-User-Id", "victim")
		r.Header.Set("Webhook-Dispatch-Id", "01JX4A6V8Z5T3N7Q9R2M4K6H8B")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s answered %d; want %d", path, w.Code, want)
		}
	}
}
