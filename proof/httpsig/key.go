package httpsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"math/big"

	"github.com/rogatory/rogatory/fault"
)

// The sizes of RSA keys in bits: what is smaller is broken, what is larger costs
// the office more than it costs whoever sends it.
const (
	smallestRSA = 2048
	largestRSA  = 8192
)

// algorithmOf is the one algorithm a key is used with (RFC 9421, section 3.3).
// It follows from the key and never from the request.
func algorithmOf(key crypto.PublicKey) (string, error) {
	switch k := key.(type) {
	case ed25519.PublicKey:
		if len(k) == ed25519.PublicKeySize {
			return "ed25519", nil
		}
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return "ecdsa-p256-sha256", nil
		}
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits >= smallestRSA && bits <= largestRSA {
			return "rsa-pss-sha512", nil
		}
	}
	return "", fault.Unauthenticatedf("key", "is none that signatures are taken from").
		WithHint("Ed25519, ECDSA on P-256, or RSA of 2048 to 8192 bits")
}

// signed reports whether bytes are the signature of a base. The key is one that
// algorithmOf knows.
func signed(key crypto.PublicKey, base, signature []byte) bool {
	switch k := key.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(k, base, signature)
	case *ecdsa.PublicKey:
		if len(signature) != 64 { // r and s, 32 bytes each: RFC 9421, section 3.3.4
			return false
		}
		sum := sha256.Sum256(base)
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		return ecdsa.Verify(k, sum[:], r, s)
	case *rsa.PublicKey:
		sum := sha512.Sum512(base)
		salt := &rsa.PSSOptions{SaltLength: sha512.Size} // RFC 9421, section 3.3.1
		return rsa.VerifyPSS(k, crypto.SHA512, sum[:], signature, salt) == nil
	}
	return false
}
