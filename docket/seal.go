package docket

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// A sealer encrypts what belongs to one case, with AES-256-GCM and a random
// nonce. Case, place and time are bound to it, so that nothing can be moved.
type sealer struct {
	aead   cipher.AEAD
	random io.Reader
}

func newSealer(key [32]byte, random io.Reader) (*sealer, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &sealer{aead, random}, nil
}

func (s *sealer) seal(plain, bound []byte) ([]byte, error) {
	nonce := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+len(plain)+s.aead.Overhead())
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return nil, err
	}
	return s.aead.Seal(nonce, nonce, plain, bound), nil
}

func (s *sealer) open(sealed, bound []byte) ([]byte, error) {
	n := s.aead.NonceSize()
	if len(sealed) < n {
		return nil, fault.Invalidf("", "what is sealed is cut short")
	}
	plain, err := s.aead.Open(nil, sealed[:n], sealed[n:], bound)
	if err != nil {
		return nil, fault.Invalidf("", "what is sealed does not open: it was altered, moved, or sealed under another key")
	}
	return plain, nil
}

// boundEntry is what an entry is bound to.
func boundEntry(c Ref, seq int, at time.Time) []byte {
	out := append([]byte("rogatory.entry/1\x00"), c...)
	out = append(out, 0)
	out = binary.BigEndian.AppendUint64(out, uint64(seq))
	return binary.BigEndian.AppendUint64(out, uint64(at.UnixMicro()))
}

// accountHash is how an account is found without being written down.
func accountHash(key [32]byte, label, account string) []byte {
	h := hmac.New(sha256.New, key[:])
	h.Write([]byte(label + "\x00" + account))
	return h.Sum(nil)[:16]
}
