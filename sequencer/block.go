package sequencer

import (
	"bytes"
	"context"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// sequence begins a block, if one is due. It reports false if none is.
func (s *Sequencer) sequence(ctx context.Context, now time.Time) (bool, error) {
	head, err := s.agree(ctx)
	if err != nil {
		return false, err
	}
	last := head.Last
	if last != nil && last.State != Published {
		return true, nil // somebody began one meanwhile
	}
	var b *Block
	if last == nil {
		b, err = s.begin(ctx)
	} else {
		if err := s.stands(ctx, last); err != nil {
			return false, err
		}
		if did, err := s.show(ctx, last); did || err != nil {
			return did, err
		}
		b, err = s.block(ctx, now, last)
	}
	if b == nil || err != nil {
		return false, err
	}
	if err := s.place(ctx, b); err != nil {
		return false, err
	}
	err = s.Records.Sequence(ctx, b)
	if fault.KindOf(err) == fault.Conflict {
		return true, nil // somebody else was first, or a leaf was withdrawn meanwhile
	}
	return err == nil, err
}

// show puts the published checkpoint back if it is not the last: a process that
// was held up may have written an older one. It moves forward only.
func (s *Sequencer) show(ctx context.Context, b *Checkpoint) (bool, error) {
	at, err := s.Files.Get(ctx, checkpointFile)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return false, err
	}
	if bytes.Equal(at, b.Note) {
		return false, nil
	}
	return true, s.Files.Replace(ctx, checkpointFile, b.Note)
}

// begin gives the first block: the roles and the policy of the log, signed by
// oversight. What is wrong in it could never be put right.
func (s *Sequencer) begin(ctx context.Context) (*Block, error) {
	docs, err := s.Records.Waiting(ctx, Document, 2)
	if err != nil || len(docs) < 2 {
		return nil, err
	}
	first, err := s.entry(ctx, &docs[0], ledger.Epoch{})
	if err != nil {
		return nil, err
	}
	second, err := s.entry(ctx, &docs[1], ledger.Epoch{})
	if err != nil {
		return nil, err
	}
	rolesLeaf, ok1 := first.leaf.(ledger.Roles)
	policyLeaf, ok2 := second.leaf.(ledger.Policy)
	if !ok1 || !ok2 {
		return nil, fault.Invalidf("log", "the first leaves that wait are not its roles and its policy, in this order").WithHint("begin the log with `rogatory ledger terms`")
	}
	roles, err := ledger.ParseRolesDoc(first.doc)
	if err != nil {
		return nil, err
	}
	policy, err := ledger.ParsePolicyDoc(second.doc)
	if err != nil {
		return nil, err
	}
	if roles.Origin != s.origin || policy.Origin != s.origin || !roles.Log.Equal(s.public) {
		return nil, fault.Invalidf("log", "roles or policy are of another log, or name another key of it").WithHint("have them made for " + s.origin)
	}
	for _, l := range []ledger.Signed{rolesLeaf, policyLeaf} {
		if by, err := roles.Verify(l); err != nil || !slices.Contains(by, ledger.RoleOversight) {
			return nil, fault.Invalidf("log", "the %s the log begins with is not signed by oversight", l.Kind()).WithHint("have it signed with `rogatory sign`")
		}
	}
	return &Block{Entries: []Entry{first.Entry, second.Entry}, State: Sequenced}, nil
}

// block gives the block of the last epoch that has ended; nil if it has one. If a
// batch was missed on the way, its last epoch comes first: an office that is down
// at that hour of every day would never publish its duties.
func (s *Sequencer) block(ctx context.Context, now time.Time, last *Checkpoint) (*Block, error) {
	policy, err := s.Policy(ctx)
	if err != nil {
		return nil, err
	}
	length := time.Duration(policy.EpochMinutes) * time.Minute
	epoch := ledger.EpochAt(now.Add(-length), policy.EpochMinutes)
	if last.Epoch != "" {
		before, err := ledger.ParseEpoch(last.Epoch)
		if err != nil {
			return nil, err
		}
		if !before.Before(epoch) {
			return nil, nil
		}
		if batch := lastBatch(epoch, &policy); before.Before(batch) {
			epoch = batch
		}
	}
	b := &Block{First: last.Size, Epoch: epoch.String(), State: Sequenced}
	for _, part := range []func(context.Context, ledger.Epoch, *ledger.PolicyDoc) ([]Entry, error){s.sealed, s.duties, s.papers} {
		entries, err := part(ctx, epoch, &policy)
		if err != nil {
			return nil, err
		}
		b.Entries = append(b.Entries, entries...)
	}
	return b, nil
}

// lastBatch gives the last epoch, up to this one, with which duties are published.
func lastBatch(epoch ledger.Epoch, policy *ledger.PolicyDoc) ledger.Epoch {
	for !policy.IsBatch(epoch) {
		epoch = ledger.EpochAt(epoch.Start(policy.EpochMinutes).Add(-time.Minute), policy.EpochMinutes)
	}
	return epoch
}

