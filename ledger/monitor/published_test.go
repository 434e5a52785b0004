package monitor

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// published is what a log published, as a Source.
type published struct {
	mu     sync.Mutex // guards the maps: a follower reads side by side
	files  map[string][]byte
	broken map[string]error
	reads  map[string]int
}

func (p *published) get(name string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reads[name]++
	if err := p.broken[name]; err != nil {
		return nil, err
	}
	if data, ok := p.files[name]; ok {
		return data, nil
	}
	return nil, fault.NotFoundf(name, "is not published")
}

func (p *published) Checkpoint(context.Context) ([]byte, error) { return p.get("checkpoint") }
func (p *published) Archived(_ context.Context, size uint64) ([]byte, error) {
	return p.get(fmt.Sprintf("checkpoints/%d", size))
}
func (p *published) Tile(_ context.Context, t tlog.Tile) ([]byte, error) {
	return p.get(ledger.TilePath(t))
}
func (p *published) Document(_ context.Context, h ledger.Hash) ([]byte, error) {
	return p.get(fmt.Sprintf("docs/%x", h))
}
func (p *published) Provisional(context.Context) ([]byte, error) { return p.get("provisional") }

// errBusy is that nobody could look.
var errBusy = errors.New("the network is down")

func newPublished() *published {
	return &published{files: make(map[string][]byte), broken: make(map[string]error), reads: make(map[string]int)}
}

// logSigner signs as the log does.
func logSigner() note.Signer { return signer(origin, key("log"), 1) }

// signer signs notes with a key of an algorithm of the signed note.
func signer(name string, k ed25519.PrivateKey, alg byte) note.Signer {
	h := sha256.Sum256(append([]byte(name+"\n"+string(rune(alg))), public(k)...))
	skey := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, binary.BigEndian.Uint32(h[:4]),
		base64.StdEncoding.EncodeToString(append([]byte{alg}, k.Seed()...)))
	s, err := note.NewSigner(skey)
	must(err)
	return s
}

// cosign adds the line of a witness who saw the checkpoint at a time.
func cosign(checkpoint []byte, name string, at time.Time) []byte {
	k := key(name)
	text, _, _ := strings.Cut(string(checkpoint), "\n\n")
	sig := ed25519.Sign(k, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s\n", at.Unix(), text))
	h := sha256.Sum256(append([]byte(name+"\n\x04"), public(k)...))
	raw := append(binary.BigEndian.AppendUint64(h[:4:4], uint64(at.Unix())), sig...)
	return fmt.Appendf(checkpoint, "— %s %s\n", name, base64.StdEncoding.EncodeToString(raw))
}

func witnessKey(name string) string {
	k := append([]byte{4}, public(key(name))...)
	h := sha256.Sum256(append([]byte(name+"\n"), k...))
	return fmt.Sprintf("%s+%08x+%s", name, binary.BigEndian.Uint32(h[:4]), base64.StdEncoding.EncodeToString(k))
}

// twoOfThree trusts the log, and two of three witnesses, one of them in a group.
func twoOfThree() Trust {
	policy := ""
	for _, w := range []string{"w1", "w2", "w3"} {
		policy += "witness " + w + " " + witnessKey(w) + " https://" + w + ".example\n"
	}
	g, err := witness.ParsePolicy([]byte(policy + "group g any w2 w3\ngroup q all w1 g\nquorum q\n"))
	must(err)
	return trusting(&g)
}

func trusting(g *witness.Group) Trust {
	vkey, err := ledger.LogKey(origin, public(key("log")))
	must(err)
	t, err := NewTrust(vkey, g)
	must(err)
	return t
}

// hashes stores the hashes of leaves as tlog does.
func hashes(leaves [][]byte) ([]tlog.Hash, tlog.HashReader) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		list := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			list[i] = stored[x]
		}
		return list, nil
	})
	for i, leaf := range leaves {
		h, err := tlog.StoredHashes(int64(i), leaf, reader)
		must(err)
		stored = append(stored, h...)
	}
	return stored, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) { return reader(indexes) })
}

// checkpoint is that of so many leaves, cosigned by w1 and w2 at a time.
func (o *office) checkpoint(size int, at time.Time) []byte {
	_, reader := hashes(o.leaves[:size])
	root, err := tlog.TreeHash(int64(size), reader)
	must(err)
	text, err := ledger.Checkpoint{Origin: origin, Size: uint64(size), Root: root}.Sign(logSigner())
	must(err)
	return cosign(cosign(text, "w1", at), "w2", at.Add(time.Minute))
}

// publish adds what the log publishes with so many leaves.
func (o *office) publish(p *published, size int, at time.Time) {
	leaves := o.leaves[:size]
	_, reader := hashes(leaves)
	for _, t := range tlog.NewTiles(ledger.TileHeight, 0, int64(size)) {
		data, err := tlog.ReadTileData(t, reader)
		must(err)
		p.files[ledger.TilePath(t)] = data
		if t.L == 0 {
			first := int(t.N) * ledger.TileWidth
			t.L = -1
			p.files[ledger.TilePath(t)] = ledger.Bundle(leaves[first : first+t.W])
		}
	}
	for h, text := range o.docs {
		p.files[fmt.Sprintf("docs/%x", h)] = text
	}
	c := o.checkpoint(size, at)
	p.files["checkpoint"] = c
	p.files[fmt.Sprintf("checkpoints/%d", size)] = c
}

// due is when the last block of the log was due.
func (o *office) due() time.Time { return o.epoch.Start(o.policy.EpochMinutes) }
