package entry

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// A Want is an entry that a file is to show: a sealed leaf or a duty, and what is
// opened of it.
type Want struct {
	Index   uint64
	Opening *ledger.Opening
	Tally   *ledger.TallyOpening
}

// Build makes a file from what the log publishes. Beside the entries wanted it
// holds the settlements of duties among them, the keys and limits that stood, and
// the checkpoints before and behind each. A file that would not verify is not made.
func Build(ctx context.Context, source monitor.Source, trust monitor.Trust, wants []Want) (*File, error) {
	note, err := source.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	c, err := trust.Checkpoint(note)
	if err != nil {
		return nil, err
	}
	files := monitor.NewFiles(ctx, source)
	b := &builder{
		ctx: ctx, source: source, trust: trust, files: files, to: c,
		reader:   tlog.TileHashReader(c.Tree(), files),
		file:     &File{Origin: trust.Origin(), Checkpoint: note},
		archived: make(map[uint64][]byte),
	}
	if err := b.collect(wants); err != nil {
		return nil, err
	}
	for i := range b.file.Entries {
		if err := b.complete(&b.file.Entries[i], b.leaves[i]); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(b.births, func(a, c monitor.Signed) int { return cmp.Compare(a.Size, c.Size) })
	for _, s := range b.births {
		proof, err := tlog.ProveTree(int64(c.Size), int64(s.Size), b.reader)
		if err != nil {
			return nil, err
		}
		b.file.Births = append(b.file.Births, Birth{Note: s.Note, Proof: proof})
	}
	made, err := Parse(b.file.Marshal()) // as it will be read
	if err == nil {
		_, err = Verify(made, trust)
	}
	if err != nil {
		return nil, &fault.Fault{Kind: fault.KindOf(err), Where: "proof", What: "what the log publishes does not give a file that verifies", Cause: err}
	}
	return b.file, nil
}

type builder struct {
	ctx      context.Context
	source   monitor.Source
	trust    monitor.Trust
	files    monitor.Files
	to       monitor.Signed
	reader   tlog.HashReader
	file     *File
	leaves   []ledger.Leaf // of its entries
	births   []monitor.Signed
	archived map[uint64][]byte // what was asked for; nil: it is not there
}

// collect goes through the log once and takes what is wanted and what belongs to
// it: a duty is followed from one name to the next.
func (b *builder) collect(wants []Want) error {
	at := make(map[uint64]Want)
	for _, w := range wants {
		if w.Index >= b.to.Size {
			return fault.NotFoundf("proof", "leaf %d is not published yet", w.Index).WithHint("wait until the log has published it")
		}
		at[w.Index] = w
	}
	follow := make(map[ledger.ID]bool)
	for n := range int64((b.to.Size + ledger.TileWidth - 1) / ledger.TileWidth) {
		first := uint64(n) * ledger.TileWidth
		leaves, whole, err := b.files.Bundle(n, int(min(b.to.Size-first, ledger.TileWidth)))
		if err != nil {
			return err
		}
		if !whole {
			return fault.NotFoundf("proof", "the leaves from %d on are not published", first)
		}
		for i, leaf := range leaves {
			index := first + uint64(i)
			w, wanted := at[index]
			if !wanted && bytes.HasPrefix(leaf, []byte("rogatory/v1 sealed\n")) {
				continue
			}
			l, err := ledger.Parse(leaf)
			if wanted && err != nil {
				return err
			}
			if d, ok := l.(ledger.Duty); ok && wanted {
				follow[d.ID] = true
			}
			if wanted || belongs(l, follow) {
				b.file.Entries = append(b.file.Entries, Entry{Index: index, Leaf: leaf, Opening: w.Opening, Tally: w.Tally})
				b.leaves = append(b.leaves, l)
			}
		}
	}
	return nil
}

// belongs reports whether a leaf says who may sign, what is allowed, or what
// became of a duty that is followed.
func belongs(l ledger.Leaf, follow map[ledger.ID]bool) bool {
	switch l := l.(type) {
	case ledger.Roles, ledger.Policy:
		return true
	case ledger.Settle:
		if follow[l.ID] && l.As == ledger.Extended {
			follow[l.Next] = true
		}
		return follow[l.ID]
	}
	return false
}

// complete adds the proof of an entry, the document it names, and the checkpoints
// before and behind it.
func (b *builder) complete(e *Entry, l ledger.Leaf) (err error) {
	if e.Hashes, err = tlog.ProveRecord(int64(b.to.Size), int64(e.Index), b.reader); err != nil {
		return err
	}
	switch l := l.(type) {
	case ledger.Roles:
		return b.document(l.Doc)
	case ledger.Policy:
		return b.document(l.Doc)
	}
	// A block is far smaller than what is tried here.
	const far = 1 << 13
	for size := e.Index; size > 0 && size+far > e.Index; size-- {
		if found, err := b.birth(size); found || err != nil {
			if err != nil {
				return err
			}
			break
		}
	}
	for size := e.Index + 1; size < b.to.Size && size < e.Index+far; size++ {
		if found, err := b.birth(size); found || err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) document(h ledger.Hash) error {
	text, err := b.source.Document(b.ctx, h)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(b.file.Documents, func(d []byte) bool { return bytes.Equal(d, text) }) {
		b.file.Documents = append(b.file.Documents, text)
	}
	return nil
}

// birth adds the checkpoint that was published at a size, if there is one.
func (b *builder) birth(size uint64) (bool, error) {
	if note, asked := b.archived[size]; asked {
		return note != nil, nil
	}
	note, err := b.source.Archived(b.ctx, size)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return false, err
	}
	b.archived[size] = note
	if err != nil {
		return false, nil
	}
	s, err := b.trust.Checkpoint(note)
	if err != nil {
		return false, err
	}
	if s.Size != size {
		return false, fault.Invalidf("checkpoint", "that of size %d is published as that of size %d", s.Size, size)
	}
	b.births = append(b.births, s)
	return true, nil
}
