package node

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// guard keeps web pages out. The node trusts whoever can reach it, and a browser
// on this machine can, on behalf of any page that it shows: requests that a browser sends for another
// site's page, and requests to a name that was bent to this machine
// (DNS rebinding), are refused.
func guard(next http.Handler) http.Handler {
	return onlyLoopbackHosts(http.NewCrossOriginProtection().Handler(next))
}

func onlyLoopbackHosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopbackHost(r.Host) {
			http.Error(w, "host "+r.Host+" refused: this node answers to localhost, loopback addresses and host.docker.internal only, so that no other web site's name can lead to it", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// noWebhooks keeps out what a node sends itself. Its users choose where webhooks go and
// most of what they bear: one could call the API as somebody else and have the answer
// shown as the attempt's, or put the very event on the bus that sends it again.
func noWebhooks(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header["Webhook-Dispatch-Id"]) > 0 { // which no headers template can set or drop
			http.Error(w, "a webhook can go to this node's inboxes, /inbox/<name>, and nowhere else in it", http.StatusForbidden)
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
	// Containers of Docker Desktop reach this machine by the last of these. Names below .internal are
	// never public, so no web site has it.
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "host.docker.internal" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
