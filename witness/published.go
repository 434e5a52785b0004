package witness

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// Checkpoint gives the latest checkpoint.
func (s *Source) Checkpoint(ctx context.Context) ([]byte, error) {
	return s.files.get(ctx, "checkpoint", maxNote)
}

// Archived gives the checkpoint that was published at a size.
func (s *Source) Archived(ctx context.Context, size uint64) ([]byte, error) {
	return s.files.get(ctx, "checkpoints/"+strconv.FormatUint(size, 10), maxNote)
}

// Document gives a document by its hash. What is longer than a document can be is
// none.
func (s *Source) Document(ctx context.Context, hash ledger.Hash) ([]byte, error) {
	return s.files.get(ctx, "docs/"+hex.EncodeToString(hash[:]), ledger.MaxDocument)
}

// Provisional gives the file of the receipts that stand.
func (s *Source) Provisional(ctx context.Context) ([]byte, error) {
	return s.files.get(ctx, "provisional", maxProvisional)
}

// Tile gives a tile, or a bundle of entries at level -1. A log may drop a partial
// one once the full one is there: then what is asked for is cut from that. C2SP
// tlog-tiles.
func (s *Source) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	if t.H != ledger.TileHeight || t.L < -1 || t.N < 0 || t.W < 1 || t.W > ledger.TileWidth {
		return nil, fault.Invalidf("tile", "there is no tile %+v", t)
	}
	most, cut := int64(maxTile), cutTile
	if t.L < 0 {
		most, cut = maxBundle, cutBundle
	}
	data, err := s.files.get(ctx, ledger.TilePath(t), most)
	if fault.KindOf(err) != fault.NotFound || t.W == ledger.TileWidth {
		return data, err
	}
	full := t
	full.W = ledger.TileWidth
	more, fail := s.files.get(ctx, ledger.TilePath(full), most)
	if fault.KindOf(fail) == fault.NotFound {
		return nil, err
	}
	if fail != nil {
		return nil, fail
	}
	return cut(more, t.W), nil
}

// cutTile gives the first n hashes, or what there is of them.
func cutTile(data []byte, n int) []byte { return data[:min(len(data), n*tlog.HashSize)] }

// cutBundle gives the first n entries as they stand, or what there is of them.
func cutBundle(data []byte, n int) []byte {
	end := 0
	for range n {
		if len(data)-end < 2 {
			return data
		}
		end += 2 + int(binary.BigEndian.Uint16(data[end:]))
		if end > len(data) {
			return data
		}
	}
	return bytes.Clone(data[:end])
}
