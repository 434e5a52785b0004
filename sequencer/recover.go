package sequencer

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// Recover takes the log up again after the database lost part of it: it imports
// what was published, up to the largest checkpoint that the mark, the published
// folder, a witness or the database itself vouches for, and has the public told
// so by a policy that waits. It gives how many leaves it imported. What waits and
// is found published is not published again.
//
// If two of them contradict each other nothing changes, and never will: the log
// is frozen. Recover can be called again at any time; of nothing lost it does
// nothing. No Sequencer runs meanwhile.
func (s *Sequencer) Recover(ctx context.Context, now time.Time) (uint64, error) {
	s.run.Lock()
	defer s.run.Unlock()
	s.checked, s.tree = false, &tree{}
	r := &recovery{Sequencer: s}
	if err := r.gather(ctx); err != nil {
		return 0, err
	}
	if err := r.verify(ctx); err != nil {
		return 0, err
	}
	if err := r.mend(ctx, now); err != nil {
		return 0, err
	}
	imported, err := r.restore(ctx)
	r.tree = &tree{} // the next check reads everything back
	return imported, err
}

// A recovery is one call of Recover.
type recovery struct {
	*Sequencer
	last    *Checkpoint // of the database
	mark    tlog.Tree
	shown   tlog.Tree
	points  map[string]tlog.Tree // who vouches for what
	vouched tlog.Tree            // the largest of them
	policy  *ledger.PolicyDoc    // the last one published
	same    bool                 // the last block of the database is part of what was published
}

// gather asks everybody.
func (r *recovery) gather(ctx context.Context) error {
	head, err := r.Records.Head(ctx)
	if err != nil {
		return err
	}
	r.last = head.Last
	if r.mark, err = r.Mark.Read(ctx); err != nil {
		return err
	}
	if r.shown, err = r.Sequencer.shown(ctx); err != nil {
		return err
	}
	seen, err := r.seen(ctx)
	if err != nil {
		return err
	}
	r.points = map[string]tlog.Tree{"mark": r.mark, checkpointFile: r.shown}
	for i, t := range seen {
		r.points[fmt.Sprintf("witness %d", i)] = t
	}
	if r.last != nil && r.last.State >= Marked {
		r.points["database"] = r.last.tree()
	} else if r.last != nil && r.last.First > 0 {
		root, err := tlog.TreeHash(int64(r.last.First), r.hashes(ctx))
		if err != nil {
			return err
		}
		r.points["database"] = tlog.Tree{N: int64(r.last.First), Hash: root}
	}
	for _, t := range r.points {
		if t.N > r.vouched.N {
			r.vouched = t
		}
	}
	return nil
}

