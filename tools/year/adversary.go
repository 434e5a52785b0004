package main

import (
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogatory/rogatory/ledger"
)

// An adversary has two published logs and looks for anything that differs. It is
// told more than anybody has: which leaves are covers, and in which order all of
// them arrived. Even so nothing in the logs may go with that.
type adversary struct {
	out         io.Writer
	comparisons int
	differences int
	worst       float64 // of all statistics, in standard deviations
}

// limit is how many standard deviations a statistic may lie off. By chance alone
// one in a billion does.
const limit = 6

func (a *adversary) same(what string, x, y any) {
	a.comparisons++
	if fmt.Sprint(x) != fmt.Sprint(y) {
		a.differences++
		fmt.Fprintf(a.out, "differs: %s: %.200s and %.200s\n", what, fmt.Sprint(x), fmt.Sprint(y))
	}
}

func (a *adversary) chance(what string, z float64) {
	a.comparisons++
	a.worst = max(a.worst, math.Abs(z))
	if math.Abs(z) > limit || math.IsNaN(z) {
		a.differences++
		fmt.Fprintf(a.out, "tells something: %s: %.1f standard deviations\n", what, z)
	}
}

func (a *adversary) compare(x, y *trace) error {
	if len(x.real) == len(y.real) {
		return fmt.Errorf("the years do not differ in what happened")
	}
	a.same("number of leaves", len(x.leaves), len(y.leaves))
	for i := range min(len(x.leaves), len(y.leaves)) {
		if k, o := kindAt(x.leaves[i]), kindAt(y.leaves[i]); k != o {
			a.same(fmt.Sprintf("kind of leaf %d", i), k, o)
			break
		}
	}
	bx, by := blocksOf(x.leaves), blocksOf(y.leaves)
	a.same("blocks", shape(bx), shape(by))
	a.same("duties and settlements of every block", publicOf(bx), publicOf(by))
	if err := a.files(x, y); err != nil {
		return err
	}
	if err := a.times(x, y); err != nil {
		return err
	}
	a.bytes(bx, by, x, y)
	for _, t := range []*trace{x, y} {
		a.order(t)
		a.names(t)
		if err := a.secrets(t); err != nil {
			return err
		}
	}
	return nil
}

// files compares the names of all published files, and the sizes of all that are
// not bundles: of these the sizes depend on the order of the duties alone.
func (a *adversary) files(x, y *trace) error {
	list := func(t *trace) (names []string, err error) {
		err = filepath.WalkDir(t.place, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name, err := filepath.Rel(t.place, path)
			if strings.HasPrefix(name, "docs") {
				name = "docs"
			} else if info, err := d.Info(); err == nil && strings.HasPrefix(name, "tile/") && !strings.HasPrefix(name, "tile/entries") {
				name += fmt.Sprint(" ", info.Size())
			}
			names = append(names, name)
			return err
		})
		return
	}
	nx, err := list(x)
	if err != nil {
		return err
	}
	ny, err := list(y)
	a.same("files", nx, ny)
	return err
}

// times compares when witnesses saw the checkpoints.
func (a *adversary) times(x, y *trace) error {
	list := func(t *trace) (times []string, err error) {
		dir, err := os.ReadDir(filepath.Join(t.place, "checkpoints"))
		for _, f := range dir {
			text, err := os.ReadFile(filepath.Join(t.place, "checkpoints", f.Name()))
			if err != nil {
				return nil, err
			}
			c, err := t.watchdog.trust.Checkpoint(text)
			if err != nil {
				return nil, err
			}
			var at []string
			for _, w := range c.Cosigned {
				at = append(at, w.At.String())
			}
			times = append(times, fmt.Sprint(c.Size, at))
		}
		return
	}
	tx, err := list(x)
	if err != nil {
		return err
	}
	ty, err := list(y)
	a.same("checkpoints and when witnesses saw them", tx, ty)
	return err
}

