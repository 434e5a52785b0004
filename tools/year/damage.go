package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// somewhere gives a leaf behind the first two: whoever hides the keys and the
// limits themselves leaves nothing that could be judged.
func (e *end) somewhere() uint64 { return 2 + e.Uint64N(e.size()-2) }

// bundle gives the bundle of a leaf, its file, and the bytes of it.
func (e *end) bundle(index uint64) (name string, first uint64, data []byte, err error) {
	n := index / ledger.TileWidth
	first = n * ledger.TileWidth
	w := int(min(e.size()-first, ledger.TileWidth))
	name = ledger.TilePath(tlog.Tile{H: ledger.TileHeight, L: -1, N: int64(n), W: w})
	data, err = os.ReadFile(filepath.Join(e.place, filepath.FromSlash(name)))
	return
}

// hidden is what follows from leaves that nobody can read: what they settled is
// not settled.
func (e *end) hidden(lost func(uint64) bool) []finding {
	return owed(book(e.leaves, lost), monitor.Overdue, e.policy.GraceDays, e.later)
}

// truncated cuts a bundle in the middle of a leaf.
func (e *end) truncated(ctx context.Context) ([]finding, []monitor.Alarm, error) {
	at := e.somewhere()
	name, first, data, err := e.bundle(at)
	if err != nil {
		return nil, nil, err
	}
	cut := 0
	for range at - first {
		cut += 2 + int(binary.BigEndian.Uint16(data[cut:]))
	}
	cut += e.IntN(2 + int(binary.BigEndian.Uint16(data[cut:])))
	if err := replace(e.place, name, data[:cut]); err != nil {
		return nil, nil, err
	}
	found, err := e.fresh(ctx)
	lost := func(i uint64) bool { return i >= at && i < first+ledger.TileWidth }
	return append([]finding{{kind: monitor.Withheld, index: at}}, e.hidden(lost)...), found, err
}

// rewritten changes a leaf in its bundle, and nothing else.
func (e *end) rewritten(ctx context.Context) ([]finding, []monitor.Alarm, error) {
	at := e.somewhere()
	name, first, data, err := e.bundle(at)
	if err != nil {
		return nil, nil, err
	}
	leaves, err := ledger.ParseBundle(data, int(min(e.size()-first, ledger.TileWidth)))
	if err != nil {
		return nil, nil, err
	}
	leaves[at-first] = e.other(leaves[at-first])
	if err := replace(e.place, name, ledger.Bundle(leaves)); err != nil {
		return nil, nil, err
	}
	found, err := e.fresh(ctx)
	lost := func(i uint64) bool { return i == at }
	return append([]finding{{kind: monitor.Rewritten, index: at}}, e.hidden(lost)...), found, err
}

// other gives a leaf that could stand in the place of one.
func (e *end) other(text []byte) []byte {
	l, _ := ledger.Parse(text) // of an honest log
	switch l := l.(type) {
	case ledger.Sealed:
		l.Hash = fill[ledger.Hash](e.chance)
		return l.Marshal()
	case ledger.Duty:
		l.Due = l.Due.AddDays(1 + 31*e.IntN(3)).MonthEnd()
		return l.Marshal()
	case ledger.Settle:
		l.ID = fill[ledger.ID](e.chance)
		return l.Marshal()
	}
	text = slices.Clone(text)
	text[len(text)-5] ^= 1
	return text
}

// forged writes another past, and signs it. Honest witnesses refuse; the operator
// shows it all the same, with the only cosignature it gets.
func (e *end) forged(ctx context.Context) ([]finding, []monitor.Alarm, error) {
	at := e.somewhere()
	leaves := slices.Clone(e.leaves)
	leaves[at] = e.other(leaves[at])
	f, err := newForger(e.keys, e.place, leaves)
	if err != nil {
		return nil, nil, err
	}
	size := int64(e.size())
	if err := f.publish(ctx, e.witnesses, size, e.until.Add(time.Minute), 0, 1); fault.KindOf(err) != fault.Conflict {
		return nil, nil, fmt.Errorf("honest witnesses were asked to cosign another past, and: %w", err)
	}
	text, err := f.alone(e, size, 2)
	if err != nil {
		return nil, nil, err
	}
	if err := f.show(text, size); err != nil {
		return nil, nil, err
	}
	found, err := e.staying(ctx)
	return []finding{{kind: monitor.Forked, index: e.size()}, {kind: monitor.NoQuorum, index: e.size()}}, found, err
}

// alone gives a checkpoint that one witness cosigned, whatever it had seen.
func (f *forger) alone(e *end, size int64, who int) ([]byte, error) {
	text, err := f.signed(size)
	if err != nil {
		return nil, err
	}
	line, err := yes{e.witnesses.keys[who].Cosigner(e.now)}.sign(text)
	return slices.Concat(text, line), err
}
