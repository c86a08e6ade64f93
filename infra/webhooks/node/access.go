package node

import (
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/thordata/webhook-integration/functions/api/console"
	"github.com/thordata/webhook-integration/infra/webhooks/bus"
	"github.com/thordata/webhook-integration/infra/webhooks/demo"
	"github.com/thordata/webhook-integration/infra/webhooks/edge"
	"github.com/thordata/webhook-integration/infra/webhooks/inbox"
	"github.com/thordata/webhook-integration/infra/webhooks/keys"
	"github.com/thordata/webhook-integration/infra/webhooks/signin"
	"github.com/thordata/webhook-integration/infra/webhooks/sigv4"
	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Auth is the authentication of a node that serves others. The bus accepts events that are signed
// with an access key made by "webhooks keys add -bus".
type Auth struct {
	// Issuer accepts the tokens of an OpenID Connect issuer. If nil, the API accepts keys made by
	// "webhooks keys add -user".
	Issuer *signin.IssuerConfig

	ClientID      string       // of the console at the issuer; if empty, the console cannot sign in there
	SignInOrigins []string     // as in console.Config
	Proxies       edge.Proxies // in front of the node
	AllowHTTP     bool         // webhooks to http URLs
}

// access is what depends on who can reach the node.
type access struct {
	caller  func(*http.Request) (userID string, ok bool)
	signIn  func(http.Handler) http.Handler
	verify  func(r *http.Request, body []byte) error // nil if events need no signature
	protect func(http.Handler) http.Handler
	local   func(http.Handler) http.Handler // limits a handler to this machine
	inboxes http.Handler
	console console.Config
	egress  egress.Policy
}

func (n *Node) access(opt Options, box *seal.Box) access {
	same := func(h http.Handler) http.Handler { return h }
	if opt.Auth == nil {
		return access{
			caller: caller, signIn: same, protect: guard, local: same,
			inboxes: (&inbox.Inboxes{Now: time.Now}).Handler(),
			console: console.Config{ExampleURL: "/inbox/" + demo.Inbox},
			egress:  egress.Policy{AllowHTTP: true, AllowLoopback: true, MaxURL: opt.Limits.URL, Allow: opt.EgressAllow},
		}
	}
	checker := keys.NewChecker(n.store, box, opt.Clock.Now)
	s := &signin.SignIn{
		Users: checker, Failures: signin.NewFailures(opt.Clock.Now), Address: opt.Auth.Proxies.ClientAddress, Log: n.log,
	}
	page := console.Config{SignInWithKey: true}
	if i := opt.Auth.Issuer; i != nil {
		s.Users = signin.NewIssuer(*i, nil)
		page = console.Config{SignInIssuer: i.URL, SignInClientID: opt.Auth.ClientID, SignInOrigins: opt.Auth.SignInOrigins}
	}
	return access{
		caller: signin.Caller, signIn: s.Handler, protect: same, local: onlyLocal,
		verify:  verify(s, checker, opt),
		inboxes: http.NotFoundHandler(),
		console: page,
		egress:  egress.Policy{AllowHTTP: opt.Auth.AllowHTTP, MaxURL: opt.Limits.URL, Allow: opt.EgressAllow},
	}
}

// verify returns the check of the bus's signatures. Wrong ones count as failed sign-ins.
func verify(s *signin.SignIn, checker *keys.Checker, opt Options) func(*http.Request, []byte) error {
	v := &sigv4.Verifier{Service: "events", Now: opt.Clock.Now, Secret: checker.Secret}
	return func(r *http.Request, body []byte) error {
		from := s.Address(r)
		if s.Failures.Wait(from) > 0 {
			return &bus.Fault{Code: "ThrottlingException", Message: "Rate exceeded: too many requests with wrong signatures from this address."}
		}
		id, err := v.Verify(r, body)
		if rejected, ok := errors.AsType[*sigv4.Error](err); ok {
			s.Reject(r.Context(), from, rejected)
			return &bus.Fault{Code: rejected.Code, Message: rejected.Message}
		}
		if err == nil {
			checker.BusUsed(r.Context(), id)
		}
		return err
	}
}

// defaultCaller is the user of the product's example event.
const defaultCaller = "3406"

// caller returns the user from the request's header, because the node has no authentication. It
// rejects requests with two headers, of which one was not set by the proxy in front of the node,
// and with an empty one.
func caller(r *http.Request) (userID string, ok bool) {
	switch named := r.Header.Values("X-User-Id"); len(named) {
	case 0:
		return defaultCaller, true
	case 1:
		return named[0], webhook.CheckUserID(named[0]) == ""
	}
	return "", false
}

// onlyLocal answers 404 unless the client is a program on this machine that no proxy forwards.
func onlyLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !peer.Addr().Unmap().IsLoopback() || len(r.Header["X-Forwarded-For"])+len(r.Header["Forwarded"]) > 0 {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
