package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// sizes are those at which something was published, the first block and later.
func (e *end) sizes() ([]uint64, error) {
	list, err := os.ReadDir(filepath.Join(e.year.place, "checkpoints"))
	if err != nil {
		return nil, err
	}
	var sizes []uint64
	for _, f := range list {
		var n uint64
		if _, err := fmt.Sscan(f.Name(), &n); err == nil && n > 2 {
			sizes = append(sizes, n)
		}
	}
	slices.Sort(sizes)
	return sizes, nil
}

// silent ends the log at some block. Somebody looks when two epochs more and some
// days are over: everything that is due is overdue then.
func (e *end) silent(ctx context.Context) ([]finding, []monitor.Alarm, error) {
	sizes, err := e.sizes()
	if err != nil {
		return nil, nil, err
	}
	size := one(e.chance, sizes...)
	if err := e.copy(size); err != nil {
		return nil, nil, err
	}
	last := ledger.EpochAt(begin, e.policy.EpochMinutes)
	for _, text := range e.leaves[:size] {
		if l, _ := ledger.Parse(text); l.Kind() == ledger.KindSealed {
			last = l.(ledger.Sealed).Epoch
		}
	}
	e.later = last.End(e.policy.EpochMinutes).Add(2*e.epoch()+time.Hour).AddDate(0, 0, e.IntN(90))
	found, err := e.fresh(ctx)
	open := book(e.leaves[:size], none)
	return append([]finding{{kind: monitor.Silent, index: size}}, owed(open, monitor.OverdueSilent, 0, e.later)...), found, err
}

// restored puts back the published folder as it was at some block.
func (e *end) restored(ctx context.Context) ([]finding, []monitor.Alarm, error) {
	sizes, err := e.sizes()
	if err != nil {
		return nil, nil, err
	}
	size := one(e.chance, sizes[:len(sizes)-1]...)
	if err := e.copy(size); err != nil {
		return nil, nil, err
	}
	found, err := e.staying(ctx)
	return []finding{{kind: monitor.RolledBack, index: size}}, found, err
}

// lonely publishes a checkpoint with one cosignature too few.
func (e *end) lonely(ctx context.Context) ([]finding, []monitor.Alarm, error) {
	text, err := e.archived(e.size())
	if err != nil {
		return nil, nil, err
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	n := len(lines) - 2 // the last cosignature; nothing follows the end of its line
	if err := replace(e.place, "checkpoint", bytes.Join(slices.Delete(lines, n, n+1), nil)); err != nil {
		return nil, nil, err
	}
	found, err := e.fresh(ctx)
	return []finding{{kind: monitor.NoQuorum, index: e.size()}}, found, err
}

// stranger publishes a checkpoint signed by a key that is not that of the log.
func (e *end) stranger(ctx context.Context) ([]finding, []monitor.Alarm, error) {
	key, err := noteSigner(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)))
	if err != nil {
		return nil, nil, err
	}
	text, err := ledger.Checkpoint{Origin: origin, Size: e.size(), Root: fill[tlog.Hash](e.chance)}.Sign(key)
	if err != nil {
		return nil, nil, err
	}
	if err := replace(e.place, "checkpoint", text); err != nil {
		return nil, nil, err
	}
	found, err := e.staying(ctx)
	return []finding{{kind: monitor.BadCheckpoint}}, found, err
}

// gone takes the checkpoint away.
func (e *end) gone(ctx context.Context) ([]finding, []monitor.Alarm, error) {
	if err := os.Remove(filepath.Join(e.place, "checkpoint")); err != nil {
		return nil, nil, err
	}
	found, err := e.staying(ctx)
	return []finding{{kind: monitor.Withheld, index: e.size()}}, found, err
}

// promised leaves a receipt standing beyond the day by which its leaf was promised.
func (e *end) promised(ctx context.Context) ([]finding, []monitor.Alarm, error) {
	at := e.until.Add(-48 * time.Hour).Truncate(time.Second)
	note, err := ledger.Provisional{Origin: origin, At: at, Hash: fill[ledger.Hash](e.chance), By: at.Add(24 * time.Hour)}.Sign(e.keys.log)
	if err != nil {
		return nil, nil, err
	}
	if err := replace(e.place, "provisional", ledger.JoinProvisionals([][]byte{note})); err != nil {
		return nil, nil, err
	}
	found, err := e.staying(ctx)
	return []finding{{kind: monitor.BrokenPromise}}, found, err
}
