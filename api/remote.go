package api

import (
	"net"
	"net/http"
	"net/netip"
)

// from is where a request comes from, as far as taking more than a part is
// concerned: an address, or the network of 64 bits that one subscriber of IPv6
// has. What has no address, as on a socket of the machine, is one sender.
func (s *Server) from(r *http.Request) string {
	text := s.remote(r)
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return "nowhere"
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	network, err := addr.Prefix(64)
	if err != nil {
		return "nowhere"
	}
	return network.String()
}