// sealed gives exactly as many sealed leaves as a block has: what happened until
// the end of the epoch, the urgent and the oldest first, and covers. What finds
// no room waits for the next.
func (s *Sequencer) sealed(ctx context.Context, epoch ledger.Epoch, policy *ledger.PolicyDoc) ([]Entry, error) {
	waiting, err := s.Records.Waiting(ctx, Sealed, 0)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, policy.Block)
	end := epoch.End(policy.EpochMinutes)
	for i := range waiting {
		if len(entries) == policy.Block {
			break
		}
		if !waiting[i].At.Before(end) {
			continue
		}
		e, err := s.entry(ctx, &waiting[i], epoch)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e.Entry)
	}
	for len(entries) < policy.Block {
		text, opening, err := s.Cover(ctx)
		if err != nil {
			return nil, err
		}
		e, err := s.entry(ctx, &Waiting{Class: Sealed, Text: text, Opening: opening}, epoch)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e.Entry)
	}
	return entries, shuffle(s.Random, entries)
}

// duties gives the duties and settles that wait, if the epoch ends a batch. A
// settle that was signed for a later epoch, or too long ago, stays: published it
// would be a fault of the log.
func (s *Sequencer) duties(ctx context.Context, epoch ledger.Epoch, policy *ledger.PolicyDoc) ([]Entry, error) {
	if !policy.IsBatch(epoch) {
		return nil, nil
	}
	waiting, err := s.Records.Waiting(ctx, Public, 0)
	if err != nil {
		return nil, err
	}
	var entries []placed
	start, end := epoch.Start(policy.EpochMinutes), epoch.End(policy.EpochMinutes)
	for i := range waiting {
		if !waiting[i].At.Before(end) {
			continue
		}
		e, err := s.entry(ctx, &waiting[i], epoch)
		if err != nil {
			return nil, err
		}
		if l, ok := e.leaf.(ledger.Settle); ok {
			signed := l.Batch.Start(policy.EpochMinutes)
			if signed.After(start) || signed.AddDate(0, 0, policy.WindowDays).Before(start) {
				continue
			}
		}
		entries = append(entries, e)
	}
	if err := shuffle(s.Random, entries); err != nil {
		return nil, err
	}
	return settledAfter(entries), nil
}

// papers gives the roles, policies and reports that wait, in their order.
func (s *Sequencer) papers(ctx context.Context, epoch ledger.Epoch, _ *ledger.PolicyDoc) ([]Entry, error) {
	waiting, err := s.Records.Waiting(ctx, Document, 0)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for i := range waiting {
		e, err := s.entry(ctx, &waiting[i], epoch)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e.Entry)
	}
	return entries, nil
}

// A placed entry is one that has been read.
type placed struct {
	Entry
	leaf ledger.Leaf
	doc  []byte // the document it names
}

// entry gives a leaf that waits as it will stand in an epoch. A leaf that cannot
// be read, or stands in the wrong class, stops the log: once published it would
// be a fault of it for good.
func (s *Sequencer) entry(ctx context.Context, w *Waiting, epoch ledger.Epoch) (placed, error) {
	leaf, err := ledger.Parse(w.Text)
	if err != nil {
		return placed{}, badLeaf(w, "%v", err)
	}
	p := placed{Entry: Entry{*w}, leaf: leaf}
	if class := leaf.Kind().Place(); class != w.Class {
		return placed{}, badLeaf(w, "it is %s and waits among %s leaves", leaf.Kind(), w.Class)
	}
	switch l := leaf.(type) {
	case ledger.Sealed:
		l.Epoch = epoch
		p.leaf = l
	case ledger.Duty:
		l.Batch = epoch
		p.leaf = l
	}
	if hash, ok := names(w.Text); ok {
		if p.doc, err = s.Records.Document(ctx, hash); err != nil {
			return placed{}, err
		}
	}
	p.Text = p.leaf.Marshal()
	return p, nil
}

func badLeaf(w *Waiting, format string, args ...any) error {
	return fault.Invalidf("leaf "+w.Key, format, args...).WithHint("the log stands still until this leaf is mended or removed")
}

// place computes what is stored of a block. Stored hashes that contradict the
// leaves are found here, before anything is built on them.
func (s *Sequencer) place(ctx context.Context, b *Block) error {
	known := make(map[int64]tlog.Hash)
	before, err := tlog.TreeHash(int64(b.First), tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes, err := s.Records.Hashes(ctx, indexes)
		if err != nil {
			return nil, err
		}
		for i, index := range indexes {
			known[index] = hashes[i]
		}
		return hashes, nil
	}))
	if err != nil {
		return err
	}
	if b.First > 0 && before != s.tree.root() {
		return fault.Conflictf("log", "the hashes in the database do not follow from its leaves").WithHint(hintAltered)
	}
	// What the tree of a size consists of is known; so is then all that follows.
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = known[index]
		}
		return hashes, nil
	})
	next := tlog.StoredHashCount(int64(b.First))
	texts := make([][]byte, len(b.Entries))
	for i := range b.Entries {
		texts[i] = b.Entries[i].Text
		hashes, _ := tlog.StoredHashes(int64(b.First)+int64(i), texts[i], reader) // reader does not fail
		for _, h := range hashes {
			known[next] = h
			next++
		}
		b.Hashes = append(b.Hashes, hashes...)
	}
	grown, _ := s.tree.with(texts)
	b.Root = grown.root()
	return nil
}
