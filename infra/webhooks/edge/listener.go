package edge

import (
	"net"
	"net/netip"
	"sync"

	"golang.org/x/net/netutil"
)

// Limit limits the connections that a listener has open. At the limit, connections wait in the
// system's queue. One address, of IPv6 one /64 network, may hold a quarter of them: further ones
// are closed at once, so that a client that opens many cannot keep others out. Trusted proxies are
// exempt, because all connections are theirs.
func Limit(l net.Listener, most int, proxies Proxies) net.Listener {
	return &fair{
		Listener: netutil.LimitListener(l, most), most: max(1, most/4), exempt: proxies, open: map[netip.Prefix]int{},
	}
}

type fair struct {
	net.Listener
	most   int // connections of one network
	exempt Proxies

	mu   sync.Mutex
	open map[netip.Prefix]int
}

// Accept returns the next connection of an address that does not hold too many.
func (f *fair) Accept() (net.Conn, error) {
	for {
		conn, err := f.Listener.Accept()
		if err != nil {
			return nil, err
		}
		peer := peerAddress(conn.RemoteAddr().String())
		if f.exempt.contain(peer) {
			return conn, nil
		}
		from := Network(peer)
		if f.enter(from) {
			return &counted{Conn: conn, leave: sync.OnceFunc(func() { f.leave(from) })}, nil
		}
		_ = conn.Close()
	}
}

func (f *fair) enter(from netip.Prefix) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open[from] >= f.most {
		return false
	}
	f.open[from]++
	return true
}

func (f *fair) leave(from netip.Prefix) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open[from]--; f.open[from] == 0 {
		delete(f.open, from)
	}
}

// counted is a connection that is counted until it is closed.
type counted struct {
	net.Conn
	leave func()
}

// Close closes the connection.
func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}
