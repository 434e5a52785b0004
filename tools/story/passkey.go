package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// Flags of authenticator data, Web Authentication Level 3, section 6.1.
const (
	present  = 0x01
	verified = 0x04
	attested = 0x40
)

// A passkey is an authenticator in software that holds one credential.
type passkey struct {
	origin string
	key    *ecdsa.PrivateKey
	id     []byte
	handle string // of the user, as the office gave it
	uses   uint32
}

// options are what either ceremony asks of an authenticator.
type options struct {
	PublicKey struct {
		Challenge string            `json:"challenge"`
		RPID      string            `json:"rpId"`
		RP        map[string]string `json:"rp"`
		User      map[string]string `json:"user"`
	} `json:"publicKey"`
}

func newPasskey(origin string) *passkey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return &passkey{origin: origin, key: key, id: []byte(rand.Text())}
}

func unpadded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// client is the client data of a ceremony.
func (p *passkey) client(kind, challenge string) []byte {
	return encoded(m{"type": kind, "challenge": challenge, "origin": p.origin, "crossOrigin": false})
}

// data is authenticator data for a relying party.
func (p *passkey) data(rp string, flags byte) []byte {
	sum := sha256.Sum256([]byte(rp))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), p.uses)
}

func (p *passkey) credential(response m) m {
	return m{"id": unpadded(p.id), "rawId": unpadded(p.id), "type": "public-key", "response": response, "clientExtensionResults": m{}}
}

// creates answers what a browser is asked when a passkey is made.
func (p *passkey) creates(a options) m {
	p.handle, p.uses = a.PublicKey.User["id"], 1
	public, err := p.key.PublicKey.Bytes()
	must(err)
	cose, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: public[1:33], -3: public[33:]}) // RFC 9053: EC2, ES256, P-256
	must(err)
	data := append(p.data(a.PublicKey.RP["id"], present|verified|attested), make([]byte, 16)...) // no AAGUID
	data = binary.BigEndian.AppendUint16(data, uint16(len(p.id)))
	data = append(append(data, p.id...), cose...)
	object, err := webauthncbor.Marshal(m{"fmt": "none", "attStmt": m{}, "authData": data})
	must(err)
	return p.credential(m{"clientDataJSON": unpadded(p.client("webauthn.create", a.PublicKey.Challenge)), "attestationObject": unpadded(object)})
}

// signs answers what a browser is asked when somebody shows who they are.
func (p *passkey) signs(a options) m {
	p.uses++
	data, client := p.data(a.PublicKey.RPID, present|verified), p.client("webauthn.get", a.PublicKey.Challenge)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, p.key, digest[:])
	must(err)
	return p.credential(m{
		"clientDataJSON": unpadded(client), "authenticatorData": unpadded(data), "signature": unpadded(signature), "userHandle": p.handle,
	})
}
