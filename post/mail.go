package post

import (
	"context"
	"crypto/x509"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// MailSettings say by which server mail leaves and who it comes from.
type MailSettings struct {
	Server       string // host:port
	From         string // an address
	Name         string // shown beside From
	User         string // empty: the server asks for no password
	PasswordFile string // the owner's alone
	TLS          string // "required": STARTTLS, or no mail; "implicit": from the first byte; "none": only to this machine
	Hello        string // how we name ourselves to the server; empty: the domain of From
	BounceDomain string // where Bounces listens; empty: bounces go to From and nobody reads them
	DKIM         *DKIM  // nil: not signed here
}

// mailPatience is how long one delivery may take from the first packet to the
// last reply. A server that takes longer may have taken the mail all the same;
// the second copy then has the same Message-ID.
const mailPatience = 2 * time.Minute

// A Mail sends messages. It may be used by several goroutines at once.
type Mail struct {
	withheld
	set      MailSettings
	host     string
	password string
	secret   [32]byte
	clock    func() time.Time
	stamp    *stamp         // nil: none
	roots    *x509.CertPool // nil: those of the system
	patience time.Duration
}

// NewMail checks the settings and reads the files they name; it does not ask the
// server. The secret is that of NewBounces.
func NewMail(set MailSettings, secret [32]byte, clock func() time.Time) (*Mail, error) {
	m := &Mail{set: set, secret: secret, clock: clock, patience: mailPatience}
	host, port, err := net.SplitHostPort(set.Server)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || host == "" || bad != nil || n == 0 {
		return nil, fault.Invalidf("mail, server", "%q is no server", set.Server).WithHint("write it like mail.example.org:587")
	}
	m.host = host
	if err := checkEncryption(set.TLS, host); err != nil {
		return nil, err
	}
	if err := checkAddress("mail, from", set.From); err != nil {
		return nil, err
	}
	if err := checkLine("mail, name", set.Name, longestName); err != nil {
		return nil, err
	}
	if m.set.Hello == "" {
		m.set.Hello = domainOf(set.From)
	}
	if err := checkDomain("mail, hello", m.set.Hello); err != nil {
		return nil, err
	}
	if set.BounceDomain != "" {
		if err := checkDomain("mail, bounce domain", set.BounceDomain); err != nil {
			return nil, err
		}
		if set.BounceDomain != strings.ToLower(set.BounceDomain) {
			return nil, fault.Invalidf("mail, bounce domain", "is not in small letters")
		}
	}
	if (set.User == "") != (set.PasswordFile == "") {
		return nil, fault.Invalidf("mail, user", "a user goes with a password file, and neither without the other")
	}
	if set.PasswordFile != "" {
		password, err := readSecret(set.PasswordFile)
		if err != nil {
			return nil, err
		}
		m.password = string(password)
	}
	if set.DKIM != nil {
		if m.stamp, err = newStamp(set.DKIM, domainOf(set.From)); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// checkEncryption lets mail go in clear only where no wire is.
func checkEncryption(how, host string) error {
	switch how {
	case "required", "implicit":
		return nil
	case "none":
		if at, err := netip.ParseAddr(host); host == "localhost" || err == nil && at.IsLoopback() {
			return nil
		}
		return fault.Invalidf("mail, TLS", "without encryption mail goes only to a server on this machine, and %s is none", host).
			WithHint(`write "required" or "implicit"`)
	}
	return fault.Invalidf("mail, TLS", "%q is not known", how).WithHint(`write "required", "implicit" or "none"`)
}

// Send hands a message to the server and gives the server's reply. It is a
// fault.Invalid if the message cannot be sent as it is, or if the server refuses
// it for good; any other error may pass.
func (m *Mail) Send(ctx context.Context, message Message) (string, error) {
	from := m.set.From
	if m.set.BounceDomain != "" {
		own, err := sender(m.secret, message.ID, m.set.BounceDomain)
		if err != nil {
			return "", err
		}
		from = own
	}
	text, err := m.compose(&message)
	if err != nil {
		return "", err
	}
	if m.stamp != nil {
		if text, err = m.stamp.sign(text); err != nil {
			return "", err
		}
	}
	return m.deliver(ctx, from, message.To, text)
}
