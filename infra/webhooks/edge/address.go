// Package edge is what a node that serves others puts between the network and its handlers: TLS,
// limits on connections, and the addresses of clients behind a proxy.
package edge

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the networks of the proxies in front of a node, whose X-Forwarded-For is believed.
type Proxies []netip.Prefix

// ParseProxies parses addresses and CIDRs, separated by commas.
func ParseProxies(list string) (Proxies, error) {
	var all Proxies
	for part := range strings.SplitSeq(list, ",") {
		part = strings.TrimSpace(part)
		prefix, err := netip.ParsePrefix(part)
		if addr, aerr := netip.ParseAddr(part); aerr == nil {
			prefix, err = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q is neither an IP address nor a CIDR such as 10.0.0.0/8", part)
		}
		all = append(all, prefix.Masked())
	}
	return all, nil
}

func (p Proxies) contain(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(prefix netip.Prefix) bool { return prefix.Contains(a) })
}

// ClientAddress returns the IP address of a request's client: that of the connection, or if that is
// a proxy's, the last address in X-Forwarded-For that is not a proxy's. What comes before it was
// written by the client.
func (p Proxies) ClientAddress(r *http.Request) netip.Addr {
	peer := peerAddress(r.RemoteAddr)
	if !p.contain(peer) {
		return peer
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		if peer = a.Unmap(); !p.contain(peer) {
			break
		}
	}
	return peer
}

// Network returns what is counted as one client: an IPv4 address, or of IPv6 a /64 network.
func Network(a netip.Addr) netip.Prefix {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // cannot fail: bits are within the address
	return p
}

// peerAddress returns the address of "host:port" without its zone.
func peerAddress(hostport string) netip.Addr {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	a, _ := netip.ParseAddr(host)
	return a.Unmap().WithZone("")
}
