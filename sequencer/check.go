package sequencer

import (
	"bytes"
	"context"
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// What to do when the log stops.
const (
	hintRecover = "if the database was restored from a backup, or lost what it had confirmed, call `rogatory ledger recover`"
	hintFork    = "nothing is signed any more: publish both, tell oversight, and begin a new log"
	hintAltered = "somebody altered the database or the published files: find out who, and restore what was there"
)

// Check compares the database with everything outside of it: the mark, the
// published checkpoint, what witnesses hold, and every published leaf. It is a
// fault.Conflict if any of them is ahead of the database, or contradicts it.
func (s *Sequencer) Check(ctx context.Context) error {
	s.run.Lock()
	defer s.run.Unlock()
	s.checked, s.tree = false, &tree{}
	return s.check(ctx)
}

func (s *Sequencer) check(ctx context.Context) error {
	// Witnesses come first: what they hold is then never newer than the database,
	// if all is well.
	seen, err := s.seen(ctx)
	if err != nil {
		return err
	}
	head, err := s.agree(ctx)
	if err != nil {
		return err
	}
	for _, t := range seen {
		if err := s.fits(ctx, "a witness", t, head.Last); err != nil {
			return err
		}
	}
	if b := head.Last; b != nil {
		whole := s.stands
		if b.State < Verified {
			whole = func(ctx context.Context, b *Checkpoint) error { return s.reread(ctx, b.First) }
		}
		if err := whole(ctx, b); err != nil {
			return err
		}
	}
	s.checked = true
	return nil
}

// seen gives what witnesses hold. What the log has not signed proves nothing,
// and is passed over.
func (s *Sequencer) seen(ctx context.Context) ([]tlog.Tree, error) {
	if s.Witnesses == nil {
		return nil, nil
	}
	notes, err := s.Witnesses.Latest(ctx)
	if err != nil {
		return nil, err
	}
	var seen []tlog.Tree
	for _, n := range notes {
		if c, err := ledger.ParseCheckpoint(n, s.origin, s.verifier); err == nil {
			seen = append(seen, c.Tree())
		}
	}
	return seen, nil
}

// shown gives the published checkpoint. One that is not there, or cannot be
// read, is that of an empty log: the mark still stands.
func (s *Sequencer) shown(ctx context.Context) (tlog.Tree, error) {
	note, err := s.Files.Get(ctx, checkpointFile)
	if fault.KindOf(err) == fault.NotFound {
		return tlog.Tree{}, nil
	}
	if err != nil {
		return tlog.Tree{}, err
	}
	c, err := ledger.ParseCheckpoint(note, s.origin, s.verifier)
	if err != nil {
		return tlog.Tree{}, nil
	}
	return c.Tree(), nil
}

// agree compares the database with the mark and the published checkpoint. While
// others work these change, so the database is read before and after: its states
// only go forward, and in one state only one thing can be true.
func (s *Sequencer) agree(ctx context.Context) (Head, error) {
	for range most {
		head, err := s.Records.Head(ctx)
		if err != nil {
			return Head{}, err
		}
		mark, err := s.Mark.Read(ctx)
		if err != nil {
			return Head{}, err
		}
		shown, err := s.shown(ctx)
		if err != nil {
			return Head{}, err
		}
		again, err := s.Records.Head(ctx)
		if err != nil {
			return Head{}, err
		}
		if !same(head.Last, again.Last) {
			continue
		}
		b := head.Last
		if b == nil {
			b = &Checkpoint{}
		}
		if err := s.fitsMark(ctx, mark, b); err != nil {
			return Head{}, err
		}
		if shown.N == int64(b.Size) && b.Size > 0 && b.State < Cosigned {
			return Head{}, fault.Conflictf(checkpointFile, "the last block is published, and the database does not know").WithHint(hintRecover)
		}
		return head, s.fits(ctx, checkpointFile, shown, b)
	}
	return Head{}, fault.Busyf("sequencer", "others were always first")
}

func same(a, b *Checkpoint) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Size == b.Size && a.State == b.State
}

// fitsMark asks that the mark stands at the last block, or if that is not marked
// yet at the one before.
func (s *Sequencer) fitsMark(ctx context.Context, at tlog.Tree, b *Checkpoint) error {
	least := b.Size
	if b.State < Marked {
		least = b.First
	}
	if uint64(at.N) < least {
		return fault.Conflictf("mark", "it stands at %d leaves, and %d were marked", at.N, least).WithHint("the mark was lost or put back: call `rogatory ledger recover`")
	}
	return s.fits(ctx, "mark", at, b)
}

