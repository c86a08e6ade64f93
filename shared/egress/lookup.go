package egress

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// unusual reports a host that browsers and name servers accept and Go's resolver refuses unasked: one
// with a part that ends in a hyphen, such as foo-.tumblr.com.
func unusual(host string) bool {
	return strings.Contains(host, "-.") || strings.HasSuffix(host, "-")
}

// nameServers asks the system's name servers itself, over TCP.
type nameServers struct {
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	config string // the path of resolv.conf
}

// resolving is the dialer's DialContext, for unusual hosts too.
func resolving(d *net.Dialer, o Options) func(ctx context.Context, network, address string) (net.Conn, error) {
	names := nameServers{dial: (&net.Dialer{}).DialContext, config: "/etc/resolv.conf"}
	if o.Resolver != nil && o.Resolver.Dial != nil {
		names.dial = o.Resolver.Dial
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, _ := net.SplitHostPort(address)
		if !unusual(host) {
			return d.DialContext(ctx, network, address)
		}
		ctx, cancel := context.WithTimeout(ctx, o.Connect)
		defer cancel()
		found, err := names.lookup(ctx, host)
		if err != nil {
			return nil, &net.OpError{Op: "dial", Net: network, Err: err}
		}
		var conn net.Conn
		for _, addr := range found {
			if conn, err = d.DialContext(ctx, network, net.JoinHostPort(addr.String(), port)); err == nil {
				break
			}
		}
		return conn, err
	}
}

// lookup returns the addresses of a host, IPv4 first. Its errors are *net.DNSError.
func (n nameServers) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	name, err := dnsmessage.NewName(host + ".")
	if err != nil {
		return nil, &net.DNSError{Err: err.Error(), Name: host, IsNotFound: true}
	}
	var last error = errors.New("no name server is configured")
	for _, server := range n.servers() {
		var all []netip.Addr
		for _, kind := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA} {
			var found []netip.Addr
			if found, last = n.ask(ctx, server, name, kind); last != nil {
				break
			}
			all = append(all, found...)
		}
		if dns, ok := errors.AsType[*net.DNSError](last); ok && dns.IsNotFound {
			return nil, last
		}
		if last == nil && len(all) > 0 {
			return all, nil
		}
		if last == nil {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
	}
	return nil, &net.DNSError{Err: last.Error(), Name: host, IsTemporary: true, IsTimeout: ctx.Err() != nil}
}

// servers are the addresses of the configured name servers.
func (n nameServers) servers() []string {
	file, err := os.Open(n.config)
	if err != nil {
		return nil
	}
	defer file.Close()
	var all []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && fields[0] == "nameserver" {
			all = append(all, net.JoinHostPort(fields[1], "53"))
		}
	}
	return all
}

func (n nameServers) ask(ctx context.Context, server string, name dnsmessage.Name, kind dnsmessage.Type) ([]netip.Addr, error) {
	query := dnsmessage.Message{
		Header:    dnsmessage.Header{RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: name, Type: kind, Class: dnsmessage.ClassINET}},
	}
	packed, err := query.Pack()
	if err != nil {
		return nil, err
	}
	conn, err := n.dial(ctx, "tcp", server)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...)); err != nil {
		return nil, err
	}
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, err
	}
	reply := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(conn, reply); err != nil {
		return nil, err
	}
	return addresses(reply, name)
}

// addresses reads the answer of a name server.
func addresses(reply []byte, name dnsmessage.Name) ([]netip.Addr, error) {
	var m dnsmessage.Message
	if err := m.Unpack(reply); err != nil {
		return nil, err
	}
	switch m.RCode {
	case dnsmessage.RCodeSuccess:
	case dnsmessage.RCodeNameError:
		return nil, &net.DNSError{Err: "no such host", Name: name.String(), IsNotFound: true}
	default:
		return nil, fmt.Errorf("the name server answered %s", m.RCode)
	}
	var found []netip.Addr
	for _, r := range m.Answers {
		switch body := r.Body.(type) {
		case *dnsmessage.AResource:
			found = append(found, netip.AddrFrom4(body.A))
		case *dnsmessage.AAAAResource:
			found = append(found, netip.AddrFrom16(body.AAAA))
		}
	}
	return found, nil
}
