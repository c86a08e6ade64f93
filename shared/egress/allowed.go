package egress

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Allowed are destinations that an operator allows although they are not public. The zero value has none.
type Allowed struct {
	prefixes []netip.Prefix
	names    []string // in the form used for DNS
}

// ParseAllowed parses a setting: CIDRs, addresses and host names, separated by commas. Its error lists
// every mistake.
//
// A host name may be called wherever it is in a private network: 10.0.0.0/8, 172.16.0.0/12,
// 192.168.0.0/16, 100.64.0.0/10 or fc00::/7. See permits for CIDRs.
func ParseAllowed(setting string) (Allowed, error) {
	var a Allowed
	var errs []error
	for entry := range strings.SplitSeq(setting, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		if err := a.add(entry); err != nil {
			errs = append(errs, err)
		}
	}
	return a, errors.Join(errs...)
}

func (a *Allowed) add(entry string) error {
	if addr, err := netip.ParseAddr(strings.Trim(entry, "[]")); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		a.prefixes = append(a.prefixes, netip.PrefixFrom(addr, addr.BitLen()))
		return nil
	}
	if strings.Contains(entry, "/") {
		prefix, err := netip.ParsePrefix(entry)
		switch {
		case err != nil || prefix.Addr().Is4In6():
			return fmt.Errorf("%q is not a network: write it like 10.1.0.0/16, or fd12:3456::/32", entry)
		case prefix != prefix.Masked():
			return fmt.Errorf("%q has bits behind its prefix: did you mean %s?", entry, prefix.Masked())
		}
		a.prefixes = append(a.prefixes, prefix)
		return nil
	}
	host, err := ToASCII(entry)
	switch {
	case strings.Contains(entry, "*"):
		return fmt.Errorf("%q has a wildcard: name each host", entry)
	case err != nil || strings.HasPrefix(host, ".") || strings.HasSuffix(host, "."):
		return fmt.Errorf("%q is not a CIDR, an address or a host name: write it without scheme, port and path", entry)
	case looksNumeric(host):
		return fmt.Errorf("%q is not an IP address: write four decimal numbers, like 10.1.2.3", entry)
	}
	a.names = append(a.names, host)
	return nil
}

// sensitive are ranges that no larger network allows. An address in one of them is allowed only by a
// network that lies within the range: 0.0.0.0/0 does not allow this machine, and only the address itself
// allows a metadata service.
var sensitive = prefixes(
	"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4",

	// Metadata and credentials of AWS, Alibaba, Oracle and Azure; of AWS and Google over IPv6.
	"169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32", "100.100.100.200/32", "192.0.0.192/32", "168.63.129.16/32",
	"fd00:ec2::254/128", "fd00:ec2::23/128", "fd20:ce::254/128",

	// This machine, link-local and multicast, and what holds an IPv4 address.
	"::/96", "::1/128", "fe80::/10", "fec0::/10", "ff00::/8",
	"::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16",
)

// private are the networks in which a named host may be.
var private = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		all[i] = netip.MustParsePrefix(text)
	}
	return all
}

// permits reports whether an address is in an allowed network, and not in a sensitive range that the
// network only includes.
func (a Allowed) permits(addr netip.Addr) bool {
	addr = addr.Unmap() // which is what is dialled
	return slices.ContainsFunc(a.prefixes, func(network netip.Prefix) bool {
		if !network.Contains(addr) {
			return false
		}
		return !slices.ContainsFunc(sensitive, func(s netip.Prefix) bool {
			return s.Contains(addr) && network.Bits() < s.Bits()
		})
	})
}

// hasName reports whether a host is allowed by its name.
func (a Allowed) hasName(host string) bool {
	if len(a.names) == 0 {
		return false
	}
	ascii, err := ToASCII(host)
	return err == nil && slices.Contains(a.names, ascii)
}

// withPrivate also allows private networks.
func (a Allowed) withPrivate() Allowed {
	a.prefixes = slices.Concat(a.prefixes, private)
	return a
}
