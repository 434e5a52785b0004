package monitor

import (
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/ledger"
)

// expect is what the leaves should be, from tiles that were verified against the
// checkpoint. It is asked for only if the leaves are not what they should be.
type expect struct {
	reader  tlog.HashReader
	first   int64       // the bundle with which it begins
	bundles []tlog.Hash // over every full bundle
}

// newExpect reads the hashes over all bundles from first on.
func newExpect(f Files, to Signed, first int64) (*expect, error) {
	e := &expect{reader: tlog.TileHashReader(to.Tree(), f), first: first}
	full := int64(to.Size / ledger.TileWidth)
	var indexes []int64
	for n := first; n < full; n++ {
		indexes = append(indexes, tlog.StoredHashIndex(ledger.TileHeight, n))
	}
	if len(indexes) == 0 {
		return e, nil
	}
	var err error
	e.bundles, err = e.reader.ReadHashes(indexes)
	return e, err
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
	if i := n - r.expect.first; b.whole && i < int64(len(r.expect.bundles)) && b.hash == r.expect.bundles[i] {
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
	if want == nil {
		return true, r.skip(n)
	}
	return true, nil
}

// skip goes on behind a bundle of which no hash of a leaf is known. Behind a last
// one that is not full nothing follows.
func (r *run) skip(n int64) error {
	i := n - r.expect.first
	if i >= int64(len(r.expect.bundles)) {
		return errDamaged
	}
	r.tree.tail = nil
	r.tree.addBundle(r.expect.bundles[i])
	return nil
}

func (r *run) lose(kind Kind, index uint64, format string, args ...any) {
	r.lost = true
	var found alarms
	found.add(kind, index, format, args...)
	r.alarms = append(r.alarms, r.monitor.dated(found)...)
	r.monitor.Lose(index)
}
