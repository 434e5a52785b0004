package witness

import (
	"context"
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

// Provisional gives the file of the receipts that stand. One that is too long is
// fault.Invalid and not as if there were none: receipts that were broken could be
// hidden behind it.
func (s *Source) Provisional(ctx context.Context) ([]byte, error) {
	return s.files.get(ctx, "provisional", maxProvisional)
}

// Tile gives a tile, or a bundle of entries at level -1, full or partial.
func (s *Source) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	if t.H != ledger.TileHeight || t.L < -1 || t.N < 0 || t.W < 1 || t.W > ledger.TileWidth {
		return nil, fault.Invalidf("tile", "there is no tile %+v", t)
	}
	if t.L < 0 {
		return s.files.get(ctx, ledger.TilePath(t), maxBundle)
	}
	return s.files.get(ctx, ledger.TilePath(t), maxTile)
}
