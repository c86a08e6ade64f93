package egress_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/receivertest"
)

func allowing(t *testing.T, setting string) egress.Policy {
	t.Helper()
	allowed, err := egress.ParseAllowed(setting)
	if err != nil {
		t.Fatal(err)
	}
	return egress.Policy{AllowHTTP: true, Allow: allowed}
}

func TestAllowedSettingErrors(t *testing.T) {
	for setting, want := range map[string]string{
		"10.1.0.0/33":           `"10.1.0.0/33" is not a network: write it like 10.1.0.0/16`,
		"10.1.2.3/16":           `"10.1.2.3/16" has bits behind its prefix: did you mean 10.1.0.0/16?`,
		"::ffff:10.1.0.0/112":   "is not a network",
		"https://a.example":     `"https://a.example" is not a network`,
		"a.example:443":         `"a.example:443" is not a CIDR, an address or a host name: write it without scheme, port and path`,
		"*.a.example":           `"*.a.example" has a wildcard: name each host`,
		"10.1.2":                `"10.1.2" is not an IP address`,
		"fe80::1%eth0":          "is not a CIDR, an address or a host name",
		"a.example, 10.1, 1/99": `"10.1" is not an IP address: write four decimal numbers, like 10.1.2.3` + "\n" + `"1/99" is not a network`,
	} {
		if _, err := egress.ParseAllowed(setting); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", setting, err, want)
		}
	}
	for _, setting := range []string{"", " , ", "10.1.0.0/16, fd12::/16,10.2.3.4,[fd00::1],receiver,Bücher.corp"} {
		if _, err := egress.ParseAllowed(setting); err != nil {
			t.Errorf("%q: %v", setting, err)
		}
	}
}

func TestAllowedDestinations(t *testing.T) {
	for _, c := range []struct {
		setting          string
		allowed, refused []string
	}{
		{"10.1.0.0/16", []string{"10.1.2.3", "[::ffff:10.1.2.3]", "8.8.8.8"}, []string{"10.2.0.1", "127.0.0.1", "169.254.169.254", "[fd00::1]", "receiver.internal"}},
		{"0.0.0.0/0", []string{"10.1.2.3", "192.168.1.1", "100.64.0.1"}, []string{
			"169.254.169.254", "169.254.170.2", "169.254.1.1", "127.0.0.1", "0.0.0.0", "100.100.100.200", "192.0.0.192", "168.63.129.16",
			"224.0.0.1", "255.255.255.255", "[::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]",
		}},
		{"169.254.0.0/16", []string{"169.254.1.1"}, []string{"169.254.169.254", "169.254.170.23"}},
		{"0.0.0.0/0,169.254.169.254", []string{"169.254.169.254"}, []string{"169.254.170.2"}},
		{"127.0.0.0/8", []string{"127.0.0.1"}, []string{"0.0.0.0", "[::1]"}},
		{"::/0", []string{"[fd00::1]", "[fc00::1]"}, []string{
			"[::1]", "[::]", "[fd00:ec2::254]", "[fe80::1]", "[ff02::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a9fe:a9fe]",
			"[2002:a9fe:a9fe::1]", "[2001:0:7f00:1::]", "[::127.0.0.1]", "10.0.0.1",
		}},
		{"fd00:ec2::254", []string{"[fd00:ec2::254]"}, []string{"[fd00:ec2::23]"}},
	} {
		p := allowing(t, c.setting)
		for i, host := range append(c.allowed, c.refused...) {
			refused := i >= len(c.allowed)
			if err := p.CheckURL("https://" + host + "/"); (err != nil) != refused {
				t.Errorf("%s: saving %s: %v", c.setting, host, err)
			}
			if strings.HasSuffix(host, ".internal") {
				continue
			}
			if blocked := isBlocked(t, p, nil, "https://"+host+":40443/", refused); blocked != refused {
				t.Errorf("%s: dialling %s is blocked: %v", c.setting, host, blocked)
			}
		}
	}
}

