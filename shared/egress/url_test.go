package egress_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestTakesPublicURLs(t *testing.T) {
	for _, raw := range []string{
		"https://example.com",
		"https://example.com/hooks?x=1&y=%20z",
		"https://EXAMPLE.com:443/",
		"https://example.com:8443/hooks",
		"https://hooks.my-internal.example.com/", // not under .internal
		"https://localhost.example.com/",
		"https://bücher.example/straße",
		"https://xn--bcher-kva.example/",
		"https://例え.テスト.example/",
		"https://qa--mysite.netlify.app/",
		"https://foo-.tumblr.com/",
		"https://-foo.example.com/",
		"https://my_app.example.com/",
		"https://_dmarc.example.com/",
		"https://r3---sn-ab.example.com/",
		"https://ü--b.example/",
		"https://8.8.8.8/hooks",
		"https://[2606:4700:4700::1111]:8443/hooks",
		"https://example.com/a(b)[c]~d|e",
		"https://" + strings.Repeat("a", 63) + ".example.com/",
		"https://example.com/" + strings.Repeat("a", 2048-len("https://example.com/")),
	} {
		if err := (egress.Policy{}).CheckURL(raw); err != nil {
			t.Errorf("%.80s: %v", raw, err)
		}
	}
}

func TestRefusesWhatIsNoRequestURL(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing":           "",
		"one byte too long": "https://example.com/" + strings.Repeat("a", 2049-len("https://example.com/")),
		"no scheme":         "example.com/hooks",
		"a mapped slash":    "https://evil.example／.good.example/",
		"a mapped a/c":      "https://ev℀l.example/",
		"a mapped at":       "https://a＠b.example/",
		"a mapped colon":    "https://a.example：80/",
		"a mapped percent":  "https://a％41.example/",
		"other ASCII":       "https://a$b.example/",
		"no host":           "https:///hooks",
		"opaque":            "https:example.com",
		"only a port":       "https://:443/",
		"http":              "http://example.com/",
		"ftp":               "ftp://example.com/",
		"file":              "file:///etc/passwd",
		"javascript":        "javascript:alert(1)",
		"gopher":            "gopher://example.com:70/",
		"data":              "data:text/plain,x",
		"user":              "https://user@example.com/",
		"user and password": "https://user:secret@example.com/",
		"empty user":        "https://@example.com/",
		"fragment":          "https://example.com/#top",
		"empty fragment":    "https://example.com/#",
		"space":             "https://example.com/a b",
		"line break":        "https://example.com/\r\nX: y",
		"NUL":               "https://example.com/\x00",
		"invalid UTF-8":     "https://example.com/\xff",
		"invisible":         "https://exam\u200bple.com/",
		"backslash":         `https://example.com\@10.0.0.1/`,
		"bad escape":        "https://example.com/%zz",
		"port 0":            "https://example.com:0/",
		"port that is none": "https://example.com:http/",
		"port empty":        "https://example.com:/",
		"port too large":    "https://example.com:65536/",
		"port with a plus":  "https://example.com:+443/",
		"port with zeros":   "https://example.com:0443/",
		"empty part":        "https://example..com/",
		"leading dot":       "https://.example.com/",
		"part too long":     "https://" + strings.Repeat("a", 64) + ".example.com/",
		"name too long":     "https://" + strings.Repeat("a.", 130) + "com/",
	} {
		t.Run(name, func(t *testing.T) {
			err := (egress.Policy{}).CheckURL(raw)
			field, ok := errors.AsType[*webhook.FieldError](err)
			if !ok || field.Field != "requestUrl" || field.Reason == "" {
				t.Fatalf("CheckURL = %v", err)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("shows the password: %v", err)
			}
		})
	}
}

func TestPolicyOpensWhatItSays(t *testing.T) {
	for _, c := range []struct {
		policy egress.Policy
		raw    string
		ok     bool
	}{
		{egress.Policy{AllowHTTP: true}, "http://example.com/", true},
		{egress.Policy{AllowHTTP: true}, "http://127.0.0.1:8080/", false},
		{egress.Policy{AllowLoopback: true}, "https://127.0.0.1:8080/", true},
		{egress.Policy{AllowLoopback: true}, "http://127.0.0.1:8080/", false},
		{egress.Policy{AllowLoopback: true, AllowHTTP: true}, "http://localhost:8080/inbox/a", true},
		{egress.Policy{AllowLoopback: true, AllowHTTP: true}, "http://a.localhost:8080/", true},
		{egress.Policy{AllowLoopback: true, AllowHTTP: true}, "http://[::1]:8080/", true},
		{egress.Policy{AllowLoopback: true, AllowHTTP: true}, "http://10.0.0.1/", false},
		{egress.Policy{AllowLoopback: true, AllowHTTP: true}, "http://169.254.169.254/", false},
		{egress.Policy{MaxURL: 20}, "https://example.com/", true},
		{egress.Policy{MaxURL: 20}, "https://example.com/a", false},
	} {
		if err := c.policy.CheckURL(c.raw); (err == nil) != c.ok {
			t.Errorf("%+v, %s: %v", c.policy, c.raw, err)
		}
	}
}

func TestPorts(t *testing.T) {
	for port, ok := range map[string]bool{
		"443": true, "80": true, "1024": true, "3000": true, "8080": true, "8443": true, "65535": true,
		"21": false, "22": false, "25": false, "53": false, "110": false, "389": false, "445": false, "587": false,
		"1023": false, "2049": false, "5060": false, "6000": false, "6667": false, "10080": false,
	} {
		err := (egress.Policy{}).CheckURL("https://example.com:" + port + "/")
		if (err == nil) != ok {
			t.Errorf("port %s: %v", port, err)
		}
		if err != nil && !strings.Contains(err.Error(), "port "+port) {
			t.Errorf("does not name port %s: %v", port, err)
		}
	}
}

func FuzzCheckURL(f *testing.F) {
	for _, c := range corpus {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		_ = (egress.Policy{}).CheckURL(raw) // must not panic for any input
	})
}
