package eventpattern

import (
	"bytes"
	"net/netip"
)

// network matches strings that are IP addresses in a network. IPv4 and IPv6 addresses are not in each other's networks.
type network netip.Prefix

func (t network) matches(v *scalar) bool {
	const longest = len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")
	text, ok := v.str()
	if !ok || len(text) > longest || !bytes.ContainsAny(text, ".:") {
		return false
	}
	address, err := netip.ParseAddr(string(text))
	return err == nil && netip.Prefix(t).Contains(address)
}

func (t network) String() string { return "an address in " + netip.Prefix(t).String() }

func (p *parser) cidr(i int) (test, error) {
	text, err := p.str(i, "cidr")
	if err != nil {
		return nil, err
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return nil, p.fail(i, `%q is not a network: write an address and the length of its prefix, as in "10.0.0.0/8" or "2001:db8::/32"`, text)
	}
	return network(prefix.Masked()), nil
}
