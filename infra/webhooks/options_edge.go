package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/thordata/webhook-integration/functions/api/console"
	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/webhooks/edge"
	"github.com/thordata/webhook-integration/infra/webhooks/node"
	"github.com/thordata/webhook-integration/infra/webhooks/signin"
)

// edgeOptions are the flags for a node that serves others.
type edgeOptions struct {
	addr           string
	auth           string // "", keys or issuer
	issuer         signin.IssuerConfig
	clientID       string
	signInOrigins  []string
	allowHTTP      bool
	cert, key      string
	proxies        edge.Proxies
	maxConnections int
}

// define defines the flags. The demo only has an address: it shows a node without authentication.
func (o *edgeOptions) define(c *cli.Command, word string) {
	o.maxConnections = 1000
	c.StringVar(&o.addr, "addr", "127.0.0.1:8080", "`host:port` to listen on; port 0 lets the system choose. Without -auth it must be a\nloopback address")
	if word == demoWord {
		return
	}
	c.StringVar(&o.auth, "auth", "", "`how` callers authenticate: with keys (see webhooks keys) or with the tokens of an issuer.\nThe bus then wants AWS signatures (see webhooks keys add -bus), and there are no inboxes.\nWithout it everybody who can reach the node may act as any user")
	c.StringVar(&o.issuer.URL, "issuer", "", "the `URL` of the OpenID Connect issuer, exactly as in the claim iss")
	c.StringVar(&o.issuer.Audience, "audience", "", "the `audience` that a token must have, in aud or else in client_id")
	c.StringVar(&o.issuer.Claim, "claim", "sub", "the `claim` with the user's id")
	c.StringVar(&o.clientID, "client-id", "", "the console's public client `id` at the issuer; the value of -audience unless given")
	c.Func("sign-in-origins", "other `origins` that the console calls to sign in, for issuers whose token endpoint is on\nanother host", func(list string) (err error) {
		o.signInOrigins, err = console.ParseOrigins(list)
		return err
	})
	c.BoolVar(&o.allowHTTP, "allow-http", false, "with -auth: allow integrations to use http URLs; always allowed without")
	c.StringVar(&o.cert, "tls-cert", "", "a PEM `file` with the certificate and its chain, read again when it changes")
	c.StringVar(&o.key, "tls-key", "", "a PEM `file` with the certificate's key")
	c.Func("trusted-proxy", "`addresses` or CIDRs of the proxies in front of the node, whose X-Forwarded-For is believed;\nthis machine's if the node listens on a loopback address. They must pass on the Host header", func(list string) (err error) {
		o.proxies, err = edge.ParseProxies(list)
		return err
	})
	c.Count(&o.maxConnections, "max-connections", o.maxConnections, "open connections; one client address gets at most a quarter")
}

// nodeAuth returns the node's authentication; nil without -auth.
func (o *edgeOptions) nodeAuth() *node.Auth {
	if o.auth == "" {
		return nil
	}
	a := &node.Auth{Proxies: o.proxies, AllowHTTP: o.allowHTTP}
	if o.auth == "issuer" {
		o.issuer.Now = time.Now
		a.Issuer, a.ClientID, a.SignInOrigins = &o.issuer, o.clientID, o.signInOrigins
		if a.ClientID == "" {
			a.ClientID = o.issuer.Audience
		}
	}
	return a
}

// scheme returns the scheme of the node's URL.
func (o *edgeOptions) scheme() string {
	if o.cert != "" {
		return "https"
	}
	return "http"
}

func (o *edgeOptions) check() error {
	var errs []error
	switch o.auth {
	case "", "keys":
		if o.issuer.URL != "" || o.issuer.Audience != "" || o.clientID != "" {
			errs = append(errs, errors.New("-issuer, -audience and -client-id need -auth issuer"))
		}
	case "issuer":
		if o.issuer.URL == "" || o.issuer.Audience == "" || o.issuer.Claim == "" {
			errs = append(errs, errors.New("-auth issuer needs -issuer, -audience and -claim"))
		} else if err := signin.CheckIssuer(o.issuer.URL); err != nil {
			errs = append(errs, fmt.Errorf("-issuer %w", err))
		}
	default:
		errs = append(errs, fmt.Errorf("-auth %q: want keys or issuer", o.auth))
	}
	if (o.cert == "") != (o.key == "") {
		errs = append(errs, errors.New("-tls-cert and -tls-key need each other"))
	}
	if o.maxConnections < 4 {
		errs = append(errs, fmt.Errorf("-max-connections %d: want at least 4", o.maxConnections))
	}
	return errors.Join(append(errs, o.checkAddr())...)
}

// checkAddr rejects addresses at which strangers could act as any user, or read keys on the way.
func (o *edgeOptions) checkAddr() error {
	host, _, err := net.SplitHostPort(o.addr)
	if err != nil {
		return fmt.Errorf("-addr %q: want host:port, as in 127.0.0.1:8080", o.addr)
	}
	ip, err := netip.ParseAddr(host)
	loopback := host == "localhost" || err == nil && ip.IsLoopback()
	switch {
	case loopback:
		if len(o.proxies) == 0 {
			o.proxies, _ = edge.ParseProxies("127.0.0.0/8,::1") // only programs on this machine connect
		}
		return nil
	case o.auth == "":
		return fmt.Errorf("-addr %s is not a loopback address, and without -auth everybody who reaches the node may act as any user: "+
			"add -auth keys or -auth issuer, or listen on 127.0.0.1", o.addr)
	case o.cert == "" && len(o.proxies) == 0:
		return fmt.Errorf("-addr %s is not a loopback address, and keys would travel unencrypted: add -tls-cert and -tls-key, "+
			"or -trusted-proxy with the address of the proxy that terminates TLS", o.addr)
	}
	return nil
}
