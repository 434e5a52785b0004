package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/witness"
)

// A forger publishes whatever leaves it likes, with the key of the log: it writes
// the files that a log publishes without asking what a sequencer may do.
type forger struct {
	keys   *keys
	place  string
	leaves [][]byte
	stored []tlog.Hash
	size   int64 // published so far
}

func newForger(k *keys, place string, leaves [][]byte) (*forger, error) {
	f := &forger{keys: k, place: place, leaves: leaves}
	for i, leaf := range leaves {
		h, err := tlog.StoredHashes(int64(i), leaf, f)
		if err != nil {
			return nil, err
		}
		f.stored = append(f.stored, h...)
	}
	return f, nil
}

// ReadHashes makes a forger a tlog.HashReader.
func (f *forger) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		list[i] = f.stored[x]
	}
	return list, nil
}

// write puts a file in the place of one that may be a link to that of another log.
func (f *forger) write(name string, data []byte) error { return replace(f.place, name, data) }

func replace(place, name string, data []byte) error {
	path := filepath.Join(place, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

// documents publishes documents.
func (f *forger) documents(docs map[ledger.Hash][]byte) error {
	for h, text := range docs {
		if err := f.write(fmt.Sprintf("docs/%x", h), text); err != nil {
			return err
		}
	}
	return nil
}

// tiles publishes tiles and bundles up to a size.
func (f *forger) tiles(size int64) error {
	for _, t := range tlog.NewTiles(ledger.TileHeight, f.size, size) {
		data, err := tlog.ReadTileData(t, f)
		if err != nil {
			return err
		}
		if err := f.write(ledger.TilePath(t), data); err != nil {
			return err
		}
		if t.L > 0 {
			continue
		}
		first := t.N * ledger.TileWidth
		t.L = -1
		if err := f.write(ledger.TilePath(t), ledger.Bundle(f.leaves[first:first+int64(t.W)])); err != nil {
			return err
		}
	}
	f.size = size
	return nil
}

// signed gives the checkpoint of a size, signed by the log.
func (f *forger) signed(size int64) ([]byte, error) {
	root, err := tlog.TreeHash(size, f)
	if err != nil {
		return nil, err
	}
	return ledger.Checkpoint{Origin: origin, Size: uint64(size), Root: root}.Sign(f.keys.log)
}

// cosigned has witnesses sign a checkpoint.
func (f *forger) cosigned(ctx context.Context, ask *witness.Client, size int64) ([]byte, error) {
	text, err := f.signed(size)
	if err != nil {
		return nil, err
	}
	return ask.Cosign(ctx, text, func(old uint64) (tlog.TreeProof, error) {
		if old == 0 || int64(old) >= size {
			return nil, nil
		}
		return tlog.ProveTree(size, int64(old), f)
	})
}

// show publishes a checkpoint.
func (f *forger) show(text []byte, size int64) error {
	if err := f.write(fmt.Sprintf("checkpoints/%d", size), text); err != nil {
		return err
	}
	return f.write("checkpoint", text)
}

// publish publishes the log up to a size, as its witnesses see it at a time.
func (f *forger) publish(ctx context.Context, w *circle, size int64, at time.Time, who ...int) error {
	w.set(at)
	ask, err := w.client(who...)
	if err != nil {
		return err
	}
	if err := f.tiles(size); err != nil {
		return err
	}
	text, err := f.cosigned(ctx, ask, size)
	if err != nil {
		return err
	}
	return f.show(text, size)
}
