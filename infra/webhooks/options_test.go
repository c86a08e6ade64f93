package main

import (
	"errors"
	"flag"
	"io"
	"strings"
	"testing"
	"time"
)

func TestDefaults(t *testing.T) {
	o, err := parse(serveWord, nil, io.Discard)
	if err != nil || o.addr != "127.0.0.1:8080" || o.Data != "webhooks.db" || o.Minute != time.Minute {
		t.Errorf("options %+v, %v", o, err)
	}
}

func TestHelpExplainsEveryFlag(t *testing.T) {
	var help strings.Builder
	if _, err := parse(serveWord, []string{"-h"}, &help); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("error %v; want flag.ErrHelp", err)
	}
	for _, name := range []string{"-addr", "-data", "-minute", "-concurrency", "-retention", "-event-types file", "-limits limits", "-log", "127.0.0.1:8080", "/inbox/",
		"Usage: go run ./infra/webhooks serve [flags]", "(default info)", "(default 720h)", "(default 1m)"} {
		if !strings.Contains(help.String(), name) {
			t.Errorf("help does not mention %s:\n%s", name, help.String())
		}
	}
}

func TestInvalidFlags(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-addr 0.0.0.0:8080", "0.0.0.0:8080 is not a loopback address, and without -auth"},
		{"-addr :8080", ":8080 is not a loopback address"},
		{"-addr 192.168.1.5:80", "add -auth keys or -auth issuer"},
		{"-addr 192.168.1.5:80 -auth keys", "add -tls-cert and -tls-key, or -trusted-proxy"},
		{"-auth password", "-auth \"password\": want keys or issuer"},
		{"-auth keys -issuer https://login.example.com", "need -auth issuer"},
		{"-auth issuer", "needs -issuer, -audience and -claim"},
		{"-auth issuer -audience a -issuer login.example.com", "is not the URL of an issuer"},
		{"-auth issuer -audience a -issuer http://login.example.com", "starts with https://"},
		{"-tls-cert a.pem", "-tls-cert and -tls-key need each other"},
		{"-trusted-proxy 10.0.0.0/8,proxy", "-trusted-proxy: \"proxy\" is neither an IP address nor a CIDR"},
		{"-max-connections 1", "want at least 4"},
		{"-addr example.com:80", "not a loopback address"},
		{"-addr 8080", "want host:port"},
		{"-minute 0s", "-minute 0s: want a duration greater than 0"},
		{"-minute x", "-minute x: want a duration greater than 0, such as 1m"},
		{"-minute 2h", "-minute 2h"},
		{"-concurrency 1", "-concurrency 1"},
		{"-retention 1s", "-retention 1s is too short: dispatches are stored for 1 second, but an endpoint may be down for 5 days"},
		{"-data=", "-data must not be empty"},
		{"demo", `unexpected argument "demo"`},
		{"-log loud", "-log loud: want debug, info, warn or error"},
		{"-speed 9", "-speed"},
		{"-log-format xml", "-log-format \"xml\": want text or json"},
		{"-metrics-addr 9090", "-metrics-addr \"9090\": want host:port"},
		{"-limits pages=1", "-limits: unknown limit \"pages\""},
		{"-secret-paths resource.apiKey,apikey", "-secret-paths: unknown variable \"apikey\": did you mean apiKey?"},
		{"-egress-allow 10.1.2.3/16", "-egress-allow: \"10.1.2.3/16\" has bits behind its prefix: did you mean 10.1.0.0/16?"},
		{"-extra-ca nowhere.pem", "-extra-ca: open nowhere.pem: no such file"},
		{"-extra-ca options_test.go", "-extra-ca: options_test.go: has no certificate"},
		{"-event-types nowhere.json", "-event-types: open nowhere.json: no such file"},
		{"-event-types options_test.go", "-event-types: must be a JSON list like"},
		{"-event-types /dev/null", "-event-types: the file is empty"},
	} {
		if _, err := parse(serveWord, strings.Fields(c.args), io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v; want %q in it", c.args, err, c.want)
		}
	}
	for _, args := range []string{
		"-addr 127.0.0.1:0", "-addr localhost:8080", "-addr [::1]:8080", "-addr 127.8.8.8:1", "-auth keys",
		"-addr :443 -auth keys -tls-cert a.pem -tls-key b.pem", "-addr 10.0.0.2:80 -auth keys -trusted-proxy 10.0.0.1",
		"-auth issuer -audience a -issuer https://tenant.auth0.com/", "-auth issuer -audience a -issuer http://127.0.0.1:8081",
	} {
		if _, err := parse(serveWord, strings.Fields(args), io.Discard); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
	if _, err := parse(demoWord, []string{"-auth", "keys"}, io.Discard); err == nil {
		t.Error("the demo accepts -auth")
	}
}
