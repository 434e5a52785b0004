package sequencer

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"
)

// Files is where the log is published: static files whose names are slash
// paths. What a method returned without an error is durable.
type Files interface {
	// Put writes a file that is not there. If it is there with the same bytes
	// nothing changes; with other bytes it is a fault.Conflict.
	Put(ctx context.Context, name string, data []byte) error
	// Replace writes a file, whatever was there; a reader sees all of the old or
	// all of the new one.
	Replace(ctx context.Context, name string, data []byte) error
	// Get gives a file; fault.NotFound if it is not there.
	Get(ctx context.Context, name string) ([]byte, error)
}

// A Mark is the high-water mark: the largest tree for which a signature may
// exist. It is kept apart from the database, and no backup brings it back.
type Mark interface {
	// Read gives the mark; a tree of size 0 if it was never moved.
	Read(ctx context.Context) (tlog.Tree, error)
	// Swap moves the mark; fault.Conflict if it does not stand at old.
	Swap(ctx context.Context, old, new tlog.Tree) error
}

// Witnesses are others who see that the log only grows.
type Witnesses interface {
	// Cosign gives the checkpoint with the cosignatures of a quorum, or an error:
	// fault.Busy if too few answered. prove gives the proof that the checkpoint
	// continues the log of an earlier size; it is a fault.Conflict if a witness
	// has seen a larger one, and that error is passed on.
	Cosign(ctx context.Context, checkpoint []byte, prove func(old uint64) (tlog.TreeProof, error)) ([]byte, error)
	// Latest gives the checkpoints witnesses hold, as signed by the log; a witness
	// that cannot be reached, or holds none, is left out.
	Latest(ctx context.Context) ([][]byte, error)
}
