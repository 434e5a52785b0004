package post

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/rogatory/rogatory/fault"
)

// DKIM says how mail is signed: RFC 6376, and RFC 8463 for Ed25519.
type DKIM struct {
	Domain   string // the domain that answers for the mail: that of From, or one above or below it
	Selector string
	KeyFile  string // PEM: Ed25519, or RSA of 2048 bits and more
}

// signed are the fields of the header that nobody on the way may alter. Those
// named twice nobody may add to either: a reader shows the first From it finds.
var signed = []string{
	"From", "From", "To", "To", "Subject", "Subject", "Date", "Date", "Message-ID", "References",
	"Content-Type", "Content-Type", "Content-Transfer-Encoding", "Content-Language", "MIME-Version", "Auto-Submitted",
}

// A stamp signs mail.
type stamp struct {
	withheld
	domain, selector string
	key              crypto.Signer
}

func newStamp(set *DKIM, from string) (*stamp, error) {
	const where = "mail, DKIM"
	for _, name := range []string{set.Domain, set.Selector} {
		if err := checkDomain(where, name); err != nil {
			return nil, err
		}
	}
	if !under(set.Domain, from) && !under(from, set.Domain) {
		return nil, fault.Invalidf(where, "%s signs nothing that comes from %s", set.Domain, from).
			WithHint("the signature counts only if the domain is that of From")
	}
	text, err := readSecret(set.KeyFile)
	if err != nil {
		return nil, err
	}
	key, err := readKey(set.KeyFile, text)
	if err != nil {
		return nil, err
	}
	return &stamp{domain: set.Domain, selector: set.Selector, key: key}, nil
}

// under reports whether a domain is another or below it.
func under(domain, above string) bool {
	domain, above = strings.ToLower(domain), strings.ToLower(above)
	return domain == above || strings.HasSuffix(domain, "."+above)
}

func readKey(where string, text []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fault.Invalidf(where, "is no key in PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if block.Type == "RSA PRIVATE KEY" {
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, fault.Invalidf(where, "is no private key") // the cause may repeat some of it
	}
	switch key := parsed.(type) {
	case ed25519.PrivateKey:
		return key, nil
	case *rsa.PrivateKey:
		if key.N.BitLen() < 2048 { // RFC 8301, section 3.2
			return nil, fault.Invalidf(where, "is an RSA key of %d bits", key.N.BitLen()).WithHint("make one of 2048 bits or more")
		}
		return key, nil
	}
	return nil, fault.Invalidf(where, "is a key of another kind").WithHint("mail is signed with Ed25519 or RSA")
}

// sign gives the mail with its signature before it.
func (s *stamp) sign(mail []byte) ([]byte, error) {
	var out bytes.Buffer
	err := dkim.Sign(&out, bytes.NewReader(mail), &dkim.SignOptions{
		Domain: s.domain, Selector: s.selector, Signer: s.key, HeaderKeys: signed,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		return nil, fmt.Errorf("sign mail for %s: %w", s.domain, err)
	}
	return out.Bytes(), nil
}