// fits asks that a tree that somebody holds is a beginning of what the database
// has.
func (s *Sequencer) fits(ctx context.Context, who string, t tlog.Tree, b *Checkpoint) error {
	size := uint64(0)
	if b != nil {
		size = b.Size
	}
	if uint64(t.N) > size {
		return fault.Conflictf(who, "it has %d leaves, the database %d", t.N, size).WithHint(hintRecover)
	}
	if t.N == 0 {
		return nil
	}
	root := b.Root
	if uint64(t.N) < size {
		var err error
		if root, err = tlog.TreeHash(t.N, s.hashes(ctx)); err != nil {
			return err
		}
	}
	if root != t.Hash {
		return fault.Conflictf(who, "its log of %d leaves is %s, that of the database %s", t.N, t.Hash, root).WithHint(hintFork)
	}
	return nil
}

// reread reads on from what was read back to a size, and compares every leaf
// with the database, every tile with the leaves and every document with its
// hash.
func (s *Sequencer) reread(ctx context.Context, size uint64) error {
	if s.tree.size > size {
		return fault.Conflictf("log", "the database has %d leaves, and %d were read back before", size, s.tree.size).WithHint(hintRecover)
	}
	for s.tree.size < size {
		first := s.tree.size - uint64(len(s.tree.tail))
		end := min(first+width, size)
		leaves, err := s.bundle(ctx, first, end)
		if err != nil {
			return err
		}
		kept, err := s.Records.Leaves(ctx, first, end)
		if err != nil {
			return err
		}
		for i, leaf := range leaves {
			if !bytes.Equal(leaf, kept[i]) || i < len(s.tree.tail) && !bytes.Equal(leaf, s.tree.tail[i]) {
				return fault.Conflictf("log", "leaf %d is published otherwise than it is kept", first+uint64(i)).WithHint(hintAltered)
			}
		}
		added := leaves[len(s.tree.tail):]
		grown, files := s.tree.with(added)
		if end == size {
			files = append(files, grown.partial()...)
		}
		if err := s.compare(ctx, files, added); err != nil {
			return err
		}
		s.tree = grown
	}
	return nil
}

// bundle reads the published leaves [first, end) of one bundle.
func (s *Sequencer) bundle(ctx context.Context, first, end uint64) ([][]byte, error) {
	n := int(end - first)
	data, err := s.published(ctx, bundleName(first/width, n))
	if err != nil {
		return nil, err
	}
	leaves, err := ledger.ParseBundle(data, n)
	if err != nil {
		return nil, fault.Conflictf(bundleName(first/width, n), "%v", err).WithHint(hintAltered)
	}
	return leaves, nil
}

// compare asks that tiles are published as computed, and the documents that
// leaves name.
func (s *Sequencer) compare(ctx context.Context, files []file, leaves [][]byte) error {
	for _, f := range files {
		if f.bundle {
			continue
		}
		data, err := s.published(ctx, f.name)
		if err != nil {
			return err
		}
		if !bytes.Equal(data, f.data) {
			return fault.Conflictf(f.name, "it does not follow from the leaves").WithHint(hintAltered)
		}
	}
	_, err := s.documents(ctx, leaves)
	return err
}

// documents gives the published documents that leaves name.
func (s *Sequencer) documents(ctx context.Context, leaves [][]byte) ([][]byte, error) {
	var docs [][]byte
	for _, leaf := range leaves {
		hash, ok := names(leaf)
		if !ok {
			continue
		}
		doc, err := s.published(ctx, document(hash))
		if err != nil {
			return nil, err
		}
		if ledger.DocumentHash(doc) != hash {
			return nil, fault.Conflictf(document(hash), "it does not have the hash by which a leaf names it").WithHint(hintAltered)
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

// published gives a file that must be there.
func (s *Sequencer) published(ctx context.Context, name string) ([]byte, error) {
	data, err := s.Files.Get(ctx, name)
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.Conflictf(name, "it was published and is gone").WithHint("restore it from a copy of the published folder, or from a mirror")
	}
	return data, err
}

// hinted says what to do about a fault.
func hinted(err error, hint string) error {
	var f *fault.Fault
	if errors.As(err, &f) && f.Kind == fault.Conflict {
		return f.WithHint(hint)
	}
	return err
}
