package delivery_test

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// rawReceiver answers every request with 200 and returns the header lines as received.
func rawReceiver(t *testing.T) (addr string, heads <-chan []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	got := make(chan []string, 16)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answerRaw(conn, got)
		}
	}()
	return l.Addr().String(), got
}

func answerRaw(conn net.Conn, got chan<- []string) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	var head []string
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			break
		}
		head = append(head, line)
	}
	got <- head
	_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
}

// Over HTTP/1.1, header names are sent as the user and the signature specification spell them: some
// receivers are case-sensitive.
func TestHeaderNamesKeepTheirSpelling(t *testing.T) {
	addr, heads := rawReceiver(t)
	w := onNetwork(t, nil, nil)
	m := w.send(w.integration(func(in *webhook.Integration) {
		in.RequestURL = "http://" + addr + "/"
		in.HeadersTemplate = `{"X-API-KEY":"k","SOAPAction":"s","x_api_key":"u","idempotency-key":"i"}`
	}))
	w.step()
	head := <-heads
	if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded {
		t.Errorf("dispatch is %s: %+v", d.Status, d.Attempts)
	}
	names := map[string]int{}
	for _, line := range head[1:] {
		name, _, _ := strings.Cut(line, ":")
		names[name]++
	}
	for _, want := range []string{
		"webhook-id", "webhook-timestamp", "webhook-signature", "Webhook", "Webhook-Dispatch-Id", "Webhook-Attempt",
		"X-API-KEY", "SOAPAction", "x_api_key", "idempotency-key", "Accept", "Content-Type", "User-Agent", "Host",
	} {
		if names[want] != 1 {
			t.Errorf("%s was sent %d times, want once: %q", want, names[want], head)
		}
	}
	seen := map[string]bool{}
	for name := range names {
		if canonical := http.CanonicalHeaderKey(name); seen[canonical] {
			t.Errorf("%s was sent in two spellings: %q", canonical, head)
		} else {
			seen[canonical] = true
		}
	}
}
