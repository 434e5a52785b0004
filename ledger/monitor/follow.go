package monitor

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// A Follower follows a published log. It goes on from what it verified before,
// and never from anything else. It is used by one at a time.
type Follower struct {
	trust    Trust
	source   Source
	released []string

	// Progress is told how many leaves were read, of how many. nil: nobody is.
	Progress func(read, of uint64)

	tree    *tree
	monitor *Monitor
	seen    *Signed // the largest checkpoint so far
}

// NewFollower gives a follower that has seen nothing. released is as in Options.
func NewFollower(trust Trust, source Source, released []string) *Follower {
	return &Follower{
		trust: trust, source: source, released: released,
		tree: new(tree), monitor: New(trust.Origin(), trust.Key, Options{Released: released}),
	}
}

// Findings are what one look found.
type Findings struct {
	Checkpoint Signed      // the largest that was accepted, now or before; zero: none ever was
	Silent     bool        // nothing new was published for too long
	Alarms     []Alarm     // of this look, with their evidence
	Overdue    []DutyState // past due, if the log is silent
	Held       []DutyState // open, and extended beyond the limit
	Figures    Figures
	Monitor    *Monitor // all that was read, also of what was not kept
}

// A look is one time of following.
type look struct {
	*Follower
	run      *run // that read to the end; nil: nothing was read
	alarms   []Alarm
	receipts int
}

// Follow looks once. What is wrong with the log is an alarm, and the findings are
// complete. An error says that not everything could be seen: then the findings
// say what was, and what follows from the time. No log can hide what it shows
// behind something that it does not.
//
// Alarms about leaves are said by the look that reads these leaves. Leaves that
// could not be read, and all behind them, are read again by the next.
func (f *Follower) Follow(ctx context.Context, now time.Time) (*Findings, error) {
	l := &look{Follower: f}
	err := errors.Join(l.follow(ctx, now), l.provisional(ctx, now))
	return l.findings(ctx, now), err
}

func (l *look) follow(ctx context.Context, now time.Time) error {
	text, err := l.source.Checkpoint(ctx)
	if absent(err) && l.seen != nil {
		l.alarm(Withheld, l.seen.Size, "the checkpoint is not published any more").note(l.seen.Note)
		return nil
	}
	if err != nil {
		return err
	}
	to, err := l.trust.Checkpoint(text)
	if err != nil {
		l.alarm(BadCheckpoint, 0, "the checkpoint is none of this log: %s", reason(err)).note(text)
		return nil
	}
	if l.trust.Witnesses != nil && !to.Quorum {
		l.alarm(NoQuorum, to.Size, "%d witnesses that count cosigned the checkpoint, which is too few", len(to.Cosigned)).note(text)
	}
	if l.seen != nil {
		if stop, err := l.compare(ctx, to, now, true); stop || err != nil {
			return err
		}
	}
	return l.read(ctx, to)
}

// alarm adds an alarm that is about no leaf.
func (l *look) alarm(kind Kind, index uint64, format string, args ...any) *Alarm {
	return (*alarms)(&l.alarms).add(kind, index, format, args...)
}

// note makes a checkpoint, or whatever is published as one, the evidence.
func (a *Alarm) note(notes ...[]byte) *Alarm {
	a.Evidence = evidence{kind: a.Kind, index: a.Index, notes: notes}.marshal()
	return a
}

// compare says whether a checkpoint contradicts the largest that was seen: a
// published one must not be smaller.
func (l *look) compare(ctx context.Context, c Signed, now time.Time, published bool) (stop bool, err error) {
	switch {
	case c.Size == l.seen.Size && c.Root != l.seen.Root:
		l.alarm(Forked, c.Size, "two checkpoints of size %d have different roots", c.Size).note(l.seen.Note, c.Note)
		return true, nil
	case c.Size < l.seen.Size:
		forked, err := l.forkedBelow(ctx, c)
		if !forked && published {
			l.alarm(RolledBack, c.Size, "a checkpoint of size %d is published after one of size %d", c.Size, l.seen.Size).note(l.seen.Note, c.Note)
		}
		return true, err
	}
	return false, nil
}

