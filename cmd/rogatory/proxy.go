package main

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/fault"
)

// proxies are the machines in front of the office whose word on who is behind
// them counts. Without any, the address of the connection is all there is.
type proxies []netip.Prefix

// readProxies reads addresses and networks.
func readProxies(list []string) (proxies, error) {
	var out proxies
	for _, text := range list {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			var at netip.Addr
			if at, err = netip.ParseAddr(text); err == nil {
				prefix = netip.PrefixFrom(at, at.BitLen())
			}
		}
		if err != nil {
			return nil, fault.Invalidf("serve.proxies", "%q is neither an address nor a network", text).WithHint("write 10.0.0.7 or 10.0.0.0/24")
		}
		out = append(out, prefix.Masked())
	}
	return out, nil
}

func (p proxies) trusts(at netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(at.Unmap()) })
}

// remote is the address that attempts to sign in are counted by: of the
// connection, or where that is a proxy's, of whom it names. Of a list of
// forwarders the last that is no proxy counts; what stands before it anybody could
// have written.
func (p proxies) remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	at, err := netip.ParseAddr(host)
	if err != nil || !p.trusts(at) {
		return host
	}
	chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(chain) {
		forwarded, err := netip.ParseAddr(strings.TrimSpace(text))
		if err != nil {
			return host
		}
		if !p.trusts(forwarded) {
			return forwarded.Unmap().String()
		}
	}
	return host
}
