package ledger

import (
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
)

// TileHeight and TileWidth are those of C2SP tlog-tiles.
const (
	TileHeight = 8
	TileWidth  = 1 << TileHeight
)

// TilePath gives the path of a tile, or for level -1 of a bundle of entries, as
// C2SP tlog-tiles has it: tile/1/x001/067.p/8, tile/entries/x001/067.p/8.
func TilePath(t tlog.Tile) string {
	p := t.Path() // tile/8/1/…, tile/8/data/…
	p = strings.TrimPrefix(p, "tile/8/")
	if rest, ok := strings.CutPrefix(p, "data/"); ok {
		p = "entries/" + rest
	}
	return "tile/" + p
}

// ParseTilePath reads what TilePath prints.
func ParseTilePath(path string) (tlog.Tile, error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if entries, is := strings.CutPrefix(rest, "entries/"); is {
		rest = "data/" + entries
	}
	t, err := tlog.ParseTilePath("tile/8/" + rest)
	if !ok || err != nil || t.L > 63 || TilePath(t) != path {
		return tlog.Tile{}, fault.Invalidf("tile", "%q is no path of a tile", path)
	}
	return t, nil
}
