package post

import (
	"fmt"
	"net/netip"
	"syscall"
)

// A Reach says where webhooks may go. The zero Reach is the narrow one.
type Reach uint8

const (
	// Public is the internet and nothing that stands behind our own wall.
	Public Reach = iota
	// ThisMachineToo is for rehearsals: also this machine itself, and to it
	// without encryption.
	ThisMachineToo
)

// closed are the addresses that no webhook reaches: those that are not of the
// public internet, and those behind which one of these may hide. From the IANA
// registries of special-purpose addresses, RFC 6890. Of IPv6 all is closed that
// is not in global.
var closed = prefixes(
	"0.0.0.0/8",       // this network
	"10.0.0.0/8",      // private
	"100.64.0.0/10",   // shared behind a carrier, RFC 6598
	"127.0.0.0/8",     // this machine
	"169.254.0.0/16",  // this link; machines in clouds ask for their secrets here
	"172.16.0.0/12",   // private
	"192.0.0.0/24",    // protocol assignments
	"192.0.2.0/24",    // documentation
	"192.31.196.0/24", // AS112: answers for names that are private
	"192.52.193.0/24", // AMT
	"192.88.99.0/24",  // 6to4 relays
	"192.168.0.0/16",  // private
	"192.175.48.0/24", // AS112
	"198.18.0.0/15",   // benchmarks
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"224.0.0.0/4",     // multicast
	"240.0.0.0/4",     // reserved, broadcast

	"168.63.129.16/32", // of the public internet by its number, and a cloud's own service for each machine

	"2001::/23",         // protocol assignments: Teredo, benchmarks, ORCHID
	"2001:db8::/32",     // documentation
	"2002::/16",         // 6to4: any IPv4 address may stand in it
	"2620:4f:8000::/48", // AS112
	"3fff::/20",         // documentation
)

var (
	global = netip.MustParsePrefix("2000::/3")     // all of IPv6 that is assigned to the public internet
	nat64  = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052: the last four bytes are an IPv4 address
)

func prefixes(texts ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// public reports whether an address is of the public internet. An IPv4 address
// written as IPv6 is not: it lies outside global, and nobody writes it so who
// has nothing to hide.
func public(at netip.Addr) bool {
	if nat64.Contains(at) {
		b := at.As16()
		return public(netip.AddrFrom4([4]byte(b[12:])))
	}
	if !at.Is4() && !global.Contains(at) {
		return false
	}
	for _, p := range closed {
		if p.Contains(at) {
			return false
		}
	}
	return true
}

// allows reports whether a webhook may go to an address.
func (r Reach) allows(at netip.Addr) bool {
	return public(at) || r == ThisMachineToo && at.IsLoopback()
}

// control looks at the address that is really dialled, after the name was
// resolved: what a name resolved to when it was entered says nothing of now.
func (r Reach) control(network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" || !r.allows(at.Addr()) || !portAllowed(at.Port()) {
		return fmt.Errorf("%s is not of the public internet", address)
	}
	return nil
}

// portAllowed keeps webhooks from the services that listen on low ports and
// would take one for something of their own.
func portAllowed(port uint16) bool { return port == 443 || port > 1024 }
