//go:build !race

// Years are long, and the race detector makes them six times as long: the test run
// lives these without it, in a step of their own.

package main

import (
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/ledger"
)

func TestNothingLeaks(t *testing.T) {
	for _, seed := range []uint64{11, rand.Uint64N(1e9)} {
		t.Logf("seed %d", seed)
		dir, err := room()
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		var said strings.Builder
		a, err := leak(context.Background(), seed, 32, dir, &said)
		if err != nil {
			t.Fatal(err, said.String())
		}
		if a.differences > 0 || a.comparisons < 50 {
			t.Errorf("seed %d: %d of %d:\n%s", seed, a.differences, a.comparisons, said.String())
		}
	}
}

// Every way of comparing notices what it is there for.
func TestALeakIsNoticed(t *testing.T) {
	c := newChance(3, "leaks")
	random := func() []byte { b := fill[[32]byte](c); return b[:] }
	unlike := func(name string, z float64) {
		t.Helper()
		if a := (adversary{out: io.Discard}); true {
			if a.chance(name, z); a.differences != 1 {
				t.Errorf("%s: only %.1f standard deviations", name, z)
			}
		}
	}
	like := func(name string, z float64) {
		t.Helper()
		if a := (adversary{out: io.Discard}); true {
			if a.chance(name, z); a.differences != 0 {
				t.Errorf("%s: %.1f standard deviations", name, z)
			}
		}
	}

	var even, uneven census
	for i := range uint64(3000) {
		b := random()
		even.add(b)
		if i%20 == 0 {
			binary.BigEndian.PutUint64(b, i) // a counter in every twentieth
		}
		uneven.add(b)
	}
	like("random bytes", even.even())
	unlike("bytes with a counter", uneven.even())
	unlike("bytes with a counter beside random ones", even.unlike(&uneven))

	// A block that is not shuffled at all, and one in which covers come a little later.
	var straight, shuffled, slight drift
	for range 200 {
		list := make([]float64, 16)
		for i := range list {
			list[i] = float64(i)
		}
		straight.block(list)
		c.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		shuffled.block(list)
		if c.in(60) {
			slices.Sort(list[:8])
			slices.Sort(list[8:])
		}
		slight.block(list)
	}
	unlike("blocks in order", straight.z())
	like("blocks that are shuffled", shuffled.z())
	unlike("blocks half of which are nearly in order", slight.z())

	// Names that are counted up, and names of which half is that of the case.
	tr := &trace{}
	for i := range 100 {
		first, next := fill[ledger.ID](c), fill[ledger.ID](c)
		copy(next[:8], first[:8])
		first[15] = byte(i)
		tr.ids = append(tr.ids, []ledger.ID{first, next})
	}
	a := adversary{out: io.Discard}
	if a.names(tr); a.differences == 0 {
		t.Error("names that share their half")
	}

	for _, form := range forms([]byte("Wilhelmina Okonkwo")) {
		if len(form) < 16 {
			t.Errorf("a form of %d bytes is found by chance", len(form))
		}
	}
	text := []byte("hash ..V2lsaGVsbWluYSBPa29ua3dv")
	if !slices.ContainsFunc(forms([]byte("Wilhelmina Okonkwo")), func(f []byte) bool { return strings.Contains(string(text), string(f)) }) {
		t.Error("a name in base64")
	}
	if got := shape([]published{{length: []int{3, 1}}}); got[0] != shape([]published{{length: []int{1, 3}}})[0] || got[0] == shape([]published{{length: []int{1, 2}}})[0] {
		t.Errorf("shape: %s", got)
	}
	d := adversary{out: io.Discard}
	if d.same("sizes", []int{1, 2}, []int{1, 3}); d.differences != 1 {
		t.Error("sizes that differ")
	}
}
