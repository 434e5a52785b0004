package sequencer

import (
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/ledger"
)

// width is how many entries a full tile or bundle has, 2 to the power of height.
const (
	height = ledger.TileHeight
	width  = ledger.TileWidth
)

// A tree is a log as computed from its leaves alone: no hash that is stored
// anywhere goes into it, so that it contradicts whoever altered one.
type tree struct {
	size   uint64
	tail   [][]byte      // the leaves of the last bundle, if it is not full
	levels [][]tlog.Hash // per level of tiles what stands in the last tile, if it is not full
}

// A file is one that is published.
type file struct {
	name   string
	data   []byte
	bundle bool
}

// with gives the tree with more leaves, and the bundles and tiles that become
// full by them, in the order in which they do. The tree itself stays.
func (t *tree) with(leaves [][]byte) (*tree, []file) {
	u := &tree{size: t.size, tail: slices.Clone(t.tail)}
	for _, l := range t.levels {
		u.levels = append(u.levels, slices.Clone(l))
	}
	var full []file
	for _, leaf := range leaves {
		u.size++
		u.tail = append(u.tail, leaf)
		if len(u.tail) == width {
			full = append(full, u.bundle(width))
			u.tail = nil
		}
		full = u.add(0, tlog.RecordHash(leaf), full)
	}
	return u, full
}

// add puts a hash into the last tile of a level, and the hash of a tile that is
// full into the level above.
func (t *tree) add(level int, h tlog.Hash, full []file) []file {
	if level == len(t.levels) {
		t.levels = append(t.levels, nil)
	}
	t.levels[level] = append(t.levels[level], h)
	if len(t.levels[level]) < width {
		return full
	}
	full = append(full, t.tile(level))
	whole := join(t.levels[level])
	t.levels[level] = nil
	return t.add(level+1, whole, full)
}

// partial gives the bundle and the tiles at the right edge that are not full.
func (t *tree) partial() []file {
	var files []file
	if len(t.tail) > 0 {
		files = append(files, t.bundle(len(t.tail)))
	}
	for level, hashes := range t.levels {
		if len(hashes) > 0 {
			files = append(files, t.tile(level))
		}
	}
	return files
}

func (t *tree) bundle(w int) file {
	return file{bundleName((t.size-1)/width, w), ledger.Bundle(t.tail), true}
}

// tile gives the last tile of a level. The number of what stands in the levels
// below a full tile of this one is 256 to the power of its level.
func (t *tree) tile(level int) file {
	hashes := t.levels[level]
	data := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		data = append(data, h[:]...)
	}
	n := (t.size>>(height*level) - 1) / width
	return file{ledger.TilePath(tlog.Tile{H: height, L: level, N: int64(n), W: len(hashes)}), data, false}
}

// root gives the hash of the whole tree; of an empty one the zero hash.
func (t *tree) root() tlog.Hash {
	var below []tlog.Hash // what the right edge of the levels below comes to, at most one
	for _, hashes := range t.levels {
		if all := append(slices.Clone(hashes), below...); len(all) > 0 {
			below = []tlog.Hash{join(all)}
		}
	}
	if len(below) == 0 {
		return tlog.Hash{}
	}
	return below[0]
}

// at gives size and root.
func (t *tree) at() tlog.Tree { return tlog.Tree{N: int64(t.size), Hash: t.root()} }

// join is the hash of RFC 6962 over hashes of complete trees of one size, of
// which the last may be of a smaller one.
func join(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	k := 1
	for 2*k < len(hashes) {
		k *= 2
	}
	return tlog.NodeHash(join(hashes[:k]), join(hashes[k:]))
}

// bundleName gives the name of the bundle n with w entries.
func bundleName(n uint64, w int) string {
	return ledger.TilePath(tlog.Tile{H: height, L: -1, N: int64(n), W: w})
}
