// Package egress decides where a request may go: by its URL when an integration is saved, and by
// the resolved address when a connection is dialled.
//
// The check when dialling is the protection. A name can resolve to any address, and to another one
// a moment later, so only the address that is about to be dialled counts. The check of the URL
// gives users an early and clear error.
package egress

import (
	"errors"
	"net/netip"
	"slices"

	"code.dny.dev/ssrf"
)

// ErrBlocked reports a destination that is not allowed. A client's errors wrap it if a dial was
// blocked.
var ErrBlocked = errors.New("the address may not be called")

// defaultMaxURL is the default of Policy.MaxURL, in bytes.
const defaultMaxURL = 2048

// Policy says where requests may go. The zero value allows https to public addresses.
type Policy struct {
	AllowHTTP     bool // http as well as https
	AllowLoopback bool // this machine too: only for a node that listens only on this machine
	MaxURL        int  // bytes; 0 means 2,048

	Allow Allowed // what is called although it is not public
}

// Prefixes that the ssrf package allows, but that contain no public endpoints.
var (
	alsoDenied4 = []netip.Prefix{
		netip.MustParsePrefix("168.63.129.16/32"), // the host of an Azure virtual machine
	}
	alsoDenied6 = []netip.Prefix{
		netip.MustParsePrefix("3ffe::/16"), // 6bone, returned (RFC 3701)
	}
	loopback4 = netip.MustParsePrefix("127.0.0.0/8")
	loopback6 = netip.MustParsePrefix("::1/128")
)

// guardian blocks everything in IANA's special-purpose registries: loopback, private, link-local
// and metadata, shared, multicast, documentation, benchmarking and reserved ranges. Of IPv6 it
// allows only global unicast, so it blocks IPv4-mapped, NAT64 and unique local addresses, and it
// also blocks Teredo and 6to4.
func (p Policy) guardian() *ssrf.Guardian {
	options := []ssrf.Option{
		ssrf.WithAnyPort(), // checkPort checks ports
		ssrf.WithDeniedV4Prefixes(slices.Clone(alsoDenied4)...),
		ssrf.WithDeniedV6Prefixes(slices.Clone(alsoDenied6)...),
	}
	if p.AllowLoopback {
		options = append(options, ssrf.WithAllowedV4Prefixes(loopback4), ssrf.WithAllowedV6Prefixes(loopback6))
	}
	return ssrf.New(options...)
}
