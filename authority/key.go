package authority

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// RSA keys of fewer bits are too weak, and of more take too long to verify with.
const (
	leastRSA = 2048
	mostRSA  = 8192
)

// Parse reads the public key: an ed25519.PublicKey, an *ecdsa.PublicKey on P-256
// or an *rsa.PublicKey. The error says in words for people what is wrong.
func (k *Key) Parse() (crypto.PublicKey, error) {
	if len(k.Public) > keyLimit {
		return nil, fmt.Errorf("has %d bytes; no key takes more than %d", len(k.Public), keyLimit)
	}
	block, rest := pem.Decode([]byte(k.Public))
	if block == nil || !strings.HasPrefix(strings.TrimSpace(k.Public), "-----BEGIN ") {
		return nil, errors.New("is no PEM: it begins with -----BEGIN PUBLIC KEY-----")
	}
	if strings.Contains(block.Type, "PRIVATE") {
		return nil, errors.New("is a private key: whoever sent it has to make a new pair, and to send the public one")
	}
	if block.Type != "PUBLIC KEY" || len(block.Headers) > 0 || strings.TrimSpace(string(rest)) != "" {
		return nil, fmt.Errorf("is not one PUBLIC KEY and nothing else, but a %s", clip(block.Type))
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, errors.New("is no public key of a known kind: Ed25519, ECDSA on P-256, or RSA")
	}
	return key, strong(key)
}

func clip(s string) string {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return fmt.Sprintf("%q", s)
}

// strong refuses keys that are too weak, or of a kind that is not taken.
func strong(key crypto.PublicKey) error {
	switch k := key.(type) {
	case ed25519.PublicKey:
		return nil
	case *ecdsa.PublicKey:
		if k.Curve != elliptic.P256() {
			return fmt.Errorf("is on the curve %s; P-256 is the one taken", k.Curve.Params().Name)
		}
		return nil
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n < leastRSA || n > mostRSA {
			return fmt.Errorf("is an RSA key of %d bits; %d to %d are taken", n, leastRSA, mostRSA)
		}
		if k.E < 65537 || k.E%2 == 0 {
			return fmt.Errorf("is an RSA key with the exponent %d; odd ones from 65537 on are taken", k.E)
		}
		return nil
	}
	return errors.New("is none of Ed25519, ECDSA on P-256, RSA")
}

// smallOrder reports whether a key is one of the few points that a multiple of
// at most eight takes to the identity. For those, a signature of zeroes holds for
// every message whose challenge is such a multiple, one in eight at the least;
// for any other key it never holds.
func smallOrder(key crypto.PublicKey) bool {
	k, ok := key.(ed25519.PublicKey)
	if !ok {
		return false
	}
	empty := make([]byte, ed25519.SignatureSize)
	empty[0] = 1 // the identity, and zero
	for i := range 128 {
		if ed25519.Verify(k, []byte{byte(i)}, empty) {
			return true
		}
	}
	return false
}

// Fingerprint is the SHA-256 of the key as SubjectPublicKeyInfo, in hex: what two
// people compare who speak on the telephone. It is empty for what is no key.
func (k *Key) Fingerprint() string {
	key, err := k.Parse()
	if err != nil {
		return ""
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

// KeyFor gives a key at a time at which both it and the entry count. Otherwise it
// is fault.Unauthenticated, and does not tell why.
func (a *Authority) KeyFor(id string, at time.Time) (crypto.PublicKey, error) {
	for i := range a.Keys {
		k := &a.Keys[i]
		if k.ID != id || at.Before(k.From) || !k.Until.IsZero() && !at.Before(k.Until) || !a.InForce(at) {
			continue
		}
		if key, err := k.Parse(); err == nil {
			return key, nil
		}
	}
	return nil, fault.Unauthenticatedf("", "the key is none that is enrolled and in force").
		WithHint("ask the office by a way you know which keys it has on record")
}
