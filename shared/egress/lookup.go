package egress

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// unusual reports a host that browsers and name servers accept and Go's resolver refuses unasked: one
// with a label that begins or ends with a hyphen, such as foo-.tumblr.com.
func unusual(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return true
		}
	}
	return false
}

// nameServers asks the system's name servers itself, over TCP.
type nameServers struct {
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	config string // the path of resolv.conf
}

// resolving is the dialer's DialContext, for unusual hosts too. For those the dialer also goes first,
// as it reads /etc/hosts.
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
		conn, err := d.DialContext(ctx, network, address)
		if dns, ok := errors.AsType[*net.DNSError](err); !ok || !dns.IsNotFound {
			return conn, err
		}
		found, err := names.lookup(ctx, host)
		if err != nil {
			return nil, &net.OpError{Op: "dial", Net: network, Err: err}
		}
		return inTurn(ctx, found, func(ctx context.Context, addr netip.Addr) (net.Conn, error) {
			return d.DialContext(ctx, network, net.JoinHostPort(addr.String(), port))
		})
	}
}

// inTurn returns the result of the first try that succeeds, or the last error. Each try gets an equal
// share of the time that is left until the context's deadline.
func inTurn[T, R any](ctx context.Context, all []T, try func(context.Context, T) (R, error)) (result R, err error) {
	end, _ := ctx.Deadline()
	for i, one := range all {
		share, cancel := context.WithTimeout(ctx, time.Until(end)/time.Duration(len(all)-i))
		result, err = try(share, one)
		cancel()
		if err == nil {
			break
		}
	}
	return result, err
}

// lookup returns the addresses of a host, at least one, IPv4 first. Its errors are *net.DNSError. The
// context has a deadline.
func (n nameServers) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	name, err := dnsmessage.NewName(host + ".")
	if err != nil {
		return nil, &net.DNSError{Err: err.Error(), Name: host, IsNotFound: true}
	}
	servers := n.servers()
	if len(servers) == 0 {
		return nil, &net.DNSError{Err: "no name server is configured", Name: host, IsTemporary: true}
	}
	found, err := inTurn(ctx, servers, func(ctx context.Context, server string) ([]netip.Addr, error) {
		v4, err4 := n.ask(ctx, server, name, dnsmessage.TypeA)
		v6, err6 := n.ask(ctx, server, name, dnsmessage.TypeAAAA)
		if found := slices.Concat(v4, v6); len(found) > 0 {
			return found, nil
		}
		return nil, cmp.Or(err4, err6)
	})
	if err != nil {
		timeout, ok := errors.AsType[net.Error](err)
		return nil, &net.DNSError{Err: err.Error(), Name: host, IsTemporary: true, IsTimeout: ok && timeout.Timeout()}
	}
	if len(found) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return found, nil
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
	if end, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(end)
	}
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
	return addresses(reply)
}

// addresses reads the answer of a name server: there are none if it does not know the name.
func addresses(reply []byte) ([]netip.Addr, error) {
	var m dnsmessage.Message
	if err := m.Unpack(reply); err != nil {
		return nil, err
	}
	if m.RCode == dnsmessage.RCodeNameError {
		return nil, nil
	}
	if m.RCode != dnsmessage.RCodeSuccess {
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
