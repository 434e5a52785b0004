// Package trial puts a sequencer on trial over any Records: it is killed at every
// call it makes, run twice at once at every call, and must publish the same bytes
// as if nothing had happened, and sign nothing twice with different content.
//
// It is used from tests only.
package trial

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
)

// Origin is that of the log on trial.
const Origin = "rogatory.example/trial/2027"

// A World is everything around a sequencer, in memory but for the records.
type World struct {
	Records   sequencer.Records
	Files     *Files
	Mark      *Mark
	Witnesses *Witnesses // nil: the log has none
	Key       *Key
	VKey      string
	Policy    ledger.PolicyDoc
	Oversight ed25519.PrivateKey
}

// NewWorld makes one whose log has not begun.
func NewWorld(r sequencer.Records) *World {
	k, vkey := signer(Origin, "log")
	w := &World{Records: r, Files: &Files{m: make(map[string][]byte)}, Mark: &Mark{}, Key: &Key{Signer: k, Signed: make(map[string]string)}, VKey: vkey}
	verifier, _, err := ledger.ParseLogKey(vkey)
	must(err)
	witness, _ := signer("witness.example", "witness")
	w.Witnesses = &Witnesses{log: verifier, key: witness}
	w.Policy = ledger.DefaultPolicy(Origin)
	w.Policy.Block, w.Policy.BatchEpochs = 4, 2
	w.Oversight = private("oversight")
	return w
}

// Sequencer gives a process that works in this world. Seed is that of its
// randomness and its covers.
func (w *World) Sequencer(c *Calls, seed string) *sequencer.Sequencer {
	p := sequencer.Parts{
		Records: records{c, w.Records}, Files: files{c, w.Files}, Mark: mark{c, w.Mark},
		Key: key{w.Key, c}, VKey: w.VKey, Policy: policy(c, w.Policy), Random: &Stream{seed: seed + " order"},
	}
	if w.Witnesses != nil {
		p.Witnesses = witnesses{c, w.Witnesses}
	}
	covers := &Stream{seed: seed + " covers"}
	p.Cover = func(context.Context) ([]byte, []byte, error) {
		text, err := call(c, "Cover", func() ([]byte, error) { return SealedText(covers), nil })
		return text, []byte("opening of a cover"), err
	}
	s, err := sequencer.New(p)
	must(err)
	return s
}

// SealedText gives a sealed leaf that waits; nothing stands behind it.
func SealedText(random *Stream) []byte {
	var l ledger.Sealed
	_, _ = random.Read(l.Hash[:])
	for d := range l.Tally {
		_, _ = random.Read(l.Tally[d][:])
	}
	return l.Marshal()
}

// A Stream is bytes that look random and are the same each time.
type Stream struct {
	seed string
	n    uint64
	rest []byte
}

// NewStream begins one.
func NewStream(seed string) *Stream { return &Stream{seed: seed} }

func (s *Stream) Read(b []byte) (int, error) {
	for n := range b {
		if len(s.rest) == 0 {
			sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(s.seed), s.n))
			s.n++
			s.rest = sum[:]
		}
		b[n], s.rest = s.rest[0], s.rest[1:]
	}
	return len(b), nil
}

// Files are files in memory.
type Files struct {
	mu sync.Mutex
	m  map[string][]byte
}

// Put writes a file that is not there.
func (f *Files) Put(_ context.Context, name string, data []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if there, ok := f.m[name]; ok && !bytes.Equal(there, data) {
		return fault.Conflictf(name, "it is there with other bytes")
	}
	f.m[name] = bytes.Clone(data)
	return nil
}

// Replace writes a file.
func (f *Files) Replace(_ context.Context, name string, data []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.m[name] = bytes.Clone(data)
	return nil
}

// Get gives a file.
func (f *Files) Get(_ context.Context, name string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, ok := f.m[name]
	if !ok {
		return nil, fault.NotFoundf(name, "it is not there")
	}
	return bytes.Clone(data), nil
}

// Remove loses a file.
func (f *Files) Remove(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.m, name)
}

// All gives every file.
func (f *Files) All() map[string][]byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.m)
}

// A Mark is a high-water mark in memory.
type Mark struct {
	mu sync.Mutex
	At tlog.Tree
}

// Read gives it.
func (m *Mark) Read(context.Context) (tlog.Tree, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.At, nil
}

// Swap moves it.
func (m *Mark) Swap(_ context.Context, old, new tlog.Tree) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.At != old {
		return fault.Conflictf("mark", "it stands elsewhere")
	}
	m.At = new
	return nil
}

// Witnesses are one witness, which refuses what does not continue what it saw.
type Witnesses struct {
	log  note.Verifier
	key  note.Signer
	Down bool
	Seen []byte // the checkpoint it holds
}

// Cosign gives the checkpoint with its signature.
func (w *Witnesses) Cosign(_ context.Context, checkpoint []byte, prove func(uint64) (tlog.TreeProof, error)) ([]byte, error) {
	if w.Down {
		return nil, fault.Busyf("witness", "it does not answer")
	}
	n, err := note.Open(checkpoint, note.VerifierList(w.log))
	if err != nil {
		return nil, err
	}
	c, err := ledger.ParseCheckpoint(checkpoint, Origin, w.log)
	if err != nil {
		return nil, err
	}
	var old ledger.Checkpoint
	if w.Seen != nil {
		if old, err = ledger.ParseCheckpoint(w.Seen, Origin, w.log); err != nil {
			return nil, err
		}
	}
	proof, err := prove(old.Size)
	if err != nil {
		return nil, err
	}
	if old.Size > 0 {
		if err := tlog.CheckTree(proof, int64(c.Size), c.Root, int64(old.Size), old.Root); err != nil {
			return nil, err
		}
	}
	w.Seen = checkpoint
	return note.Sign(n, w.key)
}

// Latest gives the checkpoint it holds.
func (w *Witnesses) Latest(context.Context) ([][]byte, error) {
	if w.Down || w.Seen == nil {
		return nil, nil
	}
	return [][]byte{w.Seen}, nil
}

// A Key signs, and remembers what: of everything that can stand only once, one
// content.
type Key struct {
	note.Signer
	Signed map[string]string
	Twice  []string // what was signed with different contents
}

// Sign signs.
func (k *Key) Sign(message []byte) ([]byte, error) {
	subject := "checkpoint of size " + line(message, 1)
	if !strings.HasSuffix(subject, "provisional") && strings.HasPrefix(line(message, 1), "rogatory/v1") {
		subject = line(message, 1) + line(message, 2)
	}
	if strings.HasSuffix(line(message, 1), "provisional") {
		subject = "receipt of " + line(message, 3)
	}
	if before, ok := k.Signed[subject]; ok && before != string(message) {
		k.Twice = append(k.Twice, fmt.Sprintf("%s: %q and %q", subject, before, message))
	}
	k.Signed[subject] = string(message)
	return k.Signer.Sign(message)
}

func line(text []byte, n int) string {
	lines := strings.Split(string(text), "\n")
	return lines[min(n, len(lines)-1)]
}

func private(seed string) ed25519.PrivateKey {
	sum := sha256.Sum256([]byte(seed))
	return ed25519.NewKeyFromSeed(sum[:])
}

// signer gives a key by its name and seed, the same each time.
func signer(name, seed string) (note.Signer, string) {
	k := private(seed)
	vkey, err := note.NewEd25519VerifierKey(name, k.Public().(ed25519.PublicKey))
	must(err)
	hash := strings.Split(vkey, "+")[1]
	s, err := note.NewSigner("PRIVATE+KEY+" + name + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, k.Seed()...)))
	must(err)
	return s, vkey
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
