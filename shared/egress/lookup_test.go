package egress

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func TestNameServersAreThoseOfTheSystem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "resolv.conf")
	text := "# comment\nsearch example.com\nnameserver 192.0.2.1\nnameserver\t2001:db8::1\nnameserver\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []string{"192.0.2.1:53", "[2001:db8::1]:53"}
	if got := (nameServers{config: path}).servers(); !slices.Equal(got, want) {
		t.Errorf("servers %q, want %q", got, want)
	}
	_, err := nameServers{config: path + ".missing"}.lookup(t.Context(), "foo-.example.com")
	if dns, ok := errors.AsType[*net.DNSError](err); !ok || !dns.IsTemporary {
		t.Errorf("without name servers: %v, want an error that passes", err)
	}
}

func TestOnlyHostsThatGoRefusesAreUnusual(t *testing.T) {
	for host, want := range map[string]bool{"foo-.example.com": true, "foo.example-": true, "qa--a.example.com": false, "-a.example.com": false, "192.0.2.1": false} {
		if unusual(host) != want {
			t.Errorf("%s: %v, want %v", host, !want, want)
		}
	}
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
		found, err := addresses(reply, name)
		for _, addr := range found {
			if err != nil || !addr.IsValid() {
				t.Errorf("%v with %v", found, err)
			}
		}
	})
}
