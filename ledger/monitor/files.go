package monitor

import (
	"context"
	"encoding/binary"
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// Files reads the tiles and bundles of a source. It is a tlog.TileReader, for
// tlog.TileHashReader, which verifies what it reads.
type Files struct {
	ctx    context.Context // of one look
	source Source
}

// NewFiles reads what a source gives.
func NewFiles(ctx context.Context, source Source) Files { return Files{ctx, source} }

// tile gives a tile or a bundle. A partial one may be gone when the full one is
// there; then what is left of that after cut is given.
func (f Files) tile(t tlog.Tile, cut func(full []byte, width int) []byte) ([]byte, error) {
	data, err := f.source.Tile(f.ctx, t)
	if fault.KindOf(err) != fault.NotFound || t.W == ledger.TileWidth {
		return data, err
	}
	width := t.W
	t.W = ledger.TileWidth
	if data, err = f.source.Tile(f.ctx, t); err != nil {
		return nil, err
	}
	return cut(data, width), nil
}

// Height and the methods below make Files a tlog.TileReader.
func (f Files) Height() int { return ledger.TileHeight }

func (f Files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		var err error
		data[i], err = f.tile(t, func(full []byte, width int) []byte {
			return full[:min(len(full), width*tlog.HashSize)]
		})
		if err != nil {
			return nil, &unread{err}
		}
	}
	return data, nil
}

// unread is that a tile could not be read; any other failure with tiles is that
// they are not those under the checkpoint.
type unread struct{ err error }

func (u *unread) Error() string { return u.err.Error() }
func (u *unread) Unwrap() error { return u.err }

// missing reports whether an error says that a tile is not published or is not
// what it should be, and not that nobody could look.
func missing(err error) bool {
	var u *unread
	return !errors.As(err, &u) || absent(err)
}

// absent reports whether an error says that a file is not published, or none that
// could be one.
func absent(err error) bool {
	k := fault.KindOf(err)
	return k == fault.NotFound || k == fault.Invalid
}

// SaveTiles keeps nothing.
func (f Files) SaveTiles([]tlog.Tile, [][]byte) {}

// Bundle gives the first width leaves of bundle n, fewer if it was cut short or is
// not there: then whole is false.
func (f Files) Bundle(n int64, width int) (leaves [][]byte, whole bool, err error) {
	data, err := f.tile(tlog.Tile{H: ledger.TileHeight, L: -1, N: n, W: width}, func(full []byte, width int) []byte {
		return ledger.Bundle(part(full, width))
	})
	if err != nil {
		if absent(err) {
			err = nil
		}
		return nil, false, err
	}
	if leaves, err = ledger.ParseBundle(data, width); err == nil {
		return leaves, true, nil
	}
	return part(data, width), false, nil
}

// part gives the first leaves of a bundle, as many as are whole and at most width.
func part(data []byte, width int) (leaves [][]byte) {
	for len(leaves) < width && len(data) >= 2 {
		end := 2 + int(binary.BigEndian.Uint16(data))
		if end > len(data) {
			break
		}
		leaves = append(leaves, data[2:end:end])
		data = data[end:]
	}
	return leaves
}

// width gives the number of leaves of bundle n in a log of this size.
func width(n int64, size uint64) int {
	return int(min(size-uint64(n)*ledger.TileWidth, ledger.TileWidth))
}