// bytes counts those of hashes and tallies: of the one year and the other, and of
// leaves behind which something stands and covers.
func (a *adversary) bytes(bx, by []published, x, y *trace) {
	counts := func(list []published, want func(*ledger.Sealed) bool) (hash, inner, first, last census) {
		for _, b := range list {
			for i := range b.sealed {
				s := &b.sealed[i]
				if !want(s) {
					continue
				}
				hash.add(s.Hash[:])
				// An element has one form: its first byte is even, its last below 128.
				for _, t := range s.Tally {
					first.add(t[:1])
					inner.add(t[1:31])
					last.add(t[31:])
				}
			}
		}
		return
	}
	all := func(*ledger.Sealed) bool { return true }
	hx, ix, fx, lx := counts(bx, all)
	hy, iy, fy, ly := counts(by, all)
	for what, c := range map[string]*census{"hashes of the quiet year": &hx, "hashes of the busy year": &hy, "tallies of the quiet year": &ix, "tallies of the busy year": &iy} {
		a.chance(what, c.even())
	}
	a.chance("hashes of both years", hx.unlike(&hy))
	a.chance("tallies of both years", ix.unlike(&iy))
	a.chance("first bytes of tallies", fx.unlike(&fy))
	a.chance("last bytes of tallies", lx.unlike(&ly))
	for i, t := range []*trace{x, y} {
		b := [][]published{bx, by}[i]
		hr, ir, fr, lr := counts(b, func(s *ledger.Sealed) bool { return t.real[s.Hash] })
		hc, ic, fc, lc := counts(b, func(s *ledger.Sealed) bool { return !t.real[s.Hash] })
		a.chance("hashes of covers", hr.unlike(&hc))
		a.chance("tallies of covers", ir.unlike(&ic))
		a.chance("first bytes of tallies of covers", fr.unlike(&fc))
		a.chance("last bytes of tallies of covers", lr.unlike(&lc))
	}
}

// order asks whether the place in a block goes with being a cover, with the order
// of arrival, or with what the neighbour is.
func (a *adversary) order(t *trace) {
	var cover, arrival, public, kinds drift
	for _, b := range blocksOf(t.leaves) {
		var real, when, others, duties []float64
		for _, s := range b.sealed {
			if !t.real[s.Hash] {
				real = append(real, 0)
				continue
			}
			real = append(real, 1)
			when = append(when, float64(t.arrived[rest(s.Marshal())]))
		}
		for _, l := range b.others {
			at, ok := t.arrived[rest(l.Marshal())]
			if !ok {
				continue // a paper
			}
			others = append(others, float64(at))
			duty := 0.0
			if l.Kind() == ledger.KindDuty {
				duty = 1
			}
			duties = append(duties, duty)
		}
		cover.block(real)
		arrival.block(ranks(when))
		public.block(ranks(others))
		kinds.block(duties)
	}
	a.chance("place of covers", cover.z())
	a.chance("place by arrival", arrival.z())
	a.chance("place of duties by arrival", public.z())
	a.chance("place of duties among settlements", kinds.z())
}

// names asks whether the names of duties tell which belong together: of one case,
// or opened one after the other.
func (a *adversary) names(t *trace) {
	var all []ledger.ID
	seen := make(map[ledger.ID]bool)
	within, n := 0.0, 0.0
	for _, ids := range t.ids {
		for i, id := range ids {
			if seen[id] {
				a.same("names of duties", id, "another")
			}
			seen[id] = true
			if i > 0 {
				within += apart(id, ids[i-1])
				n++
			}
		}
		all = append(all, ids...)
	}
	// Of random names each of 128 bits differs half of the time.
	a.chance("names of one duty and what extends it", (within-64*n)/math.Sqrt(32*n))
	next := 0.0
	var c census
	for i, id := range all {
		c.add(id[:])
		if i > 0 {
			next += apart(id, all[i-1])
		}
	}
	m := float64(len(all) - 1)
	a.chance("names of duties one after the other", (next-64*m)/math.Sqrt(32*m))
	a.chance("bytes of names", c.even())
}
