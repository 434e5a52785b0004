package monitor

import (
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/ledger"
)

// expect is what the leaves should be, from tiles that were verified against the
// checkpoint. It is asked for only if the leaves are not what they should be.
type expect struct {
	reader  tlog.HashReader
	full    int64       // full bundles under the checkpoint
	first   int64       // the bundle with which bundles begins
	bundles []tlog.Hash // over full bundles, a few
}

// newExpect begins with bundle first.
func newExpect(f Files, to Signed, first int64) (*expect, error) {
	e := &expect{reader: tlog.TileHashReader(to.Tree(), f), full: int64(to.Size / ledger.TileWidth)}
	return e, e.load(first)
}

// atOnce is how many bundles load reads the hashes of.
const atOnce = 16

// load reads the hashes over the next bundles from first on.
func (e *expect) load(first int64) (err error) {
	var indexes []int64
	for n := first; n < e.full && n < first+atOnce; n++ {
		indexes = append(indexes, tlog.StoredHashIndex(ledger.TileHeight, n))
	}
	e.first, e.bundles = first, nil
	if len(indexes) > 0 {
		e.bundles, err = e.reader.ReadHashes(indexes)
	}
	return err
}

// bundle gives the hash over bundle n, if it is full.
func (e *expect) bundle(n int64) (h tlog.Hash, full bool, err error) {
	if n >= e.full {
		return h, false, nil
	}
	if n >= e.first+int64(len(e.bundles)) {
		if err := e.load(n); err != nil {
			return h, false, err
		}
	}
	return e.bundles[n-e.first], true, nil
}

// leaves gives the hashes of the leaves of bundle n.
func (e *expect) leaves(n int64, width int) ([]tlog.Hash, error) {
	indexes := make([]int64, width)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, n*ledger.TileWidth+int64(i))
	}
	return e.reader.ReadHashes(indexes)
}

// damaged deals with a bundle whose leaves are not those under the checkpoint: it
// says so once for leaves that are not there, and for every leaf that is another,
// and feeds the others. It reports false if the bundle is sound, or may be.
func (r *run) damaged(n int64, b *bundle) (bool, error) {
	if r.expect == nil {
		if !b.whole {
			return false, errDamaged
		}
		return false, nil
	}
	count := width(n, r.to.Size)
	over, full, err := r.expect.bundle(n)
	if err != nil {
		return false, r.unseen(err)
	}
	if b.whole && full && b.hash == over {
		r.gone = 0
		return false, nil
	}
	want, err := r.expect.leaves(n, count)
	if err != nil && !missing(err) {
		return false, err
	}
	first := uint64(n) * ledger.TileWidth
	said := false
	for i := range count {
		index := first + uint64(i)
		if index < r.tree.size() {
			continue
		}
		switch {
		case i < len(b.leaves) && want != nil && b.hashes[i] == want[i]:
			if err := r.feed(index, b.reads[i]); err != nil {
				return false, err
			}
		case i < len(b.leaves) && want != nil:
			r.lose(Rewritten, index, "the leaf is not the one under the checkpoint")
		case !said && b.whole:
			said = true
			r.lose(Rewritten, index, "the leaves of bundle %d are not those under the checkpoint, and no tile says which of them", n)
		case !said:
			said = true
			r.lose(Withheld, index, "the leaves from %d to %d are not published", index, first+uint64(count)-1)
		default:
			r.monitor.Lose(index)
		}
		if want != nil {
			r.tree.add(want[i])
		}
	}
	if r.gone++; len(b.leaves) > 0 {
		r.gone = 0
	}
	if r.gone == far || want == nil && !full {
		return false, errDamaged // nothing follows that could be read
	}
	if want == nil {
		r.tree.tail = nil
		r.tree.addBundle(over)
	}
	return true, nil
}

// far is how many bundles may be missing one behind the other before no more are
// asked for: a log may claim to be larger than anybody could read.
const far = 8

// unseen is why reading ends where a tile above the leaves is missing, or is not
// the one under the checkpoint.
func (r *run) unseen(err error) error {
	if !missing(err) {
		return err
	}
	var found alarms
	found.add(Withheld, r.tree.size(), "the leaves from %d on cannot be told from others: a tile above them is missing", r.tree.size())
	r.alarms = append(r.alarms, found...)
	r.lost = true
	return errDamaged
}

func (r *run) lose(kind Kind, index uint64, format string, args ...any) {
	r.lost = true
	var found alarms
	found.add(kind, index, format, args...)
	r.alarms = append(r.alarms, r.monitor.dated(found)...)
	r.monitor.Lose(index)
}
