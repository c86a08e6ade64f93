package node

import (
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thordata/webhook-integration/shared/logkey/logtest"
)

// one is a listener with a single connection.
type one struct{ conns chan net.Conn }

func (l one) Accept() (net.Conn, error) {
	if c, ok := <-l.conns; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (l one) Close() error   { close(l.conns); return nil }
func (l one) Addr() net.Addr { return &net.TCPAddr{} }

func TestSlowClientsAreDisconnected(t *testing.T) {
	for _, c := range []struct {
		name, sent string
		reads      bool
		within     time.Duration
	}{
		{"endless headers", "POST / HTTP/1.1\r\nHost: a\r\n", true, 10 * time.Second},
		{"endless body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{", true, time.Minute},
		{"response not read", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", false, 2 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ended := make(chan time.Duration, 1)
				start := time.Now()
				n := &Node{log: logtest.New(t), handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if _, err := io.Copy(io.Discard, r.Body); err == nil {
						_, _ = w.Write(make([]byte, 1<<20))
					}
				})}
				web := n.web()
				web.ConnState = func(_ net.Conn, state http.ConnState) {
					if state == http.StateClosed {
						ended <- time.Since(start)
					}
				}
				l := one{make(chan net.Conn, 1)}
				client, server := net.Pipe()
				defer client.Close()
				l.conns <- server
				go func() { _ = web.Serve(l) }()
				_, _ = io.WriteString(client, c.sent)
				if c.reads {
					go func() { _, _ = io.Copy(io.Discard, client) }()
				}
				if took := <-ended; took > c.within+time.Second {
					t.Errorf("disconnected after %v; want %v", took, c.within)
				}
				_ = web.Close()
			})
		})
	}
}
