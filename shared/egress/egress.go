// Package egress decides where a request may go: by its URL when an integration
// is saved, and by the resolved address whenever a connection is dialled.
//
// The check at the dial is what protects. A name can resolve to anything, and to
// something else a moment later, so only the address that is about to be called
// counts. The check of the URL tells a user early and plainly.
package egress

import (
	"errors"
	"net/netip"
	"slices"

	"code.dny.dev/ssrf"
)

// ErrBlocked reports a destination that may not be called. Errors of a client
// wrap it when its dial was refused.
var ErrBlocked = errors.New("the address may not be called")

// defaultMaxURL is the longest URL of a policy that names no other, in bytes.
const defaultMaxURL = 2048

// Policy says where requests may go. The zero value allows https to public
// addresses.
type Policy struct {
	AllowHTTP     bool // http as well as https
	AllowLoopback bool // this machine too: only for a node that serves this machine alone
	MaxURL        int  // bytes; 0 means 2,048
}

// Prefixes that the ssrf package lets through and nobody's endpoint lives in.
var (
	alsoDenied4 = []netip.Prefix{
		netip.MustParsePrefix("168.63.129.16/32"), // the host of a virtual machine on Azure
	}
	alsoDenied6 = []netip.Prefix{
		netip.MustParsePrefix("3ffe::/16"), // 6bone, given back (RFC 3701)
	}
	loopback4 = netip.MustParsePrefix("127.0.0.0/8")
	loopback6 = netip.MustParsePrefix("::1/128")
)

// guardian knows the special-purpose registries of IANA: loopback, private,
// link-local and metadata, shared, multicast, documentation, benchmarking and
// reserved ranges, and for IPv6 all that is not global unicast, so v4-mapped, NAT64 and
// unique local addresses, and within it Teredo and 6to4.
func (p Policy) guardian() *ssrf.Guardian {
	options := []ssrf.Option{
		ssrf.WithAnyPort(), // checkPort knows more
		ssrf.WithDeniedV4Prefixes(slices.Clone(alsoDenied4)...),
		ssrf.WithDeniedV6Prefixes(slices.Clone(alsoDenied6)...),
	}
	if p.AllowLoopback {
		options = append(options, ssrf.WithAllowedV4Prefixes(loopback4), ssrf.WithAllowedV6Prefixes(loopback6))
	}
	return ssrf.New(options...)
}
