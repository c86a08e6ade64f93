package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Options are the bounds of a client. What is zero has the default that its
// comment names.
type Options struct {
	Connect      time.Duration // name resolution and TCP together; 5 s
	TLSHandshake time.Duration // 10 s
	Idle         time.Duration // how long an unused connection is kept; 60 s
	HeaderBytes  int64         // of a response, informational ones included; 64 KiB
	ConnBytes    int64         // that one connection carries in its life, from the receiver; 16 MiB
	PerHost      int           // unused connections kept to one host; 256

	// Resolver looks names up; nil is the system's.
	Resolver *net.Resolver

	// TLS is the configuration to start from; nil is the system's roots. Versions
	// below 1.2 are never spoken.
	TLS *tls.Config
}

func (o Options) withDefaults() Options {
	o.Connect = or(o.Connect, 5*time.Second)
	o.TLSHandshake = or(o.TLSHandshake, 10*time.Second)
	o.Idle = or(o.Idle, time.Minute)
	o.HeaderBytes = or(o.HeaderBytes, 64<<10)
	o.ConnBytes = or(o.ConnBytes, 16<<20)
	o.PerHost = or(o.PerHost, 256)
	return o
}

func or[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

// NewClient returns a client whose every connection is checked against the
// policy when it is dialled. It knows no proxy, follows no redirect, keeps no cookies, and
// bounds what a response can make it hold. The deadline of a request as a whole
// is its context's.
//
// A POST goes out again, on a new connection, when the kept one that it was
// written to was closed by the receiver before an answer; requests must bear what tells
// repeats apart.
func NewClient(p Policy, o Options) *http.Client {
	return &http.Client{
		Transport:     newTransport(p, o.withDefaults()),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// newTransport keeps at most three times PerHost unused connections: a Lambda function may have 1,024
// files open.
func newTransport(p Policy, o Options) http.RoundTripper {
	config := o.TLS.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	if config.ClientSessionCache == nil {
		config.ClientSessionCache = tls.NewLRUClientSessionCache(1024)
	}
	dial := dialer(p, o)
	secure := &handshaker{dial: dial, config: config, timeout: o.TLSHandshake, oldBoxes: newRemembered(time.Now)}
	both := baseTransport(o)
	both.DialContext, both.DialTLSContext = dial, secure.dialTLS("h2", "http/1.1")
	both.ForceAttemptHTTP2 = true
	one := baseTransport(o)
	one.DialContext, one.DialTLSContext = dial, secure.dialTLS("http/1.1")
	one.MaxIdleConns = o.PerHost // few hosts demand HTTP/1.1, and the two share the files
	return &protocols{any: both, http1: one, onlyHTTP1: newRemembered(time.Now)}
}

func baseTransport(o Options) *http.Transport {
	return &http.Transport{
		Proxy:                  nil,
		MaxResponseHeaderBytes: o.HeaderBytes,
		MaxIdleConns:           2 * o.PerHost,
		MaxIdleConnsPerHost:    o.PerHost,
		IdleConnTimeout:        o.Idle,
		DisableCompression:     true, // a bomb stays packed
		HTTP2: &http.HTTP2Config{
			// What a receiver can make us hold; the defaults are 1 GiB and 4 MiB.
			MaxReceiveBufferPerConnection: 1 << 20,
			MaxReceiveBufferPerStream:     64 << 10,
			// A connection that died unseen would time out one request after another.
			SendPingTimeout: 10 * time.Second,
			PingTimeout:     5 * time.Second,
			// And one whose receiver floods and never reads would hang on an acknowledgement.
			WriteByteTimeout: 10 * time.Second,
		},
	}
}

// dialer resolves, checks and connects, in this order and within one bound. Control
// runs after the resolution for every address that is tried.
func dialer(p Policy, o Options) func(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: o.Connect, Resolver: o.Resolver, Control: p.control()}
	connect := resolving(d, o)
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := connect(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &answered{Conn: meter(conn, o.ConnBytes)}, nil
	}
}

// control refuses an address that the policy does not allow, with ErrBlocked.
func (p Policy) control() func(network, address string, _ syscall.RawConn) error {
	guardian := p.guardian()
	return func(network, address string, conn syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%w: %s", ErrBlocked, address)
		}
		if reason := checkPort(to.Port()); reason != "" {
			return fmt.Errorf("%w: %s", ErrBlocked, reason)
		}
		if err := guardian.Safe(network, address, conn); err != nil {
			return fmt.Errorf("%w: %s is not a public address", ErrBlocked, to.Addr())
		}
		return nil
	}
}

// Blocked reports whether err came of a refused dial.
func Blocked(err error) bool { return errors.Is(err, ErrBlocked) }
