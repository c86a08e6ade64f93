package node

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// guard rejects requests from web pages. The node trusts everyone who can reach it, and that
// includes browsers on this machine on behalf of any page. It rejects cross-site requests and host
// names that were rebound to this machine (DNS rebinding).
func guard(next http.Handler) http.Handler {
	return onlyLoopbackHosts(http.NewCrossOriginProtection().Handler(next))
}

func onlyLoopbackHosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopbackHost(r.Host) {
			http.Error(w, "host "+r.Host+" rejected: to prevent DNS rebinding, this node only serves localhost, loopback addresses and host.docker.internal", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// noWebhooks rejects requests that the node itself sends. Users choose the URL and most of the
// content of webhooks. A webhook could call the API as another user and show the response in the
// attempt, or put the event that caused it on the bus again.
func noWebhooks(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header["Webhook-Dispatch-Id"]) > 0 { // headers templates cannot set or remove it
			http.Error(w, "webhooks of this node can only be sent to its inboxes, /inbox/<name>", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func loopbackHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	// Containers of Docker Desktop reach this machine by the last name. Names below .internal are
	// never public, so no web site can have one.
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "host.docker.internal" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
