package ledger_test

import (
	"bytes"
	"math"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// The examples are those of C2SP tlog-tiles, and our own.
var tilePaths = map[string]tlog.Tile{
	"tile/0/000":                                {H: 8, L: 0, N: 0, W: 256},
	"tile/0/x001/x234/067":                      {H: 8, L: 0, N: 1234067, W: 256},
	"tile/0/x001/x234/067.p/8":                  {H: 8, L: 0, N: 1234067, W: 8},
	"tile/1/000.p/1":                            {H: 8, L: 1, N: 0, W: 1},
	"tile/entries/000":                          {H: 8, L: -1, N: 0, W: 256},
	"tile/entries/x001/000.p/255":               {H: 8, L: -1, N: 1000, W: 255},
	"tile/63/x009/x223/x372/x036/x854/x775/807": {H: 8, L: 63, N: math.MaxInt64, W: 256},
}

func TestTilePaths(t *testing.T) {
	for path, tile := range tilePaths {
		if got := ledger.TilePath(tile); got != path {
			t.Errorf("got %s, want %s", got, path)
		}
		if got, err := ledger.ParseTilePath(path); err != nil || got != tile {
			t.Errorf("%s: got %+v, %v", path, got, err)
		}
	}
	for _, path := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/-1/000", "tile/data/000",
		"tile/64/000", "tile/0/x000/000", "tile/0/001/234", "tile/0/x01/234", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
		"tile/0/000.p", "tile/0/000.p/", "tile/0/000/8", "/tile/0/000", "tile/0/000/", "tile//0/000", "entries/000", "0/000",
		"tile/entries/entries/000", "tile/0/../1/000", "tile/0/x009/x223/x372/x036/x854/x775/808", "tile/8/0/000", "tile/0/+00", "tile/0/000\n",
	} {
		if got, err := ledger.ParseTilePath(path); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: got %+v, %v", path, got, err)
		}
	}
}

func TestTilePathsOfAnyTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tile := tlog.Tile{H: 8, L: rapid.IntRange(-1, 63).Draw(t, "level"), N: rapid.Int64Range(0, math.MaxInt64).Draw(t, "number"),
			W: rapid.IntRange(1, 256).Draw(t, "width")}
		if got, err := ledger.ParseTilePath(ledger.TilePath(tile)); err != nil || got != tile {
			t.Fatalf("got %+v, %v", got, err)
		}
	})
}

func FuzzParseTilePath(f *testing.F) {
	for path := range tilePaths {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if tile, err := ledger.ParseTilePath(path); err == nil && ledger.TilePath(tile) != path {
			t.Fatalf("%q is printed as %q", path, ledger.TilePath(tile))
		}
	})
}

func TestBundles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 1024), 1, 256).Draw(t, "entries")
		data := ledger.Bundle(entries)
		got, err := ledger.ParseBundle(data, len(entries))
		if err != nil {
			t.Fatal(err)
		}
		for i := range entries {
			if !bytes.Equal(got[i], entries[i]) {
				t.Fatalf("entry %d is %q, want %q", i, got[i], entries[i])
			}
			if cap(got[i]) != len(got[i]) {
				t.Fatalf("who adds to entry %d writes into the next", i)
			}
		}
		for _, n := range []int{len(entries) - 1, len(entries) + 1} {
			if _, err := ledger.ParseBundle(data, n); fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%d entries are read as %d: %v", len(entries), n, err)
			}
		}
		if _, err := ledger.ParseBundle(data[:len(data)-1], len(entries)); fault.KindOf(err) != fault.Invalid {
			t.Fatalf("a bundle is cut short: %v", err)
		}
	})
}

func TestMalformedBundles(t *testing.T) {
	for _, c := range []struct {
		name, data string
		n          int
		want       string
	}{
		{"none", "", 0, "bundle: a bundle holds 1 to 256 entries, not 0"},
		{"too many", "", 257, "bundle: a bundle holds 1 to 256 entries, not 257"},
		{"empty", "", 1, "bundle: the bundle is cut short in entry 0 of 1"},
		{"half a length", "\x00", 1, "bundle: the bundle is cut short in entry 0 of 1"},
		{"half an entry", "\x00\x01a\x00\x02b", 2, "bundle: the bundle is cut short in entry 1 of 2"},
		{"too long", "\x00\x01ab", 1, "bundle: 1 bytes follow the last of 1 entries"},
	} {
		if _, err := ledger.ParseBundle([]byte(c.data), c.n); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func FuzzParseBundle(f *testing.F) {
	f.Add([]byte("\x00\x01a"), 1)
	f.Add([]byte("\x00\x01a\x00\x00\x00\x02bc"), 3)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		entries, err := ledger.ParseBundle(data, n)
		if err != nil {
			return
		}
		if len(entries) != n || !bytes.Equal(ledger.Bundle(entries), data) {
			t.Fatalf("%q is printed as %q", data, ledger.Bundle(entries))
		}
	})
}
