package login

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"maps"
	"net/http"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// Flags of authenticator data, Web Authentication Level 3, section 6.1.
const (
	present  = 0x01
	verified = 0x04
	attested = 0x40
)

// An authenticator holds one passkey, in software.
type authenticator struct {
	*testing.T
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte
	counter uint32
}

// A twist is what an authenticator, or whoever stands between, does otherwise.
type twist struct {
	client    map[string]any // members of the client data to be put over the right ones
	rp        string         // for which it signs
	flags     byte           // instead of present and verified; 0: those
	id        []byte         // of the credential it says it used
	handle    []byte
	noHandle  bool
	tampered  bool // the client data is changed after signing
	signature func([]byte) []byte
	extra     map[string]any // members of the answer
}

func (r *rig) authenticator() *authenticator {
	r.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		r.Fatal(err)
	}
	a := &authenticator{T: r.T, key: key, id: make([]byte, 16), counter: 1}
	rand.Read(a.id)
	return a
}

func text(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// options are those of either ceremony, as far as an authenticator looks.
type options struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		RP        struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"rp"`
		User struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"user"`
		Attestation            string           `json:"attestation"`
		UserVerification       string           `json:"userVerification"`
		AuthenticatorSelection map[string]any   `json:"authenticatorSelection"`
		AllowCredentials       []map[string]any `json:"allowCredentials"`
		ExcludeCredentials     []map[string]any `json:"excludeCredentials"`
	} `json:"publicKey"`
}

func (a *authenticator) client(kind, challenge, origin string, w twist) []byte {
	c := map[string]any{"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false}
	maps.Copy(c, w.client)
	b, err := json.Marshal(c)
	if err != nil {
		a.Fatal(err)
	}
	return b
}

func (a *authenticator) data(rp string, flags byte, w twist) []byte {
	if w.rp != "" {
		rp = w.rp
	}
	if w.flags != 0 {
		flags = flags&attested | w.flags
	}
	sum := sha256.Sum256([]byte(rp))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), a.counter)
}

func (a *authenticator) answer(response map[string]any, w twist) []byte {
	id := a.id
	if w.id != nil {
		id = w.id
	}
	all := map[string]any{"id": text(id), "rawId": text(id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}}
	maps.Copy(all, w.extra)
	b, err := json.Marshal(all)
	if err != nil {
		a.Fatal(err)
	}
	return b
}

// creates answers what navigator.credentials.create() is asked.
func (a *authenticator) creates(asked options, origin string, w twist) []byte {
	handle, err := base64.RawURLEncoding.DecodeString(asked.PublicKey.User.ID)
	if err != nil {
		a.Fatal(err)
	}
	a.handle = handle
	public, err := a.key.PublicKey.Bytes()
	if err != nil {
		a.Fatal(err)
	}
	cose, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: public[1:33], -3: public[33:]})
	if err != nil {
		a.Fatal(err)
	}
	data := a.data(asked.PublicKey.RP.ID, present|verified|attested, w)
	data = append(data, make([]byte, 16)...) // no AAGUID
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), cose...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		a.Fatal(err)
	}
	return a.answer(map[string]any{
		"clientDataJSON": text(a.client("webauthn.create", asked.PublicKey.Challenge, origin, w)), "attestationObject": text(object),
	}, w)
}

// signs answers what navigator.credentials.get() is asked.
func (a *authenticator) signs(asked options, origin string, w twist) []byte {
	a.counter++
	data := a.data(asked.PublicKey.RPID, present|verified, w)
	client := a.client("webauthn.get", asked.PublicKey.Challenge, origin, w)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		a.Fatal(err)
	}
	if w.signature != nil {
		signature = w.signature(signature)
	}
	if w.tampered {
		client = append(client[:len(client)-1], `,"more":1}`...)
	}
	response := map[string]any{"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature), "userHandle": text(a.handle)}
	if w.handle != nil {
		response["userHandle"] = text(w.handle)
	}
	if w.noHandle {
		delete(response, "userHandle")
	}
	return a.answer(response, w)
}

// asked begins a ceremony and gives what is asked of an authenticator.
func (b *browser) asked(path, body string) options {
	b.Helper()
	var asked options
	b.wants(http.StatusOK, http.MethodPost, path, []byte(body)).read(b.T, &asked)
	return asked
}

// enrols makes a passkey for somebody who was invited, and is signed in by it.
func (b *browser) enrols(name string) *authenticator {
	b.Helper()
	b.wants(http.StatusOK, http.MethodPost, b.invited(name), nil)
	a := b.authenticator()
	asked := b.asked("/login/passkey/register/begin", `{"label": "the blue key"}`)
	b.wants(http.StatusOK, http.MethodPost, "/login/passkey/register/finish", a.creates(asked, b.door.set.Origin, twist{}))
	return a
}

// confirms signs in with a passkey, or confirms who one is.
func (b *browser) confirms(a *authenticator, w twist) reply {
	b.Helper()
	asked := b.asked("/login/passkey/begin", "{}")
	return b.asks(http.MethodPost, "/login/passkey/finish", a.signs(asked, b.door.set.Origin, w))
}
