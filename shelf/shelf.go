// Package shelf keeps small records beside the cases: who is signed in, which
// authorities are enrolled, which messages were seen.
//
// It promises that a record is written once by one of many who try, and that
// what was altered, moved or copied to another name in the database is an error
// and never content: every paper is sealed under a key of the office, with its
// name, owner, version and end bound to it. It does not notice a paper that was
// put back to an earlier version together with its row; whoever needs that keeps
// events in a case.
package shelf

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"io"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// A Paper is one record as it is kept. Kind, ID and Owner stand in clear: what
// is secret is named by its hash.
type Paper struct {
	Kind, ID, Owner string
	Version         int       // from 1, one more with each change
	Expires         time.Time // when it may be swept away; zero: never
	Sealed          []byte
}

// Records is where papers are kept. What a method returned without an error is
// durable.
type Records interface {
	// PutPaper keeps a paper. It is a fault.Conflict unless its version follows
	// the one that stands, or is 1 and none stands.
	PutPaper(ctx context.Context, p *Paper) error
	// Paper gives a paper; fault.NotFound if there is none.
	Paper(ctx context.Context, kind, id string) (*Paper, error)
	// Papers gives papers of a kind by id, after one; of an owner, or with an
	// empty owner everybody's.
	Papers(ctx context.Context, kind, owner, after string, limit int) ([]Paper, error)
	// RemovePaper removes a paper in a version, 0: in any; fault.NotFound if it is
	// not there.
	RemovePaper(ctx context.Context, kind, id string, version int) error
	// ExpirePapers removes what has expired, and gives how many.
	ExpirePapers(ctx context.Context, now time.Time) (int, error)
}

// A Shelf is an opened place for papers.
type Shelf struct {
	records Records
	aead    cipher.AEAD
	random  io.Reader
}

// New opens a shelf whose papers are sealed with AES-256-GCM under a key.
func New(records Records, key [32]byte, random io.Reader) *Shelf {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has the block size that GCM needs
	}
	return &Shelf{records, aead, random}
}

// Sweep removes what has expired, and gives how many papers that were.
func (s *Shelf) Sweep(ctx context.Context, now time.Time) (int, error) {
	return s.records.ExpirePapers(ctx, now)
}

func (s *Shelf) seal(p *Paper, plain []byte) error {
	nonce := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+len(plain)+s.aead.Overhead())
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return err
	}
	p.Sealed = s.aead.Seal(nonce, nonce, plain, p.bound())
	return nil
}

func (s *Shelf) open(p *Paper) ([]byte, error) {
	n := s.aead.NonceSize()
	if len(p.Sealed) >= n {
		if plain, err := s.aead.Open(nil, p.Sealed[:n], p.Sealed[n:], p.bound()); err == nil {
			return plain, nil
		}
	}
	return nil, fault.Conflictf(p.Kind+" "+p.ID, "does not open: it was altered or moved in the database, or sealed under another key").WithHint("tell oversight; a backup has it as it was")
}

// bound is what a paper is bound to. The lengths keep two names from being taken
// for one.
func (p *Paper) bound() []byte {
	out := []byte("rogatory.paper/1\x00")
	for _, name := range []string{p.Kind, p.ID, p.Owner} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(name)))
		out = append(out, name...)
	}
	out = binary.BigEndian.AppendUint64(out, uint64(p.Version))
	end := int64(0)
	if !p.Expires.IsZero() {
		end = p.Expires.UnixMicro()
	}
	return binary.BigEndian.AppendUint64(out, uint64(end))
}
