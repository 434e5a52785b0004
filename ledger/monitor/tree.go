package monitor

import (
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/ledger"
)

// A tree keeps of the hashes of a log what is needed to compute its root, to
// prove what stands in it and to know again what is read twice: one for every
// full bundle of leaves, with the nodes above, and those of the leaves that do not
// fill one. A million leaves take a quarter of a megabyte.
type tree struct {
	full  int64       // bundles
	upper []tlog.Hash // as tlog stores hashes, of bundles in the place of records
	tail  []tlog.Hash // of leaves
}

func (t *tree) size() uint64 { return uint64(t.full)*ledger.TileWidth + uint64(len(t.tail)) }

// add adds the hash of a leaf.
func (t *tree) add(h tlog.Hash) {
	t.tail = append(t.tail, h)
	if len(t.tail) == ledger.TileWidth {
		t.addBundle(fold(t.tail))
		t.tail = t.tail[:0]
	}
}

func (t *tree) addBundle(h tlog.Hash) {
	// A hash that was stored can always be read again.
	more, _ := tlog.StoredHashesForRecordHash(t.full, h, tlog.HashReaderFunc(t.readUpper))
	t.upper = append(t.upper, more...)
	t.full++
}

func (t *tree) readUpper(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		hashes[i] = t.upper[x]
	}
	return hashes, nil
}

// bundle gives the hash over the full bundle n.
func (t *tree) bundle(n int64) tlog.Hash { return t.upper[tlog.StoredHashIndex(0, n)] }

// root gives the root of the whole tree.
func (t *tree) root() tlog.Hash {
	// The nodes of a tree of this size are at hand, whichever bundle they are in.
	h, _ := tlog.TreeHash(int64(t.size()), t.reader(nil))
	return h
}

// fold gives the node over hashes, a power of two of them.
func fold(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	half := len(hashes) / 2
	return tlog.NodeHash(fold(hashes[:half]), fold(hashes[half:]))
}

// reader reads stored hashes of the tree. For nodes within a full bundle it asks
// leaves, which gives the hashes of its leaves.
func (t *tree) reader(leaves func(bundle int64) ([]tlog.Hash, error)) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			level, n := tlog.SplitStoredHashIndex(x)
			if level >= ledger.TileHeight {
				hashes[i] = t.upper[tlog.StoredHashIndex(level-ledger.TileHeight, n)]
				continue
			}
			bundle := n << level / ledger.TileWidth
			from := t.tail
			if bundle < t.full {
				var err error
				if from, err = leaves(bundle); err != nil {
					return nil, err
				}
			}
			first := n << level % ledger.TileWidth
			hashes[i] = fold(from[first : first+1<<level])
		}
		return hashes, nil
	})
}

func (t *tree) clone() *tree {
	return &tree{full: t.full, upper: slices.Clip(t.upper), tail: slices.Clone(t.tail)}
}
