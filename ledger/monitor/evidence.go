package monitor

import (
	"bytes"
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// evidence is what shows an alarm to whoever has the key of the log. It is text:
// a first line, the kind and the place of the alarm, then, each in base64 on a
// line of its own, checkpoints as they were published, for a fork the root that
// the larger has at the size of the smaller and the proof of it, leaves as C2SP
// tlog-proofs with the leaf in the place of extra, and documents.
type evidence struct {
	kind   Kind
	index  uint64
	duty   *ledger.ID
	notes  [][]byte
	prefix *tlog.Hash
	proof  tlog.TreeProof
	leaves [][]byte // tlog-proofs; the leaf that the alarm is about first
	docs   [][]byte
}

const evidenceHeader = "rogatory/v1 evidence"

func (e evidence) marshal() []byte {
	var b bytes.Buffer
	b.WriteString(evidenceHeader + "\nkind " + string(e.kind) + "\nindex " + strconv.FormatUint(e.index, 10) + "\n")
	line := func(key string, value []byte) {
		b.WriteString(key + " " + base64.StdEncoding.EncodeToString(value) + "\n")
	}
	if e.duty != nil {
		line("duty", e.duty[:])
	}
	for _, n := range e.notes {
		line("checkpoint", n)
	}
	if e.prefix != nil {
		line("root", e.prefix[:])
	}
	for _, h := range e.proof {
		line("proof", h[:])
	}
	for _, p := range e.leaves {
		line("leaf", p)
	}
	for _, d := range e.docs {
		line("document", d)
	}
	return b.Bytes()
}

// maxEvidence bounds what is read as evidence.
const maxEvidence = 1 << 20

func parseEvidence(text []byte) (e evidence, err error) {
	if len(text) > maxEvidence {
		return e, fault.Invalidf("evidence", "it is longer than %d bytes", maxEvidence)
	}
	if len(text) == 0 || text[len(text)-1] != '\n' {
		return e, fault.Invalidf("evidence", "the last line has no end")
	}
	lines := strings.Split(string(text[:len(text)-1]), "\n")
	wrong := func(i int, format string, args ...any) (evidence, error) {
		return e, fault.Invalidf("evidence:"+strconv.Itoa(i+1), format, args...)
	}
	if lines[0] != evidenceHeader {
		return wrong(0, "the line is not %q", evidenceHeader)
	}
	for i, l := range lines[1:] {
		key, value, _ := strings.Cut(l, " ")
		switch key {
		case "kind":
			e.kind = Kind(value)
			continue
		case "index":
			if e.index, err = strconv.ParseUint(value, 10, 63); err != nil {
				return wrong(i+1, "index is no number")
			}
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return wrong(i+1, "the value is not base64")
		}
		size := map[string]int{"duty": len(ledger.ID{}), "root": tlog.HashSize, "proof": tlog.HashSize}[key]
		if size > 0 && len(raw) != size {
			return wrong(i+1, "%s is not %d bytes", key, size)
		}
		switch key {
		case "duty":
			id := ledger.ID(raw)
			e.duty = &id
		case "checkpoint":
			e.notes = append(e.notes, raw)
		case "root":
			h := tlog.Hash(raw)
			e.prefix = &h
		case "proof":
			e.proof = append(e.proof, tlog.Hash(raw))
		case "leaf":
			e.leaves = append(e.leaves, raw)
		case "document":
			e.docs = append(e.docs, raw)
		default:
			return wrong(i+1, "there is no line of this kind in evidence")
		}
	}
	if !bytes.Equal(e.marshal(), text) {
		return wrong(0, "the text is not in its one form")
	}
	return e, nil
}

// mostProved is how many alarms of one look are given evidence: a log of nothing
// but faults does not fill the memory. The others say where to look.
const mostProved = 1 << 12

// prove adds to alarms the leaves that show them, with their proofs. Leaves that
// were lost are left out.
func (l *look) prove(ctx context.Context, found []Alarm) {
	p := l.prover(ctx)
	if p == nil {
		return
	}
	proved := 0
	for i := range found {
		a := &found[i]
		if a.Evidence != nil {
			continue
		}
		if proved++; proved > mostProved {
			return
		}
		e := evidence{kind: a.Kind, index: a.Index, duty: a.Duty}
		named := make(map[ledger.Hash]bool)
		for _, index := range append([]uint64{a.Index}, a.Leaves...) {
			text, leaf, ok := p.leaf(index)
			if !ok && len(e.leaves) == 0 {
				break // no other leaf shows an alarm about one that cannot be proved
			}
			if ok {
				e.leaves = append(e.leaves, text)
				named[documentOf(leaf)] = true
			}
		}
		for _, h := range a.Docs {
			if text, ok := p.document(h); ok && named[h] {
				e.docs = append(e.docs, text)
			}
		}
		if len(e.leaves) == 0 {
			e.notes = [][]byte{p.to.Note}
		}
		a.Evidence = e.marshal()
	}
}

// A prover gives proofs of leaves that were read.
type prover struct {
	files  Files
	tree   *tree
	to     Signed
	recent map[int64][][]byte // bundles
	docs   map[ledger.Hash][]byte
}

// prover gives none if not everything under the checkpoint is known.
func (l *look) prover(ctx context.Context) *prover {
	if l.seen == nil {
		return nil
	}
	p := &prover{files: NewFiles(ctx, l.source), tree: l.tree, to: *l.seen, recent: make(map[int64][][]byte), docs: make(map[ledger.Hash][]byte)}
	if l.run != nil {
		p.tree, p.to, p.docs = l.run.tree, l.run.to, l.run.docs
	}
	if p.tree.size() != p.to.Size {
		return nil
	}
	return p
}

// few is the number of bundles that are held at a time.
const few = 8

// bundle gives the leaves of a bundle as they are now.
func (p *prover) bundle(n int64) ([][]byte, error) {
	if leaves, ok := p.recent[n]; ok {
		return leaves, nil
	}
	leaves, _, err := p.files.Bundle(n, width(n, p.to.Size))
	if err != nil {
		return nil, err
	}
	if len(p.recent) >= few {
		clear(p.recent)
	}
	p.recent[n] = leaves
	return leaves, nil
}

// leaf gives a leaf and the proof of it; false if it is not there any more, or
// another.
func (p *prover) leaf(index uint64) (text, leaf []byte, ok bool) {
	n, i := int64(index/ledger.TileWidth), int(index%ledger.TileWidth)
	leaves, err := p.bundle(n)
	if err != nil || i >= len(leaves) {
		return nil, nil, false
	}
	hashes, err := tlog.ProveRecord(int64(p.to.Size), int64(index), p.tree.reader(func(int64) ([]tlog.Hash, error) {
		hashes := hashesOf(leaves)
		if len(hashes) < ledger.TileWidth || fold(hashes) != p.tree.bundle(n) {
			return nil, errDamaged
		}
		return hashes, nil
	}))
	if err != nil || tlog.CheckRecord(hashes, int64(p.to.Size), p.to.Root, int64(index), tlog.RecordHash(leaves[i])) != nil {
		return nil, nil, false
	}
	return Proof(index, leaves[i], hashes, p.to.Note), leaves[i], true
}

func (p *prover) document(h ledger.Hash) ([]byte, bool) {
	text, ok := p.docs[h]
	if !ok {
		var err error
		if text, err = p.files.source.Document(p.files.ctx, h); err != nil {
			return nil, false
		}
		p.docs[h] = text
	}
	return text, ledger.DocumentHash(text) == h
}

// Proof prints a C2SP tlog-proof with the leaf in the place of extra.
func Proof(index uint64, leaf []byte, hashes tlog.RecordProof, checkpoint []byte) []byte {
	t := proof.TLogProof{Index: index, Checkpoint: checkpoint, ExtraData: slices.Clip(leaf)}
	for _, h := range hashes {
		t.Hashes = append(t.Hashes, h)
	}
	return t.Marshal()
}
