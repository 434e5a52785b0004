package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

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
