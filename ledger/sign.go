package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
)

// A KeyID names a key in a leaf.
type KeyID [4]byte

// String prints id as 8 hexadecimal digits.
func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

// KeyIDOf gives the name of a key: the first four bytes of a hash of it.
func KeyIDOf(pub ed25519.PublicKey) KeyID {
	h := sha256.Sum256(append([]byte(version+"key\n"), pub...))
	return KeyID(h[:4])
}

// A Signature is one by Ed25519.
type Signature [ed25519.SignatureSize]byte

// A Signed is a leaf that somebody signs: a Settle, Report, Policy or Roles.
type Signed interface {
	Leaf
	Signature() (KeyID, Signature)
	signed(KeyID, Signature) Signed
}

// Signature gives the name of the key that signed l, and the signature.
func (l Settle) Signature() (KeyID, Signature) { return l.By, l.Sig }
func (l Report) Signature() (KeyID, Signature) { return l.By, l.Sig }
func (l Policy) Signature() (KeyID, Signature) { return l.By, l.Sig }
func (l Roles) Signature() (KeyID, Signature)  { return l.By, l.Sig }

func (l Settle) signed(by KeyID, sig Signature) Signed { l.By, l.Sig = by, sig; return l }
func (l Report) signed(by KeyID, sig Signature) Signed { l.By, l.Sig = by, sig; return l }
func (l Policy) signed(by KeyID, sig Signature) Signed { l.By, l.Sig = by, sig; return l }
func (l Roles) signed(by KeyID, sig Signature) Signed  { l.By, l.Sig = by, sig; return l }

// sigLine is the length of the last line of every signed leaf.
const sigLine = len("sig ") + (ed25519.SignatureSize+2)/3*4 + len("\n")

// Message gives what is signed: the origin of the log and every line before the
// signature. So a signature holds in one log only, and for one key.
func Message(origin string, l Signed) []byte {
	text := l.Marshal()
	return append([]byte(origin+"\n"), text[:len(text)-sigLine]...)
}

// Sign gives l signed by whoever holds the private key to pub: sign is given
// the message and gives the signature.
func Sign(origin string, l Signed, sign func(message []byte) []byte, pub ed25519.PublicKey) Signed {
	l = l.signed(KeyIDOf(pub), Signature{})
	var sig Signature
	copy(sig[:], sign(Message(origin, l)))
	by, _ := l.Signature()
	return l.signed(by, sig)
}

// Signers gives the roles of which one must sign a leaf of kind k. A policy
// signed by the log's own key may change nothing but versions. Who signs a
// settle depends on the duty: see Settlement.Settles.
func Signers(k Kind) []Role {
	return map[Kind][]Role{
		KindReport: {RoleOversight, RoleLog},
		KindPolicy: {RoleOversight, RoleLog},
		KindRoles:  {RoleOversight},
	}[k]
}
