package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// A year is one that was lived honestly, with all that is known about it.
type year struct {
	*operator
	dir      string
	leaves   [][]byte
	docs     map[ledger.Hash][]byte
	watchdog *watchdog
	state    []byte // what a follower keeps that read all of it
	score    *score
	until    time.Time // when the last block was published
}

// honest lives a year in a folder. Whoever looks at it must find nothing.
func honest(ctx context.Context, p plan, dir string, out io.Writer) (*year, error) {
	k, err := newKeys(newChance(p.seed, "keys"))
	if err != nil {
		return nil, err
	}
	clock := new(clock)
	w, err := newCircle(newChance(p.seed, "witnesses"), clock, dir, k.vkey)
	if err != nil {
		return nil, err
	}
	y := &year{dir: dir, score: &score{out: out}}
	if y.operator, err = newOperator(ctx, p, k, w, clock, dir); err != nil {
		return nil, err
	}
	events, err := live(&p, k, y.openings)
	if err != nil {
		return nil, err
	}
	if err := y.year(ctx, events); err != nil {
		return nil, err
	}
	y.until = y.now()
	if err := y.read(ctx); err != nil {
		return nil, err
	}
	y.watchdog, err = newWatchdog(k, w)
	return y, err
}

// read takes what the simulation itself needs of the log.
func (y *year) read(ctx context.Context) error {
	head, err := y.log.Head(ctx)
	if err != nil {
		return err
	}
	if y.leaves, err = y.log.Leaves(ctx, 0, head.Size()); err != nil {
		return err
	}
	y.docs = make(map[ledger.Hash][]byte)
	list, err := os.ReadDir(filepath.Join(y.place, "docs"))
	if err != nil {
		return err
	}
	for _, f := range list {
		text, err := os.ReadFile(filepath.Join(y.place, "docs", f.Name()))
		if err != nil {
			return err
		}
		y.docs[ledger.DocumentHash(text)] = text
	}
	return nil
}

// watched looks at the honest year.
func (y *year) watched(ctx context.Context) error {
	f, err := y.watchdog.follower(y.place, nil)
	if err != nil {
		return err
	}
	found, err := y.watchdog.look(ctx, f, y.until.Add(time.Hour))
	if err != nil {
		return err
	}
	y.state = f.Marshal()
	y.score.judge(verdict{"honest", nil, [][]monitor.Alarm{found}, false})
	return nil
}

// run lives a year and every fault in it.
func run(ctx context.Context, p plan, dir string, out io.Writer) (*year, error) {
	began := time.Now()
	step := func(what string) { fmt.Fprintf(out, "%5.1f s  %s\n", time.Since(began).Seconds(), what) }
	y, err := honest(ctx, p, dir, out)
	if err != nil {
		return nil, err
	}
	defer y.close()
	step(fmt.Sprintf("an honest year: %d leaves", len(y.leaves)))
	return y, y.faults(ctx, step)
}

// faults looks at the year as it was, and as a dishonest operator would have it.
func (y *year) faults(ctx context.Context, step func(string)) error {
	for _, s := range []struct {
		what string
		run  func(context.Context) error
	}{
		{"nothing wrong", y.watched},
		{"faults in leaves", y.lies},
		{"faults of a whole log", y.ends},
	} {
		before := *y.score
		if err := s.run(ctx); err != nil {
			return err
		}
		step(fmt.Sprintf("%s: %d planted, %d found, %d said that is not so", s.what,
			y.score.planted-before.planted, y.score.found-before.found, y.score.untrue-before.untrue))
	}
	return nil
}
