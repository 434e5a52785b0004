package api

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// A receipt is a signed note (c2sp.org/signed-note): that the office received these
// bytes, when, and whether it knew from whom. Its holder can show it to anybody.
type receipt struct {
	act      string // what was received: a request, an answer, a withdrawal, …
	ref      docket.Ref
	body     []byte // as received
	at       time.Time
	verified bool
}

// A signer signs notes with the key of the office.
type signer struct {
	name string
	hash uint32
	key  ed25519.PrivateKey
	text string // the key that verifies, as signed notes write it
}

// newSigner makes a signer whose name is the host of the origin.
func newSigner(origin string, key ed25519.PrivateKey) (*signer, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || origin != u.Scheme+"://"+u.Host {
		return nil, fault.Invalidf(origin, "is no origin").WithHint("write scheme and host and nothing else, like https://office.example")
	}
	if len(key) != ed25519.PrivateKeySize {
		return nil, fault.Invalidf("key", "the key of the office is no Ed25519 key")
	}
	text, err := note.NewEd25519VerifierKey(u.Host, key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(text)
	if err != nil {
		return nil, err
	}
	return &signer{name: u.Host, hash: v.KeyHash(), key: key, text: text}, nil
}

// Name is whose signature it is.
func (s *signer) Name() string { return s.name }

// KeyHash tells keys of one name apart.
func (s *signer) KeyHash() uint32 { return s.hash }

// Sign signs the text of a note.
func (s *signer) Sign(text []byte) ([]byte, error) { return ed25519.Sign(s.key, text), nil }

// receipt writes and signs a receipt.
func (s *Server) receipt(r receipt) (string, error) {
	sender := "unverified"
	if r.verified {
		sender = "verified"
	}
	var b strings.Builder
	b.WriteString("rogatory.receipt/1\n")
	fmt.Fprintf(&b, "office %s\n", strings.Join(strings.Fields(s.office.Name), " "))
	fmt.Fprintf(&b, "act %s\ncase %s\nsha256 %x\nreceived %s\nsender %s\n", r.act, r.ref, sha256.Sum256(r.body), r.at.UTC().Format(time.RFC3339), sender)
	if s.rehearsal {
		b.WriteString("rehearsal\n")
	}
	text, err := note.Sign(&note.Note{Text: b.String()}, s.signer)
	return string(text), err
}
