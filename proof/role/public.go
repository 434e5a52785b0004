// Package role holds the keys of those whose acts the office cannot make up:
// judges, notifiers, oversight.
//
// A role key is an Ed25519 key that never enters the server. Its owner signs an
// act elsewhere; the office knows the public form alone, by its own settings, and
// everybody who has that can check later what was signed. A key made for a
// demonstration says so in both its forms, and keeps saying so wherever it is
// copied to.
package role

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rogatory/rogatory/fault"
)

// The first words of the two forms. Each is followed by the name, percent-encoded
// (RFC 3986), and 32 bytes in base64url without padding, behind colons.
const (
	publicForm     = "rogatory-role-1"
	publicDemoForm = "rogatory-role-demo-1"
	secretForm     = "rogatory-role-secret-1"
	secretDemoForm = "rogatory-role-secret-demo-1"
)

// act begins what is signed, so that nothing else signed by a role key can be
// taken for an act, and no act for anything else.
const act = "rogatory.act/1\x00"

const longestName = 200

// A Public is the public form of a role key. The zero Public verifies nothing.
type Public struct {
	Name string // of its owner
	Demo bool   // made for a demonstration: worth nothing
	key  [ed25519.PublicKeySize]byte
}

// ParsePublic reads what String writes, and no other writing of it.
func ParsePublic(text string) (Public, error) {
	name, demo, key, err := parse(strings.TrimSpace(text), publicForm, publicDemoForm)
	if err != nil {
		return Public{}, err
	}
	p := Public{Name: name, Demo: demo, key: key}
	if p.isZero() {
		return Public{}, fault.Invalidf("role key", "the key is all zeros, and not anybody's")
	}
	return p, nil
}

// String is the public form, one line without its end.
func (p Public) String() string {
	return write(p.Name, p.Demo, p.key, publicForm, publicDemoForm)
}

// ID names the key briefly, for people: the first 16 digits of its SHA-256 in hex.
func (p Public) ID() string {
	sum := sha256.Sum256(p.key[:])
	return hex.EncodeToString(sum[:8])
}

// Key gives the key itself, as a public log holds it.
func (p Public) Key() ed25519.PublicKey { return bytes.Clone(p.key[:]) }

// Verify reports whether the owner of the key signed an act.
func (p Public) Verify(acted, signature []byte) error {
	if p.isZero() || !ed25519.Verify(p.key[:], append([]byte(act), acted...), signature) {
		return fault.Forbiddenf("signature", "is not that of %s (key %s) under this act", p.Name, p.ID()).
			WithHint("sign the act as it stands, with the key that the office has for this role")
	}
	return nil
}

// isZero: anybody can sign for the key of zeros, which is a point of small order.
func (p Public) isZero() bool { return p.key == [ed25519.PublicKeySize]byte{} }

func write(name string, demo bool, key [32]byte, form, demoForm string) string {
	if demo {
		form = demoForm
	}
	return form + ":" + encodeName(name) + ":" + base64.RawURLEncoding.EncodeToString(key[:])
}

func parse(line, form, demoForm string) (name string, demo bool, key [32]byte, err error) {
	first, rest, _ := strings.Cut(line, ":")
	encoded, last, ok := strings.Cut(rest, ":")
	if (first != form && first != demoForm) || !ok {
		return "", false, key, fault.Invalidf("role key", "is not of the form %s:NAME:KEY", form).
			WithHint("copy the whole line")
	}
	name, err = url.PathUnescape(encoded)
	if err != nil || encodeName(name) != encoded {
		return "", false, key, fault.Invalidf("role key", "the name is not percent-encoded as it is written").
			WithHint("copy the line as it was printed")
	}
	if err := checkName(name); err != nil {
		return "", false, key, err
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(last)
	if err != nil || len(b) != len(key) || strings.ContainsAny(last, "\r\n") {
		clear(b)
		return "", false, key, fault.Invalidf("role key", "the key is not %d bytes in base64url", len(key)).
			WithHint("copy the whole line")
	}
	copy(key[:], b)
	clear(b)
	return name, first == demoForm, key, nil
}

// encodeName leaves letters, digits and -_.~ as they are, and nothing else.
func encodeName(name string) string {
	return strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// checkName refuses names that two readers could take for two, or that show
// otherwise than they are.
func checkName(name string) error {
	unseen := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError }
	if name == "" || len(name) > longestName || strings.TrimSpace(name) != name || strings.ContainsFunc(name, unseen) {
		return fault.Invalidf("role key", "%q is no name", name).
			WithHint("give the name of a person or an office in 1 to 200 bytes, without signs that are not seen and without spaces around it")
	}
	return nil
}
