package monitor

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// A run reads leaves up to a checkpoint and feeds them to a monitor of its own, so
// that nothing is kept of a run that did not come to its end.
type run struct {
	files    Files
	trust    Trust
	to       Signed
	tree     *tree
	monitor  *Monitor
	progress func(read, of uint64)

	alarms []Alarm
	docs   map[ledger.Hash][]byte          // that the monitor asked for
	keys   atomic.Pointer[ledger.RolesDoc] // that hold, for whoever reads ahead
	failed error                           // of a question of the monitor that nobody could answer
	expect *expect                         // what the leaves should be; nil: not known yet
	lost   bool                            // a leaf was not there, or not the one under the checkpoint
	gone   int                             // bundles that were not there, one behind the other
}

// errDamaged ends a run that does not know what the leaves should be.
var errDamaged = errors.New("the leaves are not those under the checkpoint")

// A bundle is one that was read ahead.
type bundle struct {
	leaves [][]byte
	whole  bool
	reads  []read
	hashes []tlog.Hash // of the leaves
	hash   tlog.Hash   // over them, if they fill the bundle
	err    error
}

func (r *run) read(n int64) (b bundle) {
	b.leaves, b.whole, b.err = r.files.Bundle(n, width(n, r.to.Size))
	keys := r.keys.Load()
	b.reads = make([]read, len(b.leaves))
	b.hashes = make([]tlog.Hash, len(b.leaves))
	for i, leaf := range b.leaves {
		b.reads[i] = readLeaf(leaf, keys)
		b.hashes[i] = tlog.RecordHash(leaf)
	}
	if len(b.leaves) == ledger.TileWidth {
		b.hash = fold(b.hashes)
	}
	return b
}

// all reads and feeds everything that was not read before.
func (r *run) all(ctx context.Context) error {
	from := int64(r.tree.size() / ledger.TileWidth)
	to := int64((r.to.Size + ledger.TileWidth - 1) / ledger.TileWidth)
	r.keys.Store(r.monitor.roles)
	err := inOrder(ctx, from, to, r.read, func(n int64, b bundle) error {
		if b.err != nil {
			return b.err
		}
		if err := r.take(n, &b); err != nil {
			return err
		}
		if r.progress != nil {
			r.progress(r.tree.size(), r.to.Size)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if r.tree.root() != r.to.Root {
		return errDamaged
	}
	r.alarms = append(r.alarms, r.monitor.Close()...)
	return nil
}

func (r *run) take(n int64, b *bundle) error {
	first := uint64(n) * ledger.TileWidth
	damaged, err := r.damaged(n, b)
	if err != nil {
		return err
	}
	if damaged {
		return nil
	}
	// A report is compared with what was read before it, also of its own bundle: then
	// every leaf must have its place in the tree before the next is fed.
	aligned := len(r.tree.tail) == 0 && len(b.leaves) == ledger.TileWidth && !slices.ContainsFunc(b.reads, isReport)
	for i := range b.reads {
		index := first + uint64(i)
		if index < r.tree.size() {
			continue
		}
		if !aligned {
			r.tree.add(b.hashes[i])
		}
		if err := r.feed(index, b.reads[i]); err != nil {
			return err
		}
	}
	if aligned {
		r.tree.addBundle(b.hash)
	}
	return nil
}

func isReport(r read) bool {
	_, ok := r.leaf.(ledger.Report)
	return ok
}

func (r *run) feed(index uint64, leaf read) error {
	r.alarms = append(r.alarms, r.monitor.take(index, leaf)...)
	if r.failed != nil {
		return r.failed
	}
	if r.monitor.roles != r.keys.Load() {
		r.keys.Store(r.monitor.roles)
	}
	return nil
}

// document answers the monitor.
func (r *run) document(h ledger.Hash) ([]byte, error) {
	if text, ok := r.docs[h]; ok {
		return text, nil
	}
	text, err := r.files.source.Document(r.files.ctx, h)
	if err != nil {
		if !absent(err) {
			r.failed = err
		}
		return nil, err
	}
	r.docs[h] = text
	return text, nil
}

// sum answers the monitor: it reads the leaves again, and takes nothing for a leaf
// that is not the one that was read before. nil: leaves were lost, and nobody can
// compare.
func (r *run) sum(from, to uint64) (*Range, error) {
	total := new(Range)
	if r.lost {
		total.Unread++
		return total, nil
	}
	begin, end := int64(from/ledger.TileWidth), int64((to+ledger.TileWidth-1)/ledger.TileWidth)
	var wrong error
	err := inOrder(r.files.ctx, begin, end, func(n int64) sumOf { return r.sumOf(n, from, to) }, func(n int64, s sumOf) error {
		if s.err == nil && s.wrong == nil {
			total.Merge(&s.sum)
		}
		wrong = s.wrong
		return errors.Join(s.err, s.wrong)
	})
	if wrong == nil {
		r.failed = err
	}
	return total, err
}

type sumOf struct {
	sum   Range
	wrong error // a leaf that cannot be added
	err   error
}

func (r *run) sumOf(n int64, from, to uint64) (s sumOf) {
	leaves, err := r.again(n)
	if err != nil {
		return sumOf{err: err}
	}
	for i, leaf := range leaves {
		if index := uint64(n)*ledger.TileWidth + uint64(i); index < from || index >= to {
			continue
		}
		if err := s.sum.Add(leaf); err != nil {
			return sumOf{wrong: err}
		}
	}
	return s
}

// again gives the leaves of a bundle that was read before, as far as it was.
func (r *run) again(n int64) ([][]byte, error) {
	leaves, _, err := r.files.Bundle(n, width(n, r.to.Size))
	if err != nil {
		return nil, err
	}
	// Leaves that were read and do not fill a bundle yet are the tail.
	known := r.tree.tail
	if n < r.tree.full {
		known = nil
	} else {
		leaves = leaves[:min(len(leaves), len(known))]
	}
	hashes := hashesOf(leaves)
	if n < r.tree.full && (len(hashes) < ledger.TileWidth || fold(hashes) != r.tree.bundle(n)) || known != nil && !slices.Equal(hashes, known) {
		return nil, fault.Busyf("bundle", "the leaves of bundle %d are not those that were read before", n)
	}
	return leaves, nil
}

func hashesOf(leaves [][]byte) []tlog.Hash {
	hashes := make([]tlog.Hash, len(leaves))
	for i, leaf := range leaves {
		hashes[i] = tlog.RecordHash(leaf)
	}
	return hashes
}

// inOrder does work for every n from from up to, and without, to, some side by
// side, and takes the results in order. It holds only a few at a time.
func inOrder[T any](ctx context.Context, from, to int64, work func(n int64) T, take func(n int64, result T) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ahead := make(chan chan T, 2*runtime.GOMAXPROCS(0))
	go func() {
		defer close(ahead)
		for n := from; n < to; n++ {
			result := make(chan T, 1)
			select {
			case ahead <- result:
			case <-ctx.Done():
				return
			}
			go func() { result <- work(n) }()
		}
	}()
	n := from
	for result := range ahead {
		if err := take(n, <-result); err != nil {
			cancel()
			for result := range ahead {
				<-result // nobody reads on once this has returned
			}
			return err
		}
		n++
	}
	if n < to {
		return ctx.Err()
	}
	return nil
}