// verify asks that everybody's log is a beginning of the largest, as published.
func (r *recovery) verify(ctx context.Context) error {
	ends := map[int64]tlog.Hash{0: {}}
	err := r.walk(ctx, func(b *Block, before *tree) error {
		ends[int64(b.Size())] = b.Root
		for _, e := range b.Entries {
			l, err := ledger.Parse(e.Text)
			if p, ok := l.(ledger.Policy); ok && err == nil {
				doc, err := r.published(ctx, document(p.Doc))
				if err != nil {
					return err
				}
				if r.policy, err = ledger.ParsePolicyDoc(doc); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for who, t := range r.points {
		if root, ok := ends[t.N]; !ok || root != t.Hash {
			return fault.Conflictf(who, "its log of %d leaves is %s, the published one %s", t.N, t.Hash, ends[t.N]).WithHint(hintFork)
		}
	}
	r.same = r.last != nil && ends[int64(r.last.Size)] == r.last.Root
	return nil
}

// walk visits the blocks that were published, up to what is vouched for. Where
// one ends is seen from the leaves: the first two are one, and each other begins
// with a sealed leaf of a new epoch.
func (r *recovery) walk(ctx context.Context, visit func(b *Block, before *tree) error) error {
	t := &tree{}
	b := &Block{}
	end := func() error {
		texts := make([][]byte, len(b.Entries))
		for i := range b.Entries {
			texts[i] = b.Entries[i].Text
		}
		before := t
		t, _ = t.with(texts)
		b.Root = t.root()
		err := visit(b, before)
		b = &Block{First: b.Size()}
		return err
	}
	size := uint64(r.vouched.N)
	for first := uint64(0); first < size; first += width {
		leaves, err := r.bundle(ctx, first, min(first+width, size))
		if err != nil {
			return err
		}
		for _, text := range leaves {
			e, epoch, err := read(text)
			if err != nil {
				return err
			}
			if epoch != "" && epoch != b.Epoch {
				if len(b.Entries) > 0 {
					if err := end(); err != nil {
						return err
					}
				}
				b.Epoch = epoch
			}
			b.Entries = append(b.Entries, e)
		}
	}
	if size == 0 {
		return nil
	}
	return end()
}

// read gives a published leaf as an entry of which nothing else is known, and
// the epoch of a sealed one.
func read(text []byte) (Entry, string, error) {
	leaf, err := ledger.Parse(text)
	if err != nil {
		return Entry{}, "", err
	}
	epoch := ""
	if l, ok := leaf.(ledger.Sealed); ok {
		epoch = l.Epoch.String()
	}
	return Entry{Waiting{Class: leaf.Kind().Place(), Text: text}}, epoch, nil
}

// mend brings the last block of the database and the mark to what was published,
// and has the public told.
func (r *recovery) mend(ctx context.Context, now time.Time) error {
	size := uint64(r.vouched.N)
	known := Head{r.last}.Size()
	if known < size || known > 0 && !r.same && r.last.First < size {
		if err := r.tell(ctx, now, size); err != nil {
			return err
		}
	}
	if r.mark.N < r.vouched.N {
		if err := r.Mark.Swap(ctx, r.mark, r.vouched); err != nil {
			return err
		}
	}
	switch {
	case known == 0 || r.last.State == Published:
		return nil
	case r.same:
		return r.finish(ctx)
	case r.last.First < size:
		return r.withdraw(ctx)
	}
	return r.overwrite(ctx)
}

// tell makes a policy wait that says at which size the log was taken up again.
// The log's own key may sign it: nothing else in it changes.
func (r *recovery) tell(ctx context.Context, now time.Time, size uint64) error {
	if r.policy == nil {
		return fault.Conflictf("log", "no policy is published").WithHint(hintAltered)
	}
	policy := *r.policy
	policy.Recovered = size
	doc := policy.Marshal()
	var failed error
	leaf := ledger.Sign(r.origin, ledger.Policy{Doc: ledger.DocumentHash(doc), From: ledger.DateOf(now).YearMonth()}, func(message []byte) []byte {
		var sig []byte
		sig, failed = r.Key.Sign(message)
		return sig
	}, r.public)
	if failed != nil {
		return failed
	}
	return r.Records.Wait(ctx, &Waiting{Key: fmt.Sprintf("recovered %d", size), Class: Document, Text: leaf.Marshal(), At: now.UTC()}, doc)
}

// finish gives the last block of the database, which was published, the
// checkpoint it was published with.
func (r *recovery) finish(ctx context.Context) error {
	note, state, err := r.vouchedFor(ctx, r.last.Size, r.last.Root)
	if err != nil || state <= r.last.State && bytes.Equal(note, r.last.Note) || state == Exported {
		return err
	}
	return r.Records.Advance(ctx, r.last.Size, r.last.State, state, note)
}

// vouchedFor gives the checkpoint with which a block was published, and how far
// the block came. Only the last may have come no further than to be written.
func (r *recovery) vouchedFor(ctx context.Context, size uint64, root tlog.Hash) ([]byte, State, error) {
	note, err := r.Files.Get(ctx, archived(size))
	if fault.KindOf(err) == fault.NotFound && int64(size) == r.vouched.N {
		return nil, Exported, nil
	}
	if err != nil {
		return nil, 0, hinted(err, hintAltered)
	}
	c, err := ledger.ParseCheckpoint(note, r.origin, r.verifier)
	if err != nil {
		return nil, 0, err
	}
	if c.Size != size || c.Root != root {
		return nil, 0, fault.Conflictf(archived(size), "it is not the checkpoint of the leaves published").WithHint(hintFork)
	}
	if int64(size) < r.vouched.N || int64(size) <= r.shown.N {
		return note, Published, nil
	}
	return note, Cosigned, nil
}

// withdraw has the leaves of a block wait again whose place another block has
// taken.
func (r *recovery) withdraw(ctx context.Context) error {
	entries, err := r.Records.Entries(ctx, r.last.First, r.last.Size)
	if err != nil {
		return err
	}
	var back []Waiting
	for _, e := range entries {
		if e.Key == "" {
			continue // a cover
		}
		leaf, err := ledger.Parse(e.Text)
		if err != nil {
			return err
		}
		switch l := leaf.(type) {
		case ledger.Sealed:
			l.Epoch = ledger.Epoch{}
			e.Text = l.Marshal()
		case ledger.Duty:
			l.Batch = ledger.Epoch{}
			e.Text = l.Marshal()
		}
		back = append(back, e.Waiting)
	}
	if err := r.Records.Withdraw(ctx, r.last.Size, back); err != nil {
		return err
	}
	head, err := r.Records.Head(ctx)
	r.last = head.Last
	return err
}

// overwrite replaces files that were written for a block which the database has
// lost, and for which nobody vouches: no checkpoint covers them.
func (r *recovery) overwrite(ctx context.Context) error {
	if r.last.State != Sequenced {
		return nil
	}
	files, err := r.files(ctx, r.last)
	if err != nil {
		return err
	}
	for _, f := range files {
		err := r.Files.Put(ctx, f.name, f.data)
		if fault.KindOf(err) == fault.Conflict {
			err = r.Files.Replace(ctx, f.name, f.data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// restore imports the blocks that the database lacks, one by one.
func (r *recovery) restore(ctx context.Context) (uint64, error) {
	waiting, err := r.waiting(ctx)
	if err != nil {
		return 0, err
	}
	known := Head{r.last}.Size()
	imported := uint64(0)
	err = r.walk(ctx, func(b *Block, before *tree) error {
		if b.First < known {
			return nil
		}
		texts := make([][]byte, len(b.Entries))
		for i := range b.Entries {
			e := &b.Entries[i]
			texts[i] = e.Text
			if w, ok := waiting[identity(e.Text)]; ok {
				e.Waiting = w
				e.Text = texts[i]
			}
		}
		note, state, err := r.vouchedFor(ctx, b.Size(), b.Root)
		if err != nil {
			return err
		}
		b.Note, b.State = note, state
		if b.Documents, err = r.documents(ctx, texts); err != nil {
			return err
		}
		r.tree = before
		if err := r.place(ctx, b); err != nil {
			return err
		}
		if err := r.Records.Import(ctx, b); err != nil {
			return err
		}
		imported += uint64(len(b.Entries))
		return nil
	})
	return imported, err
}

// waiting gives everything that waits by what it will be known by in the log.
func (r *recovery) waiting(ctx context.Context) (map[string]Waiting, error) {
	all := make(map[string]Waiting)
	for _, class := range []Class{Sealed, Public, Document} {
		list, err := r.Records.Waiting(ctx, class, 0)
		if err != nil {
			return nil, err
		}
		for _, w := range list {
			all[identity(w.Text)] = w
		}
	}
	return all, nil
}

// identity says by what a leaf is the same before and after it has its place: a
// commitment by its hash, a duty by its id, and what was signed by all of it.
func identity(text []byte) string {
	if leaf, err := ledger.Parse(text); err == nil {
		switch l := leaf.(type) {
		case ledger.Sealed:
			return "sealed " + string(l.Hash[:])
		case ledger.Duty:
			return "duty " + string(l.ID[:])
		}
	}
	return string(text)
}