// forkedBelow says whether a checkpoint smaller than what was read is no beginning
// of it. Where the leaves are no longer there to compare, it says nothing.
func (l *look) forkedBelow(ctx context.Context, c Signed) (bool, error) {
	if l.tree.size() != l.seen.Size {
		return false, nil
	}
	reader := l.tree.reader(l.again(ctx))
	root, err := tlog.TreeHash(int64(c.Size), reader)
	proof, unproved := tlog.ProveTree(int64(l.seen.Size), int64(c.Size), reader)
	err = errors.Join(err, unproved)
	if errors.Is(err, errDamaged) || err == nil && root == c.Root {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	a := l.alarm(Forked, c.Size, "the checkpoint of size %d is no beginning of that of size %d", c.Size, l.seen.Size)
	a.Evidence = evidence{kind: Forked, index: c.Size, notes: [][]byte{c.Note, l.seen.Note}, prefix: &root, proof: proof}.marshal()
	return true, nil
}

// again gives the hashes of leaves that were read before; errDamaged if they are
// others now.
func (l *look) again(ctx context.Context) func(n int64) ([]tlog.Hash, error) {
	f := NewFiles(ctx, l.source)
	return func(n int64) ([]tlog.Hash, error) {
		leaves, _, err := f.Bundle(n, ledger.TileWidth)
		if err != nil {
			return nil, err
		}
		hashes := hashesOf(leaves)
		if len(hashes) < ledger.TileWidth || fold(hashes) != l.tree.bundle(n) {
			return nil, errDamaged
		}
		return hashes, nil
	}
}

// read reads up to a checkpoint. If the leaves do not give its root, tiles tell
// whether the checkpoint goes on from what was seen, and which leaves are wrong.
func (l *look) read(ctx context.Context, to Signed) error {
	r := l.start(ctx, to)
	err := r.all(ctx)
	if err == nil && l.fits(r) {
		l.tree, l.monitor, l.seen, l.run = r.tree, r.monitor, &to, r
		l.alarms = append(l.alarms, r.alarms...)
		return nil
	}
	if err != nil && !errors.Is(err, errDamaged) {
		return err
	}
	r = l.start(ctx, to)
	r.expect, err = newExpect(r.files, to, int64(r.tree.size()/ledger.TileWidth))
	if err == nil {
		err = l.forkedAbove(r)
	}
	switch {
	case errors.Is(err, errForked):
		return nil
	case err == nil:
		if err = r.all(ctx); err != nil && !errors.Is(err, errDamaged) {
			return err
		}
	case !missing(err):
		return err
	}
	if err != nil {
		kind, text := Withheld, "the leaves from %d to %d do not give the root of the checkpoint, and the tiles are not published"
		if !absent(err) {
			kind, text = Rewritten, "the leaves from %d to %d and the tiles do not give the root of the checkpoint"
		}
		if !r.lost {
			l.alarm(kind, l.tree.size(), text, l.tree.size(), to.Size-1).note(to.Note)
		}
	}
	l.alarms = append(l.alarms, r.alarms...)
	l.seen, l.run = &to, r
	if err == nil && !r.lost {
		l.tree, l.monitor = r.tree, r.monitor
	}
	return nil
}

func (l *look) start(ctx context.Context, to Signed) *run {
	r := &run{
		files: NewFiles(ctx, l.source), trust: l.trust, to: to, progress: l.Progress,
		tree: l.tree.clone(), monitor: l.monitor.clone(), docs: make(map[ledger.Hash][]byte),
	}
	r.monitor.o = Options{Released: l.released, Document: r.document, Range: r.sum}
	return r
}

// errForked ends a look at a checkpoint that does not go on from the last.
var errForked = errors.New("the checkpoint does not go on from the last")

// fits reports whether what was read goes on from the largest checkpoint seen,
// also where not everything below that could be read.
func (l *look) fits(r *run) bool {
	if l.seen == nil || l.tree.size() == l.seen.Size {
		return true
	}
	root, err := tlog.TreeHash(int64(l.seen.Size), r.tree.reader(func(n int64) ([]tlog.Hash, error) {
		return nil, errDamaged
	}))
	return err == nil && root == l.seen.Root
}

// forkedAbove says that the new checkpoint does not go on from the last: the tiles
// under it give another root at that size.
func (l *look) forkedAbove(r *run) error {
	if l.seen == nil {
		return nil
	}
	n := int64(l.seen.Size)
	root, err := tlog.TreeHash(n, r.expect.reader)
	proof, unproved := tlog.ProveTree(int64(r.to.Size), n, r.expect.reader)
	if err = errors.Join(err, unproved); err != nil || root == l.seen.Root {
		return err
	}
	a := l.alarm(Forked, l.seen.Size, "the checkpoint of size %d does not go on from that of size %d", r.to.Size, n)
	a.Evidence = evidence{kind: Forked, index: l.seen.Size, notes: [][]byte{l.seen.Note, r.to.Note}, prefix: &root, proof: proof}.marshal()
	return errForked
}

// Heard compares a checkpoint that somebody else was given with what was seen: one
// that a witness cosigned, or that another person kept. One that is not of this
// log is refused, since anybody could have made it.
func (f *Follower) Heard(ctx context.Context, text []byte, now time.Time) ([]Alarm, error) {
	c, err := f.trust.Checkpoint(text)
	if err != nil || f.seen == nil {
		return nil, err
	}
	l := &look{Follower: f}
	if stop, err := l.compare(ctx, c, now, false); stop || err != nil {
		return l.alarms, err
	}
	at, ok := c.Latest()
	if p := f.monitor.policy(); c.Size > f.seen.Size && ok && p != nil && now.Sub(at) > patience(p) {
		l.alarm(RolledBack, f.seen.Size, "witnesses saw a checkpoint of size %d, and one of size %d is published", c.Size, f.seen.Size).note(c.Note, f.seen.Note)
	}
	return l.alarms, nil
}

// farPromise is how far ahead a receipt may promise a leaf: more than any policy
// lets pass until the next batch. A promise for ever later would never be broken.
const farPromise = 10 * 24 * time.Hour

func (l *look) provisional(ctx context.Context, now time.Time) error {
	text, err := l.source.Provisional(ctx)
	switch fault.KindOf(err) {
	case fault.NotFound:
		return nil
	case fault.Invalid: // something is there, and nobody can tell which receipts stand
		l.alarm(BrokenPromise, 0, "the receipts that stand cannot be read: %s", reason(err)).note()
		return nil
	}
	if err != nil {
		return err
	}
	notes, err := ledger.SplitProvisionals(text)
	if err != nil {
		l.alarm(BrokenPromise, 0, "the receipts that stand cannot be read: %s", reason(err)).note(text)
	}
	said := err != nil // once is enough: the file is not one of receipts
	for _, n := range notes {
		p, err := ledger.ParseProvisional(n, l.trust.Origin(), l.trust.Log)
		switch {
		case err != nil && said:
			continue
		case err != nil:
			said = true
			l.alarm(BrokenPromise, 0, "a receipt is none of this log: %s", reason(err)).note(n)
			continue
		case now.After(p.By):
			l.alarm(BrokenPromise, 0, "a leaf was promised by %s and the receipt still stands", p.By.Format(time.RFC3339)).note(n).cite(p.Hash)
		case p.By.After(now.Add(farPromise)):
			l.alarm(BrokenPromise, 0, "a leaf is promised only by %s, which is too far ahead", p.By.Format(time.RFC3339)).note(n).cite(p.Hash)
		}
		l.receipts++
	}
	return nil
}

// findings adds what follows from the time, and the evidence.
func (l *look) findings(ctx context.Context, now time.Time) *Findings {
	f := &Findings{Monitor: l.monitor, Alarms: l.alarms}
	if l.run != nil {
		f.Monitor = l.run.monitor
	}
	if l.seen != nil {
		f.Checkpoint = *l.seen
		if at, ok := l.seen.Latest(); ok && at.After(now) {
			now = at // whoever looks has a slow clock
		}
	}
	l.silent(f, now)
	if m := f.Monitor; m.early(now) {
		(*alarms)(&f.Alarms).add(EpochOrder, m.block.First, "the block of epoch %s was published before the epoch was over", m.block.Epoch)
	}
	kind, overdue := Overdue, f.Monitor.Overdue(now)
	if f.Silent {
		kind, overdue = OverdueSilent, f.Monitor.PastDue(now)
	}
	f.Overdue = overdue
	for _, st := range overdue {
		a := (*alarms)(&f.Alarms).add(kind, st.Index, "a duty of class %s was due on %s and is open", st.Class, st.Due).of(st.ID)
		if st.First != st.Index {
			a.Leaves = append(a.Leaves, st.First)
		}
		if f.Monitor.policy() != nil {
			f.Monitor.citePolicy(a)
		}
	}
	f.Held = f.Monitor.HeldBeyond()
	f.Figures = f.Monitor.Figures(now)
	f.Figures.Provisional = l.receipts
	l.prove(ctx, f.Alarms)
	slices.SortStableFunc(f.Alarms, func(a, b Alarm) int { return int(min(max(int64(a.Index)-int64(b.Index), -1), 1)) })
	return f
}

// silent says whether witnesses saw nothing new, or no block came, for too long.
func (l *look) silent(f *Findings, now time.Time) {
	since, silent := f.Monitor.Silent(now)
	if f.Monitor.size < f.Checkpoint.Size {
		silent = false // the last blocks were not read
	}
	if p := f.Monitor.policy(); l.seen != nil && p != nil {
		if at, ok := l.seen.Earliest(); ok && !silent && now.Sub(at) > patience(p) {
			since, silent = at, true
		}
	}
	if f.Silent = silent; silent {
		(*alarms)(&f.Alarms).add(Silent, f.Checkpoint.Size, "nothing was published since %s", since.Format(time.RFC3339)).note(f.Checkpoint.Note)
	}
}
