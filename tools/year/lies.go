package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/ledger/monitor"
)

// lies is a year with faults in its leaves. A monitor that stays looks at the end
// of every month, and one that comes at the end reads all of it: both must find
// the same.
func (y *year) lies(ctx context.Context) error {
	d, err := newDraft(y.operator, y.leaves, y.docs)
	if err != nil {
		return err
	}
	plants, err := d.plant(newChance(y.seed, "faults"))
	if err != nil {
		return err
	}
	leaves, ends, err := d.leaves()
	if err != nil {
		return err
	}
	dir := filepath.Join(y.dir, "lies")
	defer os.RemoveAll(dir)
	w, err := newCircle(newChance(y.seed, "witnesses of lies"), y.clock, dir, y.keys.vkey)
	if err != nil {
		return err
	}
	defer w.close()
	dog, err := newWatchdog(y.keys, w)
	if err != nil {
		return err
	}
	f, err := newForger(y.keys, filepath.Join(dir, "log"), leaves)
	if err != nil {
		return err
	}
	if err := f.documents(d.docs); err != nil {
		return err
	}

	var looks [][]monitor.Alarm
	var state []byte
	look := func(state []byte) ([]byte, error) {
		m, err := dog.follower(f.place, state)
		if err != nil {
			return nil, err
		}
		found, err := dog.look(ctx, m, y.now().Add(time.Hour))
		looks = append(looks, found)
		return m.Marshal(), err
	}
	for i, b := range d.blocks {
		end := b.epoch.End(y.policy.EpochMinutes)
		if i == 0 || i < len(d.blocks)-1 && end.Month() == d.blocks[i+1].epoch.End(y.policy.EpochMinutes).Month() {
			continue
		}
		if err := f.publish(ctx, w, int64(ends[i]), end.Add(5*time.Minute), 0, 1); err != nil {
			return err
		}
		if state, err = look(state); err != nil {
			return err
		}
	}
	staying := looks
	looks = nil
	if _, err := look(nil); err != nil {
		return err
	}

	var list []planted
	for _, p := range plants {
		list = append(list, planted{p.name, []finding{{p.kind, p.at.index, p.duty}}})
	}
	y.score.judge(verdict{"leaves", list, looks, false})
	y.score.judge(verdict{"leaves, month by month", list, staying, true})
	return nil
}
