package egress

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/thordata/webhook-integration/shared/receivertest"
)

func TestNameServersAreThoseOfTheSystem(t *testing.T) {
	path := resolvConf(t, "# comment\nsearch example.com\nnameserver 192.0.2.1\nnameserver\t2001:db8::1\nnameserver\n")
	want := []string{"192.0.2.1:53", "[2001:db8::1]:53"}
	if got := (nameServers{config: path}).servers(); !slices.Equal(got, want) {
		t.Errorf("servers %q, want %q", got, want)
	}
	_, err := nameServers{config: path + ".missing"}.lookup(t.Context(), "foo-.example.com")
	if dns, ok := errors.AsType[*net.DNSError](err); !ok || !dns.IsTemporary {
		t.Errorf("without name servers: %v, want an error that passes", err)
	}
}

// Every host is looked up by Go's resolver or is unusual: labels of up to three characters, in the
// first and in a later position.
func TestUnusualHostsAreThoseThatGoRefuses(t *testing.T) {
	var asked atomic.Bool // Go's resolver asks for IPv4 and IPv6 at once
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		asked.Store(true)
		return nil, errors.New("no name server in this test")
	}}
	for _, label := range labels(3) {
		for _, host := range []string{label + ".example.com", "a." + label + ".example.com", "a." + label + "x"} {
			if (Policy{}).checkName(host) != "" {
				continue
			}
			asked.Store(false)
			_, _ = resolver.LookupNetIP(t.Context(), "ip", host)
			if unusual(host) == asked.Load() {
				t.Errorf("%s: unusual is %v, and Go's resolver asked a server: %v", host, unusual(host), asked.Load())
			}
		}
	}
}

// labels returns every text of one to most characters that differ in what resolvers make of them.
func labels(most int) []string {
	all, last := []string{}, []string{""}
	for range most {
		var next []string
		for _, begin := range last {
			for _, c := range "a1-_" {
				next = append(next, begin+string(c))
			}
		}
		all, last = append(all, next...), next
	}
	return all
}

func TestLookup(t *testing.T) {
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	for name, c := range map[string]struct {
		first, second receivertest.Answer // of the two name servers
		want          []netip.Addr
		err           net.DNSError
	}{
		"both kinds of addresses":    {first: receivertest.Answer{Addrs: []netip.Addr{v6, v4}}, want: []netip.Addr{v4, v6}},
		"IPv6 alone":                 {first: receivertest.Answer{Addrs: []netip.Addr{v6}}, want: []netip.Addr{v6}},
		"IPv4, and IPv6 fails":       {first: receivertest.Answer{Addrs: []netip.Addr{v4}, Fails6: true}, want: []netip.Addr{v4}},
		"first server fails":         {receivertest.Answer{Fails: true}, receivertest.Answer{Addrs: []netip.Addr{v4}}, []netip.Addr{v4}, net.DNSError{}},
		"first server is silent":     {receivertest.Answer{Silent: true}, receivertest.Answer{Addrs: []netip.Addr{v4}}, []netip.Addr{v4}, net.DNSError{}},
		"first knows no such name":   {receivertest.Answer{Unheld: true}, receivertest.Answer{Addrs: []netip.Addr{v4}}, nil, net.DNSError{IsNotFound: true}},
		"first knows no address":     {receivertest.Answer{}, receivertest.Answer{Addrs: []netip.Addr{v4}}, nil, net.DNSError{IsNotFound: true}},
		"both servers fail":          {receivertest.Answer{Fails: true}, receivertest.Answer{Fails: true}, nil, net.DNSError{IsTemporary: true}},
		"both servers are silent":    {receivertest.Answer{Silent: true}, receivertest.Answer{Silent: true}, nil, net.DNSError{IsTemporary: true, IsTimeout: true}},
		"the last one fails quickly": {receivertest.Answer{Silent: true}, receivertest.Answer{Fails: true}, nil, net.DNSError{IsTemporary: true}},
	} {
		t.Run(name, func(t *testing.T) {
			config := resolvConf(t, "nameserver 192.0.2.53\nnameserver 192.0.2.54\n")
			synctest.Test(t, func(t *testing.T) {
				dial := func(ctx context.Context, network, address string) (net.Conn, error) {
					answer := c.first
					if address == "192.0.2.54:53" {
						answer = c.second
					}
					return receivertest.Names(func(string, int) receivertest.Answer { return answer }).Dial(ctx, network, address)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				got, err := nameServers{dial: dial, config: config}.lookup(ctx, "foo-.example.com")
				dns, _ := errors.AsType[*net.DNSError](err)
				if dns == nil {
					dns = &net.DNSError{}
				}
				if !slices.Equal(got, c.want) || dns.IsNotFound != c.err.IsNotFound || dns.IsTemporary != c.err.IsTemporary || dns.IsTimeout != c.err.IsTimeout {
					t.Errorf("%v, %+v; want %v, %+v", got, dns, c.want, c.err)
				}
			})
		})
	}
}

// A try that hangs leaves time for those after it.
func TestTriesShareTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second)
		defer cancel()
		var began []time.Duration
		start := time.Now()
		_, err := inTurn(ctx, []int{1, 2, 3}, func(ctx context.Context, n int) (int, error) {
			began = append(began, time.Since(start))
			<-ctx.Done()
			return n, ctx.Err()
		})
		if want := []time.Duration{0, 2 * time.Second, 4 * time.Second}; !slices.Equal(began, want) || err == nil {
			t.Errorf("tries began after %v with %v, want %v", began, err, want)
		}
	})
}

func resolvConf(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What a name server answers is hostile.
func FuzzAddresses(f *testing.F) {
	name := dnsmessage.MustNewName("foo-.example.com.")
	m := dnsmessage.Message{Header: dnsmessage.Header{Response: true}, Answers: []dnsmessage.Resource{{
		Header: dnsmessage.ResourceHeader{Name: name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET},
		Body:   &dnsmessage.AResource{A: [4]byte{192, 0, 2, 1}},
	}}}
	packed, err := m.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Fuzz(func(t *testing.T, reply []byte) {
		found, err := addresses(reply)
		for _, addr := range found {
			if err != nil || !addr.IsValid() {
				t.Errorf("%v with %v", found, err)
			}
		}
	})
}
