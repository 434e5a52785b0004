package post

import (
	"net/mail"
	"strings"

	"github.com/rogatory/rogatory/fault"
)

// Lengths in octets: RFC 5321, section 4.5.3.1, and RFC 1035, section 2.3.4.
const (
	longestLocal   = 64
	longestAddress = 254
	longestDomain  = 253
	longestLabel   = 63
)

// checkAddress accepts an address that every mail system reads alike: a local
// part without quotes at a domain name, in ASCII. The error does not repeat the
// address.
func checkAddress(where, address string) error {
	local, domain, _ := strings.Cut(address, "@")
	if len(address) > longestAddress || len(local) > longestLocal {
		return fault.Invalidf(where, "is longer than a mail address may be")
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Name != "" || parsed.Address != address || !printable(address) {
		return fault.Invalidf(where, "is no mail address").WithHint("write it like name@example.org, without a name before it")
	}
	return checkDomain(where, domain)
}

// checkDomain accepts a host name of letters, digits and hyphens; an address in
// brackets or in figures is none.
func checkDomain(where, domain string) error {
	labels := strings.Split(domain, ".")
	last := labels[len(labels)-1]
	if len(domain) > longestDomain || strings.Trim(last, "0123456789") == "" {
		return fault.Invalidf(where, "has no domain name").WithHint("an address in figures is not accepted")
	}
	for _, label := range labels {
		if label == "" || len(label) > longestLabel || label[0] == '-' || label[len(label)-1] == '-' || !hostLetters(label) {
			return fault.Invalidf(where, "has no domain name").WithHint("write names in other scripts as xn--…")
		}
	}
	return nil
}

func hostLetters(label string) bool {
	return strings.IndexFunc(label, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
	}) < 0
}

// printable reports whether all of text is ASCII that is seen, or a space.
func printable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}
