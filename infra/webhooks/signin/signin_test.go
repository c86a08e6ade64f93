package signin

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/infra/webhooks/edge"
)

// users accepts one token.
type users struct{ broken error }

func (u *users) User(_ context.Context, token string) (string, error) {
	if u.broken != nil {
		return "", u.broken
	}
	if token != "good" {
		return "", &Rejected{errors.New("wrong")}
	}
	return "3406", nil
}

// entrance is a sign-in on a clock.
type entrance struct {
	*SignIn
	users *users
	now   time.Time
	log   strings.Builder
}

func newEntrance() *entrance {
	e := &entrance{users: &users{}, now: noon}
	e.SignIn = &SignIn{
		Users: e.users, Failures: NewFailures(func() time.Time { return e.now }),
		Address: edge.Proxies(nil).ClientAddress, Log: slog.New(slog.NewTextHandler(&e.log, nil)),
	}
	return e
}

// ask sends a request from an address and returns its response; its body is the user.
func (e *entrance) ask(from string, authorization ...string) *http.Response {
	h := e.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, ok := Caller(r); ok {
			_, _ = io.WriteString(w, user)
		} else {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	r := httptest.NewRequest(http.MethodGet, "/v1/integrations", nil)
	r.RemoteAddr, r.Header["Authorization"] = from+":1", authorization
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestSignIn(t *testing.T) {
	for _, c := range []struct {
		name  string
		given []string
		want  int
	}{
		{"no credentials", nil, 401},
		{"a good token", []string{"Bearer good"}, 200},
		{"another case", []string{"bearer good"}, 200},
		{"a wrong token", []string{"Bearer bad"}, 401},
		{"another scheme", []string{"Basic good"}, 401},
		{"two headers", []string{"Bearer good", "Bearer good"}, 401},
		{"an empty header", []string{""}, 401},
	} {
		e := newEntrance()
		if got := e.ask("192.0.2.1", c.given...).StatusCode; got != c.want {
			t.Errorf("%s: status %d; want %d", c.name, got, c.want)
		}
		if strings.Contains(e.log.String(), "good") || strings.Contains(e.log.String(), "bad") {
			t.Errorf("%s: the log contains the token: %s", c.name, e.log.String())
		}
	}
}

func TestCredentialsThatCannotBeChecked(t *testing.T) {
	e := newEntrance()
	e.users.broken = errors.New("the disk")
	for range 100 {
		resp := e.ask("192.0.2.1", "Bearer good")
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != 503 || resp.Header.Get("Retry-After") != "5" || strings.Contains(string(body), "disk") {
			t.Fatalf("status %d, %v: %s", resp.StatusCode, resp.Header, body)
		}
	}
	e.users.broken = nil
	if got := e.ask("192.0.2.1", "Bearer good").StatusCode; got != 200 {
		t.Errorf("status %d afterwards: outages count as failed sign-ins", got)
	}
}

func TestFailedSignInsAreLimited(t *testing.T) {
	e := newEntrance()
	for i := range failuresAtOnce {
		if got := e.ask("192.0.2.1", "Bearer bad").StatusCode; got != 401 {
			t.Fatalf("failure %d: status %d", i+1, got)
		}
	}
	for range 3 {
		resp := e.ask("192.0.2.1", "Bearer good")
		if resp.StatusCode != 429 || resp.Header.Get("Retry-After") != "3" {
			t.Errorf("status %d, Retry-After %s; want 429 and 3", resp.StatusCode, resp.Header.Get("Retry-After"))
		}
	}
	if got := e.ask("192.0.2.1").StatusCode; got != 401 {
		t.Errorf("a request without credentials: status %d", got)
	}
	if got := e.ask("192.0.2.2", "Bearer good").StatusCode; got != 200 {
		t.Errorf("another address: status %d", got)
	}
	e.now = e.now.Add(failureEvery)
	if got := e.ask("192.0.2.1", "Bearer good").StatusCode; got != 200 {
		t.Errorf("after the wait: status %d", got)
	}
	for range 1000 {
		e.ask("192.0.2.3", "Bearer good")
	}
	if got := e.ask("192.0.2.3", "Bearer good").StatusCode; got != 200 {
		t.Errorf("after a thousand successes: status %d", got)
	}
}

// Addresses of a network are one, and their number is bounded.
func TestFailuresOfManyAddresses(t *testing.T) {
	f := NewFailures(atNoon)
	for i := range failuresAtOnce {
		f.Count(netip.AddrFrom16([16]byte{0x20, 1, 15: byte(i)}))
	}
	if f.Wait(netip.MustParseAddr("2001::ffff")) == 0 {
		t.Error("an IPv6 network can try without a limit")
	}
	for i := range 2 * maxAddresses {
		f.Count(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
	}
	if len(f.from) > maxAddresses {
		t.Errorf("%d addresses are remembered; want at most %d", len(f.from), maxAddresses)
	}
}