// isBlocked reports whether a policy blocks a request. What it blocks, it blocks at once; for what is
// expected not to be blocked, a connection is not waited for.
func isBlocked(t *testing.T, p egress.Policy, names *net.Resolver, raw string, expected bool) bool {
	t.Helper()
	wait := 50 * time.Millisecond
	if expected {
		wait = time.Minute
	}
	client := egress.NewClient(p, egress.Options{Connect: wait, Resolver: names})
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, raw, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err == nil {
		resp.Body.Close()
	}
	return errors.Is(err, egress.ErrBlocked)
}

// Whatever is allowed, a URL with an address can be saved if and only if it would be dialled.
func TestSavingAndDiallingAgreeOverTheCorpus(t *testing.T) {
	for _, setting := range []string{"", "0.0.0.0/0,::/0", "10.0.0.0/8,192.168.0.0/16", "127.0.0.0/8,::1", "169.254.169.254,fd00::/8", "0.0.0.0/8,224.0.0.0/3,::/96,fe80::/10"} {
		p := allowing(t, setting)
		compared := 0
		for _, raw := range corpus {
			u, err := url.Parse(raw)
			if err != nil || u.User != nil || u.Fragment != "" || u.Scheme != "http" && u.Scheme != "https" {
				continue
			}
			addr, err := netip.ParseAddr(u.Hostname())
			if err != nil || addr.Zone() != "" || addr.Is4() == strings.HasPrefix(u.Host, "[") || addr.Is4In6() && setting == "" {
				continue
			}
			compared++
			if saved := p.CheckURL(raw) == nil; isBlocked(t, p, nil, raw, !saved) == saved {
				t.Errorf("%q: %s is saved: %v; and blocked: %v", setting, raw, saved, saved)
			}
		}
		if compared < 60 {
			t.Errorf("only %d URLs have an address", compared)
		}
	}
}

func TestAllowedNamesAreCalledInPrivateNetworks(t *testing.T) {
	p := allowing(t, "receiver, Hooks.corp.internal, named.example")
	for raw, allowed := range map[string]bool{
		"https://receiver/":              true,
		"https://RECEIVER:8443/x":        true,
		"https://hooks.corp.internal/":   true,
		"https://other.corp.internal/":   false,
		"https://a.hooks.corp.internal/": false,
		"https://receiver./":             false,
		"https://named.example/":         true,
	} {
		if err := p.CheckURL(raw); (err == nil) != allowed {
			t.Errorf("%s: %v", raw, err)
		}
	}
	for addr, blocked := range map[string]bool{
		"10.9.9.9": false, "192.168.1.1": false, "fd12::1": false,
		"127.0.0.1": true, "169.254.169.254": true, "100.100.100.200": true, "::1": true, "fd00:ec2::254": true, "0.0.0.0": true, "fe80::1": true,
	} {
		names := receivertest.Addr(addr)
		if got := isBlocked(t, p, names, "https://Named.example:40443/", blocked); got != blocked {
			t.Errorf("an allowed name at %s is blocked: %v", addr, got)
		}
		if !isBlocked(t, p, names, "https://other.example:40443/", true) {
			t.Errorf("another name at %s is not blocked", addr)
		}
	}
}

// An allowed network is called, and a name that then leads elsewhere is not.
func TestRebindingFromAnAllowedNetworkIsBlocked(t *testing.T) {
	called := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called++ }))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	names := receivertest.Names(func(_ string, n int) receivertest.Answer {
		addr := "127.0.0.1"
		if n > 1 {
			addr = "10.2.0.1"
		}
		return receivertest.Answer{Addrs: []netip.Addr{netip.MustParseAddr(addr)}}
	})
	p := allowing(t, "127.0.0.0/8")
	resp, err := egress.NewClient(p, egress.Options{Resolver: names}).Post("http://rebound.example:"+port+"/", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if called != 1 {
		t.Errorf("the allowed address was called %d times", called)
	}
	if !isBlocked(t, p, names, "http://rebound.example:"+port+"/", true) || called != 1 {
		t.Error("the other address is not blocked")
	}
}
