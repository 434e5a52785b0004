package sequencer

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// Files of the log beside tiles and documents.
const (
	checkpointFile  = "checkpoint"
	provisionalFile = "provisional"
	keyFile         = "log.vkey"
)

func archived(size uint64) string { return fmt.Sprintf("checkpoints/%d", size) }

func document(hash ledger.Hash) string { return fmt.Sprintf("docs/%x", hash) }

// advance takes a block to its next state. That somebody else did it first is no
// error: what was done is the same.
func (s *Sequencer) advance(ctx context.Context, b *Checkpoint) error {
	var do func(context.Context, *Checkpoint) ([]byte, error)
	switch b.State {
	case Sequenced:
		do = s.export
	case Exported:
		do = s.verify
	case Verified:
		do = s.mark
	case Marked:
		do = s.sign
	case Signed:
		do = s.cosign
	case Cosigned:
		do = s.publish
	default:
		return fault.Conflictf("log", "the last block is in the state %d, which does not exist", b.State).WithHint("a newer program has written it: run that one")
	}
	note, err := do(ctx, b)
	if err != nil {
		return err
	}
	err = s.Records.Advance(ctx, b.Size, b.State, b.State+1, note)
	if fault.KindOf(err) == fault.Conflict {
		return nil
	}
	return err
}

// export writes documents, then bundles, then tiles. Nothing is written that
// does not give the root.
func (s *Sequencer) export(ctx context.Context, b *Checkpoint) ([]byte, error) {
	files, err := s.files(ctx, b)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if err := s.Files.Put(ctx, f.name, f.data); err != nil {
			return nil, hinted(err, "what is there was written for a block that the database has lost: call `rogatory ledger recover`")
		}
	}
	return nil, nil
}

// files gives what is published with a block, in the order in which it is.
func (s *Sequencer) files(ctx context.Context, b *Checkpoint) ([]file, error) {
	if err := s.reread(ctx, b.First); err != nil {
		return nil, err
	}
	leaves, err := s.Records.Leaves(ctx, b.First, b.Size)
	if err != nil {
		return nil, err
	}
	grown, tiles := s.tree.with(leaves)
	if grown.root() != b.Root {
		return nil, fault.Conflictf("log", "the leaves %d to %d in the database do not give the root of their block", b.First, b.Size-1).WithHint(hintAltered)
	}
	files := []file{{name: keyFile, data: []byte(s.VKey + "\n")}}
	for _, leaf := range leaves {
		hash, ok := names(leaf)
		if !ok {
			continue
		}
		doc, err := s.Records.Document(ctx, hash)
		if err != nil {
			return nil, err
		}
		files = append(files, file{name: document(hash), data: doc})
	}
	tiles = append(tiles, grown.partial()...)
	for _, bundles := range []bool{true, false} {
		for _, f := range tiles {
			if f.bundle == bundles {
				files = append(files, f)
			}
		}
	}
	return files, nil
}

// verify reads back what was written.
func (s *Sequencer) verify(ctx context.Context, b *Checkpoint) ([]byte, error) {
	return nil, s.stands(ctx, b)
}

// stands makes sure that the log up to and with a block was read back as
// published, and gives the root of the block.
func (s *Sequencer) stands(ctx context.Context, b *Checkpoint) error {
	if err := s.reread(ctx, b.Size); err != nil {
		return err
	}
	if s.tree.root() != b.Root {
		return fault.Conflictf("log", "the %d leaves published do not give the root of the last block", b.Size).WithHint(hintAltered)
	}
	return nil
}

// mark moves the high-water mark, so that whatever happens to the database no
// other block can take this one's place.
func (s *Sequencer) mark(ctx context.Context, b *Checkpoint) ([]byte, error) {
	if err := s.stands(ctx, b); err != nil {
		return nil, err
	}
	at, err := s.Mark.Read(ctx)
	if err != nil {
		return nil, err
	}
	if at == b.tree() {
		return nil, nil
	}
	if err := s.fitsMark(ctx, at, b); err != nil {
		return nil, err
	}
	err = s.Mark.Swap(ctx, at, b.tree())
	if fault.KindOf(err) != fault.Conflict {
		return nil, err
	}
	// Somebody was first: with the same block, or with one that must not be.
	if again, readErr := s.Mark.Read(ctx); readErr != nil || again != b.tree() {
		return nil, err
	}
	return nil, nil
}

// sign signs the checkpoint, if and only if the mark stands at it. The note is
// kept before anybody sees it.
func (s *Sequencer) sign(ctx context.Context, b *Checkpoint) ([]byte, error) {
	if err := s.stands(ctx, b); err != nil {
		return nil, err
	}
	at, err := s.Mark.Read(ctx)
	if err != nil {
		return nil, err
	}
	if at != b.tree() {
		return nil, fault.Conflictf("mark", "it stands at %d leaves and not at the block of %d that is to be signed", at.N, b.Size).WithHint(hintRecover)
	}
	signed, err := ledger.Checkpoint{Origin: s.origin, Size: b.Size, Root: b.Root}.Sign(s.Key)
	if err != nil {
		return nil, err
	}
	if _, err := ledger.ParseCheckpoint(signed, s.origin, s.verifier); err != nil {
		return nil, err
	}
	return signed, nil
}

// cosign has witnesses sign what the log has signed.
func (s *Sequencer) cosign(ctx context.Context, b *Checkpoint) ([]byte, error) {
	if s.Witnesses == nil {
		return b.Note, nil
	}
	cosigned, err := s.Witnesses.Cosign(ctx, b.Note, func(old uint64) (tlog.TreeProof, error) {
		if old > b.Size {
			return nil, fault.Conflictf("witness", "it has seen a log of %d leaves, and this one has %d", old, b.Size).WithHint(hintRecover)
		}
		if old == 0 || old == b.Size {
			return nil, nil
		}
		return tlog.ProveTree(int64(b.Size), int64(old), s.hashes(ctx))
	})
	if err != nil {
		return nil, err
	}
	if c, err := ledger.ParseCheckpoint(cosigned, s.origin, s.verifier); err != nil || c.Tree() != b.tree() {
		return nil, fault.Invalidf("witness", "what came back is not what was signed")
	}
	return cosigned, nil
}

// publish shows the checkpoint to whoever asks, and keeps it for good.
func (s *Sequencer) publish(ctx context.Context, b *Checkpoint) ([]byte, error) {
	if err := s.Files.Put(ctx, archived(b.Size), b.Note); err != nil {
		return nil, hinted(err, hintRecover)
	}
	return nil, s.Files.Replace(ctx, checkpointFile, b.Note)
}

// tree gives size and root of the log with the block.
func (b *Checkpoint) tree() tlog.Tree { return tlog.Tree{N: int64(b.Size), Hash: b.Root} }

// hashes reads what is kept of the tree.
func (s *Sequencer) hashes(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) { return s.Records.Hashes(ctx, indexes) })
}

// names gives the hash of the document that a leaf names, if it does.
func names(leaf []byte) (ledger.Hash, bool) {
	l, _ := ledger.Parse(leaf) // what cannot be read names nothing
	switch l := l.(type) {
	case ledger.Roles:
		return l.Doc, true
	case ledger.Policy:
		return l.Doc, true
	case ledger.Report:
		return l.Doc, true
	}
	return ledger.Hash{}, false
}
