package monitor

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/ledger"
)

// A Source gives the files that a log publishes. It need not be trusted: what it
// gives is verified, and what it does not give is said to be withheld.
//
// Its methods may be called side by side. They fail with fault.NotFound if the log
// does not publish a file; any other failure means that nobody could look, and
// ends the look without an alarm.
type Source interface {
	// Checkpoint gives the latest checkpoint.
	Checkpoint(ctx context.Context) ([]byte, error)
	// Archived gives the checkpoint that was published at a size.
	Archived(ctx context.Context, size uint64) ([]byte, error)
	// Tile gives the file at ledger.TilePath(t): a tile, or a bundle at level -1.
	Tile(ctx context.Context, t tlog.Tile) ([]byte, error)
	// Document gives a document by its hash.
	Document(ctx context.Context, hash ledger.Hash) ([]byte, error)
	// Provisional gives the file of the receipts that stand.
	Provisional(ctx context.Context) ([]byte, error)
}
