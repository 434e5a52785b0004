package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

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
// linked; partial ones that were followed by others are left away, as C2SP
// tlog-tiles has it.
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
		if err != nil || name == "checkpoint" || !within(filepath.ToSlash(name), size) || !lasting(filepath.ToSlash(name), size) {
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
