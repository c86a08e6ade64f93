package edge

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestClientAddress(t *testing.T) {
	proxies, err := ParseProxies("10.0.0.0/8, 192.0.2.1,2001:db8::/32")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"a client without a proxy", "203.0.113.9:1", nil, "203.0.113.9"},
		{"a client that forges the header", "203.0.113.9:1", []string{"127.0.0.1"}, "203.0.113.9"},
		{"through a proxy", "10.1.2.3:1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"what the client wrote is ignored", "10.1.2.3:1", []string{"127.0.0.1, 203.0.113.9"}, "203.0.113.9"},
		{"two lines", "10.1.2.3:1", []string{"127.0.0.1", "203.0.113.9"}, "203.0.113.9"},
		{"through two proxies", "10.1.2.3:1", []string{"203.0.113.9, 192.0.2.1"}, "203.0.113.9"},
		{"a proxy that names nobody", "10.1.2.3:1", nil, "10.1.2.3"},
		{"a proxy that names nonsense", "10.1.2.3:1", []string{"203.0.113.9, unknown"}, "10.1.2.3"},
		{"all are proxies", "10.1.2.3:1", []string{"10.1.1.1"}, "10.1.1.1"},
		{"IPv6", "[2001:db8::1]:1", []string{"2001:470::7"}, "2001:470::7"},
		{"a mapped address", "[::ffff:10.1.2.3]:1", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"an address with a zone", "[fe80::1%eth0]:1", nil, "fe80::1"},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": c.forwarded}}
		if got := proxies.ClientAddress(r).String(); got != c.want {
			t.Errorf("%s: %s; want %s", c.name, got, c.want)
		}
	}
}

func TestNetwork(t *testing.T) {
	for in, want := range map[string]string{"192.0.2.1": "192.0.2.1/32", "2001:470:1:2:3::4": "2001:470:1:2::/64"} {
		if got := Network(netip.MustParseAddr(in)).String(); got != want {
			t.Errorf("Network(%s) = %s; want %s", in, got, want)
		}
	}
}

// write writes a new certificate for the name into the files.
func write(t *testing.T, certFile, keyFile, name string, modified time.Time) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if file == "" {
			continue
		}
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, modified, modified); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRenewedCertificateIsServed(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	write(t, cert, key, "first", now)
	var log strings.Builder
	c, err := LoadCertificate(cert, key, func() time.Time { return now }, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	serves := func(want string) {
		t.Helper()
		got, err := c.get(nil)
		if err != nil || got.Leaf.Subject.CommonName != want {
			t.Errorf("it serves %v, %v; want %s", got.Leaf.Subject, err, want)
		}
	}
	serves("first")
	write(t, cert, "", "second", now.Add(time.Second)) // half of a renewal
	now = now.Add(lookEvery)
	serves("first")
	if !strings.Contains(log.String(), "the last one is still served") {
		t.Errorf("log: %s", log.String())
	}
	write(t, cert, key, "third", now)
	serves("first") // looked at a moment ago
	now = now.Add(lookEvery)
	serves("third")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	now = now.Add(lookEvery)
	serves("third")
}

func TestCertificateErrorsNameTheFiles(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write(t, cert, "", "a", time.Now())
	write(t, "", key, "b", time.Now())
	for _, c := range [][2]string{{filepath.Join(dir, "none.pem"), key}, {cert, filepath.Join(dir, "none.pem")}, {cert, key}} {
		if _, err := LoadCertificate(c[0], c[1], time.Now, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), c[0]) || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%v: error %v", c, err)
		}
	}
}

func TestHTTP2AndOldTLS(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write(t, cert, key, "a", time.Now())
	c, err := LoadCertificate(cert, key, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.Proto)) }), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)}
	go func() { _ = server.Serve(tls.NewListener(Limit(l, 8, nil), c.Config())) }()
	defer server.Close()
	for _, c := range []struct {
		tls  *tls.Config
		h2   bool
		want string
	}{
		{&tls.Config{}, true, "HTTP/2.0"},
		{&tls.Config{}, false, "HTTP/1.1"},
		{&tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}, false, ""},
	} {
		c.tls.InsecureSkipVerify = true // self-signed
		transport := &http.Transport{TLSClientConfig: c.tls, ForceAttemptHTTP2: c.h2}
		resp, err := (&http.Client{Transport: transport}).Get("https://" + l.Addr().String())
		got := ""
		if err == nil {
			got = resp.Proto
			resp.Body.Close()
		}
		transport.CloseIdleConnections()
		if got != c.want {
			t.Errorf("h2 %v, TLS of at most %x: %s, %v; want %s", c.h2, c.tls.MaxVersion, got, err, c.want)
		}
	}
}

// queue is a listener whose connections come from the given addresses.
type queue struct {
	net.Listener
	from []string
}

type conn struct {
	net.Conn
	from string
	open *int
}

func (c conn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.from)) }
func (c conn) Close() error         { *c.open--; return nil }

func (q *queue) Accept() (net.Conn, error) {
	if len(q.from) == 0 {
		return nil, net.ErrClosed
	}
	c := conn{from: q.from[0], open: new(int)}
	q.from = q.from[1:]
	return c, nil
}

func TestOneAddressHoldsAQuarterOfTheConnections(t *testing.T) {
	proxies, _ := ParseProxies("10.0.0.1")
	l := Limit(&queue{from: []string{
		"192.0.2.1:1", "192.0.2.1:2", "192.0.2.1:3", "192.0.2.2:1", // the third of one address is closed
		"[2001:470::1]:1", "[2001:470::2]:1", "[2001:470::3]:1", "[2001:470:0:1::1]:1", // and of one network
		"10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3", // but not of a proxy
	}}, 8+3, proxies)
	l.(*fair).most = 2
	var got []string
	var first net.Conn
	for {
		c, err := l.Accept()
		if err != nil {
			break
		}
		if first == nil {
			first = c
		}
		got = append(got, c.RemoteAddr().String())
	}
	want := "192.0.2.1:1 192.0.2.1:2 192.0.2.2:1 [2001:470::1]:1 [2001:470::2]:1 [2001:470:0:1::1]:1 10.0.0.1:1 10.0.0.1:2 10.0.0.1:3"
	if strings.Join(got, " ") != want {
		t.Errorf("accepted %v; want %s", got, want)
	}
	first.Close()
	first.Close() // counts once
	inner := l.(*fair)
	if !inner.enter(Network(netip.MustParseAddr("192.0.2.1"))) || inner.enter(Network(netip.MustParseAddr("192.0.2.1"))) {
		t.Error("closing one connection of two does not make room for exactly one")
	}
}

// A client that sends its headers slowly is disconnected, and as long as it is not, others are served.
func TestSlowClientsDoNotKeepOthersOut(t *testing.T) {
	if l, err := net.Listen("tcp", "127.0.0.2:0"); err != nil {
		t.Skip("this system has only one loopback address")
	} else {
		l.Close()
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	proxies, _ := ParseProxies("192.0.2.1") // nobody here
	limited := Limit(server.Listener, 8, proxies)
	server.Listener = limited
	server.Start()
	defer server.Close()
	for range 20 { // more than there is room for; all from one address
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Write([]byte("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")); err != nil {
			continue // already disconnected
		}
	}
	other := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	transport := &http.Transport{DialContext: other.DialContext}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Get(server.URL)
	if err != nil {
		t.Fatalf("another client is not served: %v", err)
	}
	resp.Body.Close()
}
