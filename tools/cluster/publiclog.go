package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	leaves "github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/store"
	"github.com/rogatory/rogatory/tools/crash/desk"
	"github.com/rogatory/rogatory/witness"
)

// terms are the settings of the public log: one for all nodes, with a block each
// minute, so that many are begun by nodes that are killed.
func (t *trial) terms(mark string) string {
	return fmt.Sprintf("folder = %q\nmark = %q\nepoch_minutes = 1\nblock = 512\nbatch_epochs = 1\n", t.published, mark)
}

// expected are alarms that belong to this office: its clock jumps, nobody signs in
// it but with keys of a rehearsal, and nobody tells anybody anything.
var expected = []monitor.Kind{monitor.Gap, monitor.Demonstration, monitor.Overdue}

// A publicLog is what the folder of the public log shows to anybody, and what the
// office keeps for it.
type publicLog struct {
	leaves   uint64
	blocks   int
	alarms   []monitor.Alarm
	standing map[leaves.ID]int // duties to tell that are published, and how often
	waiting  map[leaves.ID]int // those that wait for the next block
	accepted int               // sealed leaves that say so: published
	accepts  int               // and waiting
}

// follow verifies the published folder from its first leaf, and opens with the
// office's key what its leaves count.
func follow(ctx context.Context, folder string, o *desk.Office, now time.Time) (*publicLog, error) {
	l := &publicLog{standing: make(map[leaves.ID]int), waiting: make(map[leaves.ID]int)}
	vkey, err := os.ReadFile(filepath.Join(folder, "log.vkey"))
	if err != nil {
		return nil, err
	}
	trust, err := monitor.NewTrust(strings.TrimSpace(string(vkey)), nil)
	if err != nil {
		return nil, err
	}
	source, err := witness.NewSource(folder)
	if err != nil {
		return nil, err
	}
	found, err := monitor.NewFollower(trust, source, nil).Follow(ctx, now)
	if err != nil {
		return nil, err
	}
	l.alarms, l.leaves = found.Alarms, found.Checkpoint.Size
	archived, err := filepath.Glob(filepath.Join(folder, "checkpoints", "*"))
	if err != nil {
		return nil, err
	}
	l.blocks = len(archived) - 1 // the first has the terms
	return l, errors.Join(l.read(ctx, source, o), l.waits(ctx, o))
}

// read counts what is published.
func (l *publicLog) read(ctx context.Context, source *witness.Source, o *desk.Office) error {
	files, records := monitor.NewFiles(ctx, source), o.Store.Log()
	for from := uint64(0); from < l.leaves; from += 256 {
		to := min(from+256, l.leaves)
		texts, whole, err := files.Bundle(int64(from/256), int(to-from))
		if err != nil || !whole {
			return errors.Join(err, fmt.Errorf("the bundle at %d is whole: %v", from, whole))
		}
		openings, err := records.Openings(ctx, from, to)
		if err != nil {
			return err
		}
		for i, text := range texts {
			leaf, err := leaves.Parse(text)
			if err != nil {
				return err
			}
			if d, ok := leaf.(leaves.Duty); ok && d.Class == leaves.Notify {
				l.standing[d.ID]++
			}
			sealed, ok := leaf.(leaves.Sealed)
			if !ok {
				continue
			}
			at := slices.IndexFunc(openings, func(x store.Opening) bool { return x.Index == from+uint64(i) })
			if at < 0 {
				return fmt.Errorf("leaf %d has no opening", from+uint64(i))
			}
			n, err := accepts(ctx, o, sealed, openings[at].Sealed)
			if err != nil {
				return err
			}
			l.accepted += n
		}
	}
	return nil
}

// waits counts what waits.
func (l *publicLog) waits(ctx context.Context, o *desk.Office) error {
	for _, place := range []leaves.Place{leaves.Hidden, leaves.Public} {
		list, err := o.Store.Log().Waiting(ctx, place, 0)
		if err != nil {
			return err
		}
		for i := range list {
			leaf, err := leaves.Parse(list[i].Text)
			if err != nil {
				return err
			}
			switch x := leaf.(type) {
			case leaves.Duty:
				if x.Class == leaves.Notify {
					l.waiting[x.ID]++
				}
			case leaves.Sealed:
				n, err := accepts(ctx, o, x, list[i].Opening)
				if err != nil {
					return err
				}
				l.accepts += n
			}
		}
	}
	return nil
}

// accepts is one if a sealed leaf says that a request was accepted, or that its
// duty was opened again, and else none.
func accepts(ctx context.Context, o *desk.Office, leaf leaves.Sealed, sealed []byte) (int, error) {
	opening, err := o.OpenTally(ctx, leaf, sealed)
	if err != nil {
		return 0, err
	}
	switch leaves.Words(0)[opening.Cells[0]] {
	case "accepted", "reopened":
		return 1, nil
	}
	return 0, nil
}

// public: the log shows one growing tree and nothing alarming; every message that
// was accepted has one duty in it, and one leaf that says so.
func (f *findings) public(l *ledger, cases []kept, p *publicLog) {
	for _, a := range p.alarms {
		if !slices.Contains(expected, a.Kind) {
			add(&f.wrong, "the public log: %s at leaf %d: %s", a.Kind, a.Index, a.Text)
		}
	}
	owed := make(map[leaves.ID]docket.Ref)
	for i := range cases {
		c, n := &cases[i], 0
		for _, d := range c.duties {
			if d.Class != leaves.Notify {
				continue
			}
			if n++; owed[d.ID] != "" {
				add(&f.wrong, "%s and %s have the same duty %s", c.ref, owed[d.ID], d.ID)
			}
			owed[d.ID] = c.ref
			switch there := p.standing[d.ID] + p.waiting[d.ID]; {
			case there == 0:
				add(&f.lost, "%s: the duty %s neither stands in the public log nor waits", c.ref, d.ID)
			case there > 1:
				add(&f.twice, "%s: the duty %s stands %d times in the public log, and waits %d times", c.ref, d.ID, p.standing[d.ID], p.waiting[d.ID])
			}
		}
		if l.promises[c.number] != nil && n != 1 {
			add(&f.wrong, "%s was accepted and has %d duties to tell", c.ref, n)
		}
	}
	for _, list := range []map[leaves.ID]int{p.standing, p.waiting} {
		for id := range list {
			if owed[id] == "" {
				add(&f.wrong, "the public log has the duty %s of no case", id)
			}
		}
	}
	if n := p.accepted + p.accepts; n != len(owed) {
		add(&f.wrong, "%d leaves open a duty to tell, and there are %d", n, len(owed))
	}
}
