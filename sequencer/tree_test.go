package sequencer

import (
	"bytes"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/ledger"
)

// hashes is what tlog stores of a log.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		list[i] = h[index]
	}
	return list, nil
}

// grow gives a log of n leaves, as tlog has it.
func grow(t *testing.T, n int) ([][]byte, hashes) {
	var stored hashes
	leaves := make([][]byte, n)
	for i := range leaves {
		leaves[i] = fmt.Append(nil, "leaf ", i)
		more, err := tlog.StoredHashes(int64(i), leaves[i], stored)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
	}
	return leaves, stored
}

// In whatever pieces a tree grows, its root, tiles and bundles are those of tlog.
func TestTree(t *testing.T) {
	leaves, stored := grow(t, 70000)
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]int{20, 300, 1000, len(leaves)}).Draw(t, "most")
		size := rapid.IntRange(0, most).Draw(t, "size")
		was := rapid.IntRange(0, size).Draw(t, "was")
		before, _ := (&tree{}).with(leaves[:was])
		old := before.root()
		after, full := before.with(leaves[was:size])
		if before.root() != old || before.size != uint64(was) {
			t.Fatal("the tree it grew from is another")
		}
		files := make(map[string][]byte)
		for _, f := range append(full, after.partial()...) {
			files[f.name] = f.data
		}
		if size == 0 {
			if after.root() != (tlog.Hash{}) || len(files) > 0 {
				t.Fatalf("an empty tree has the root %s and %d files", after.root(), len(files))
			}
			return
		}
		root, err := tlog.TreeHash(int64(size), stored)
		if err != nil || after.at() != (tlog.Tree{N: int64(size), Hash: root}) {
			t.Fatalf("%v, %v; want root %s", after.at(), err, root)
		}
		tiles := tlog.NewTiles(height, int64(was), int64(size))
		for _, tile := range tiles {
			want, err := tlog.ReadTileData(tile, stored)
			if err != nil || !bytes.Equal(files[ledger.TilePath(tile)], want) {
				t.Fatalf("%s is not what tlog has (%v)", ledger.TilePath(tile), err)
			}
		}
		for n := was / width; n*width < size; n++ {
			end := min((n+1)*width, size)
			if want := ledger.Bundle(leaves[n*width : end]); end > was && !bytes.Equal(files[bundleName(uint64(n), end-n*width)], want) {
				t.Fatalf("bundle %d is not of its leaves", n)
			}
		}
	})
}

// Every order is equally likely: none of the 24 of four things comes up more or
// less often than chance has it.
func TestShuffle(t *testing.T) {
	counts := make(map[string]int)
	source := &counting{}
	for range 24000 {
		list := []byte("abcd")
		if err := shuffle(source, list); err != nil {
			t.Fatal(err)
		}
		counts[string(list)]++
	}
	for order, n := range counts {
		if n < 850 || n > 1150 {
			t.Errorf("%s came up %d times of 24000", order, n)
		}
	}
	if len(counts) != 24 {
		t.Errorf("only %d orders came up", len(counts))
	}
}

// counting is a fixed stream of hashes of numbers.
type counting struct{ n int }

func (c *counting) Read(b []byte) (int, error) {
	c.n++
	sum := tlog.RecordHash(fmt.Append(nil, c.n))
	return copy(b, sum[:]), nil
}

func TestBelow(t *testing.T) {
	// The greatest numbers would make some results likelier: they are drawn again.
	stream := append(bytes.Repeat([]byte{0xff}, 8), 0, 0, 0, 0, 0, 0, 0, 5)
	if got, err := below(bytes.NewReader(stream), 3); err != nil || got != 2 {
		t.Errorf("got %d, %v", got, err)
	}
	if _, err := below(bytes.NewReader(stream[:12]), 3); err == nil {
		t.Error("randomness ran out, and nobody noticed")
	}
	if err := shuffle(bytes.NewReader(nil), []int{1, 2}); err == nil {
		t.Error("randomness ran out, and nobody noticed")
	}
}

func TestSettledAfter(t *testing.T) {
	id := func(n byte) ledger.ID { return ledger.ID{n} }
	entry := func(key string, l ledger.Leaf) placed { return placed{Entry: Entry{Waiting{Key: key}}, leaf: l} }
	list := []placed{
		entry("third", ledger.Settle{ID: id(2), As: ledger.Notified}),
		entry("elsewhere", ledger.Settle{ID: id(9), As: ledger.Notified}),
		entry("second", ledger.Settle{ID: id(1), As: ledger.Extended, Next: id(2)}),
		entry("first", ledger.Duty{ID: id(1)}),
		entry("circle 1", ledger.Settle{ID: id(5), As: ledger.Extended, Next: id(6)}),
		entry("circle 2", ledger.Settle{ID: id(6), As: ledger.Extended, Next: id(5)}),
	}
	var got string
	for _, e := range settledAfter(list) {
		got += e.Key + ", "
	}
	if want := "first, second, third, elsewhere, circle 2, circle 1, "; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
}
