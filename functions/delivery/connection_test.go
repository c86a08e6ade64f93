package delivery_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/receivertest"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Messages about TLS errors say what to do.
func TestTLSErrorsSayWhatToDo(t *testing.T) {
	says := map[string]string{
		"no common cipher":                                "enable TLS 1.3",
		"client certificate demanded":                     "requires a client certificate",
		"client certificate demanded over TLS 1.2":        "requires a client certificate",
		"no client certificate is a bad one":              "requires a client certificate",
		"no client certificate is a bad one over TLS 1.2": "requires a client certificate",
		"TLS 1.1":                    "does not speak TLS 1.2 or later",
		"plain HTTP on the TLS port": "does not speak TLS on this port",
		"no TLS on the TLS port":     "does not speak TLS on this port",
		"handshake without end":      "did not finish the TLS handshake in time",
	}
	for _, f := range receivertest.OverTLS() {
		want, ok := says[f.Name]
		if !ok {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			r := start(t, f)
			w := onNetwork(t, receivertest.Addr("127.0.0.1"), r.Roots)
			m := w.send(w.integration(func(in *webhook.Integration) { in.RequestURL = r.URL }))
			w.step()
			if got := w.dispatch(m).Attempts[0].Message; !strings.Contains(got, want) {
				t.Errorf("%q, want it to say %q", got, want)
			}
		})
	}
}

// After a handshake that timed out, was reset or closed, the next ClientHello fits into one packet.
func TestClientHelloIsShortAfterFailedHandshake(t *testing.T) {
	for name, first := range map[string]webhook.ErrorCode{
		"long first messages dropped": webhook.CodeTimeout,
		"long first messages reset":   webhook.CodeReset,
		"long first messages closed":  webhook.CodeReset,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, fault(t, receivertest.OverTLS(), name))
			w := onNetwork(t, receivertest.Addr("127.0.0.1"), r.Roots)
			in := w.integration(func(in *webhook.Integration) { in.RequestURL = r.URL })
			for n, want := range []webhook.ErrorCode{first, "", ""} {
				m := w.send(in)
				w.step()
				if a := w.dispatch(m).Attempts[0]; a.Code != want {
					t.Errorf("delivery %d: %q (%s), want %q", n+1, a.Code, a.Message, want)
				}
			}
		})
	}
}

// A receiver that demands HTTP/1.1 gets it in the same attempt, and first from then on.
func TestHTTP11DemandIsRemembered(t *testing.T) {
	for name, requests := range map[string][]int{ // of each delivery: the one that meets the demand takes two
		"RST_STREAM that demands HTTP/1.1":                        {2, 1},
		"GOAWAY that demands HTTP/1.1":                            {2, 1},
		"GOAWAY that leaves the request out and demands HTTP/1.1": {2, 1},
		"RST_STREAM that demands HTTP/1.1 for a later request":    {1, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, fault(t, receivertest.OverHTTP2(), name))
			w := onNetwork(t, receivertest.Addr("127.0.0.1"), r.Roots)
			in := w.integration(func(in *webhook.Integration) { in.RequestURL = r.URL })
			for n, want := range requests {
				m := w.send(in)
				w.step()
				if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded {
					t.Errorf("delivery %d is %s: %+v", n+1, d.Status, d.Attempts)
				}
				if got := r.Received()[m.DispatchID]; got != want {
					t.Errorf("delivery %d: %d requests, want %d", n+1, got, want)
				}
			}
		})
	}
}

// A response counts even if the receiver did not read the whole request.
func TestResponseBeforeBodyIsReadCounts(t *testing.T) {
	large := fmt.Appendf(nil, `{"userId":3406,"eventType":"ACTOR.RUN.SUCCEEDED","eventData":{"text":"%s"},"resource":{}}`, strings.Repeat("x", 900<<10))
	for name, want := range map[string]int{
		"answer before the body is read":            200,
		"410 before the body is read, then a reset": 410,
		"410 before the body is read over TLS":      410,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, fault(t, allFaults(), name))
			client := egress.NewClient(egress.Policy{AllowHTTP: true, AllowLoopback: true}, egress.Options{
				Resolver: receivertest.Addr("127.0.0.1"), TLS: &tls.Config{RootCAs: r.Roots},
			})
			t.Cleanup(client.CloseIdleConnections)
			w := newHarness(t, func(c *delivery.Config) { c.Client = client }) // the timeouts of production
			for n := range 60 {
				// A 410 disables the integration, so each delivery has its own.
				m := message(w.integration(func(in *webhook.Integration) {
					in.RequestURL, in.PayloadTemplate = r.URL, `{"text": "{{eventData.text}}"}`
				}))
				m.Event = large
				w.queue.add(m.Encode())
				w.step()
				if a := w.dispatch(m).Attempts[0]; a.ResponseStatus != want {
					t.Errorf("delivery %d: status %d, %q (%s), want %d", n+1, a.ResponseStatus, a.Code, a.Message, want)
				}
			}
		})
	}
}

// If a receiver closes a kept-alive connection while the next request is being sent, the same
// attempt sends the request again on a new connection.
func TestClosedKeepAliveConnectionIsRetried(t *testing.T) {
	var dropped atomic.Bool
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Drop") != "" && dropped.CompareAndSwap(false, true) {
			panic(http.ErrAbortHandler)
		}
	})}
	go server.Serve(listener)
	defer server.Close()
	w := onNetwork(t, nil, nil)
	in := w.integration(func(in *webhook.Integration) { in.RequestURL = "http://" + listener.Addr().String() })
	w.send(in)
	w.step()
	m := w.send(w.edit(in, func(in *webhook.Integration) { in.HeadersTemplate = `{"X-Drop":"1"}` }))
	w.step()
	if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || !dropped.Load() {
		t.Errorf("dispatch is %s, dropped %v: %+v", d.Status, dropped.Load(), d.Attempts)
	}
}
