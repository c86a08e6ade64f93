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

// Options are the limits of a client. Zero fields have the default given in their comment.
type Options struct {
	Connect      time.Duration // DNS and TCP together; 5 s
	TLSHandshake time.Duration // 10 s
	Idle         time.Duration // how long an unused connection is kept; 60 s
	HeaderBytes  int64         // of a response, including informational ones; 64 KiB
	ConnBytes    int64         // received over the lifetime of a connection; 16 MiB
	PerHost      int           // unused connections kept per host; 256

	// Resolver resolves names; nil means the system's resolver.
	Resolver *net.Resolver

	// TLS is the base configuration; nil uses the system's roots. The minimum version is always
	// at least 1.2.
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

// NewClient returns a client that checks every connection against the policy when dialling. It uses no
// proxy, follows no redirects, keeps no cookies, and limits the memory that a response can use. The
// request's context sets the overall deadline.
//
// A POST is sent again on a new connection if the receiver closed the reused connection before
// responding. So requests must carry an id by which receivers can detect duplicates.
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
	one.MaxIdleConns = o.PerHost // few hosts require HTTP/1.1, and both transports share the file limit
	return &protocols{any: both, http1: one, onlyHTTP1: newRemembered(time.Now)}
}

func baseTransport(o Options) *http.Transport {
	return &http.Transport{
		Proxy:                  nil,
		MaxResponseHeaderBytes: o.HeaderBytes,
		MaxIdleConns:           2 * o.PerHost,
		MaxIdleConnsPerHost:    o.PerHost,
		IdleConnTimeout:        o.Idle,
		DisableCompression:     true, // do not unpack decompression bombs
		HTTP2: &http.HTTP2Config{
			// Limits on buffered data; the defaults are 1 GiB and 4 MiB.
			MaxReceiveBufferPerConnection: 1 << 20,
			MaxReceiveBufferPerStream:     64 << 10,
			// Detects dead connections; otherwise each request on one would time out.
			SendPingTimeout: 10 * time.Second,
			PingTimeout:     5 * time.Second,
			// Otherwise a receiver that floods and never reads would block the writing of an
			// acknowledgement.
			WriteByteTimeout: 10 * time.Second,
		},
	}
}

// dialer resolves, checks and connects within one timeout. Control runs after name resolution, for
// every address that is tried. A host that is allowed by its name may be in a private network.
func dialer(p Policy, o Options) func(ctx context.Context, network, address string) (net.Conn, error) {
	connect := resolving(&net.Dialer{Timeout: o.Connect, Resolver: o.Resolver, Control: p.control()}, o)
	named := p
	named.Allow = p.Allow.withPrivate()
	connectNamed := resolving(&net.Dialer{Timeout: o.Connect, Resolver: o.Resolver, Control: named.control()}, o)
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		connect := connect
		if host, _, err := net.SplitHostPort(address); err == nil && p.Allow.hasName(host) {
			connect = connectNamed
		}
		conn, err := connect(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &answered{Conn: meter(conn, o.ConnBytes)}, nil
	}
}

// control returns ErrBlocked for an address that the policy does not allow.
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
		if p.Allow.permits(to.Addr()) {
			return nil
		}
		if err := guardian.Safe(network, address, conn); err != nil {
			return fmt.Errorf("%w: %s is not a public address", ErrBlocked, to.Addr())
		}
		return nil
	}
}

// Blocked reports whether err was caused by a blocked dial.
func Blocked(err error) bool { return errors.Is(err, ErrBlocked) }
