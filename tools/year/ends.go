package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// An end is what becomes of the year's log, once, in a copy of its folder.
type end struct {
	*year
	*chance
	place string
	later time.Time // when somebody looks
}

// ends lets the log come to every end, at random places.
func (y *year) ends(ctx context.Context) error {
	c := newChance(y.seed, "ends")
	for _, e := range []struct {
		name  string
		times int
		run   func(*end, context.Context) ([]finding, []monitor.Alarm, error)
	}{
		{"bundle cut short", 2, (*end).truncated},
		{"leaf rewritten", 2, (*end).rewritten},
		{"past rewritten, and signed", 1, (*end).forged},
		{"split view to two witnesses", 2, (*end).split},
		{"log fallen silent", 2, (*end).silent},
		{"old backup restored", 2, (*end).restored},
		{"checkpoint of one witness", 1, (*end).lonely},
		{"checkpoint of another key", 1, (*end).stranger},
		{"checkpoint gone", 1, (*end).gone},
		{"promise not kept", 1, (*end).promised},
	} {
		for range e.times {
			n := &end{year: y, chance: c, place: filepath.Join(y.dir, "copy"), later: y.until.Add(time.Hour)}
			if err := n.copy(y.size()); err != nil {
				return err
			}
			want, found, err := e.run(n, ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", e.name, err)
			}
			y.score.judge(verdict{e.name, []planted{{e.name, want}}, [][]monitor.Alarm{found}, false})
			if err := os.RemoveAll(n.place); err != nil {
				return err
			}
		}
	}
	return nil
}

func (y *year) size() uint64 { return uint64(len(y.leaves)) }

// copy gives the published folder as it was at a size. Files that never change are
// linked.
func (e *end) copy(size uint64) error {
	if err := os.RemoveAll(e.place); err != nil {
		return err
	}
	from := e.year.place
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil || name == "checkpoint" || !within(filepath.ToSlash(name), size) {
			return err
		}
		to := filepath.Join(e.place, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		return os.Link(path, to)
	})
	if err != nil {
		return err
	}
	text, err := e.archived(size)
	if err != nil {
		return err
	}
	return replace(e.place, "checkpoint", text)
}

func (e *end) archived(size uint64) ([]byte, error) {
	return os.ReadFile(filepath.Join(e.year.place, "checkpoints", fmt.Sprint(size)))
}

// within reports whether a file was there when the log had a size.
func within(name string, size uint64) bool {
	if n, ok := strings.CutPrefix(name, "checkpoints/"); ok {
		var at uint64
		fmt.Sscan(n, &at)
		return at <= size
	}
	t, err := ledger.ParseTilePath(name)
	if err != nil {
		return true
	}
	return (uint64(t.N)*ledger.TileWidth+uint64(t.W))<<(ledger.TileHeight*max(t.L, 0)) <= size
}

// fresh looks as somebody who has never seen the log.
func (e *end) fresh(ctx context.Context) ([]monitor.Alarm, error) {
	f, err := e.watchdog.follower(e.place, nil)
	if err != nil {
		return nil, err
	}
	return e.watchdog.look(ctx, f, e.later)
}

// staying looks as somebody who read all of the honest year.
func (e *end) staying(ctx context.Context) ([]monitor.Alarm, error) {
	f, err := e.watchdog.follower(e.place, e.state)
	if err != nil {
		return nil, err
	}
	return e.watchdog.look(ctx, f, e.later)
}

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

// split shows one continuation of the log to one honest witness and to the public,
// another to the other, and has the dishonest witness cosign both. What the second
// saw is at least as old as what is published.
func (e *end) split(ctx context.Context) ([]finding, []monitor.Alarm, error) {
	next := ledger.EpochAt(e.until.Add(-time.Hour), e.policy.EpochMinutes)
	one, other := e.leaves, e.leaves
	for range 1 + e.IntN(3) {
		next = next.Next(e.policy.EpochMinutes)
		one = e.block(one, next)
		if len(other) == len(e.leaves) || e.in(50) && len(other) < len(one)-e.policy.Block {
			other = e.block(other, next)
		}
	}
	e.later = next.End(e.policy.EpochMinutes).Add(time.Hour)
	dir, err := os.MkdirTemp(e.dir, "split")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	circle, err := e.beginning(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	defer circle.close()
	f, err := newForger(e.keys, e.place, one)
	if err != nil {
		return nil, nil, err
	}
	if err := f.publish(ctx, circle, int64(len(one)), e.later, 0, 2); err != nil {
		return nil, nil, err
	}
	g, err := newForger(e.keys, dir, other)
	if err != nil {
		return nil, nil, err
	}
	ask, err := circle.client(1, 2)
	if err != nil {
		return nil, nil, err
	}
	if _, err := g.cosigned(ctx, ask, int64(len(other))); err != nil {
		return nil, nil, err
	}

	dog, err := newWatchdog(e.keys, circle)
	if err != nil {
		return nil, nil, err
	}
	m, err := dog.follower(e.place, nil)
	if err != nil {
		return nil, nil, err
	}
	found, err := dog.look(ctx, m, e.later)
	if err != nil {
		return nil, nil, err
	}
	// Whoever monitors a log asks its witnesses what they saw.
	all, err := circle.client(0, 1, 2)
	if err != nil {
		return nil, nil, err
	}
	notes, err := all.Latest(ctx)
	if err != nil || len(notes) != 2 {
		return nil, nil, fmt.Errorf("witnesses tell of %d checkpoints: %w", len(notes), err)
	}
	for _, n := range notes {
		alarms, err := m.Heard(ctx, n, e.later)
		if err != nil {
			return nil, nil, err
		}
		if alarms, err = dog.checked(alarms); err != nil {
			return nil, nil, err
		}
		found = append(found, alarms...)
	}
	return []finding{{kind: monitor.Forked, index: uint64(len(other))}}, found, nil
}

// beginning gives witnesses that saw the honest year.
func (e *end) beginning(ctx context.Context, dir string) (*circle, error) {
	w, err := newCircle(e.chance, e.clock, dir, e.keys.vkey)
	if err != nil {
		return nil, err
	}
	f, err := newForger(e.keys, dir, e.leaves)
	if err != nil {
		return nil, err
	}
	ask, err := w.client(0, 1)
	if err != nil {
		return nil, err
	}
	e.set(e.until)
	_, err = f.cosigned(ctx, ask, int64(e.size()))
	return w, err
}

// block gives a log with a block more, of covers.
func (e *end) block(leaves [][]byte, epoch ledger.Epoch) [][]byte {
	leaves = slices.Clip(leaves)
	for range e.policy.Block {
		l, _, _ := seal(ledger.Event{"kind": "cover"}, fill[[32]byte](e.chance), "cover", [4]string{}) // of known words
		l.Epoch = epoch
		leaves = append(leaves, l.Marshal())
	}
	return leaves
}

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
