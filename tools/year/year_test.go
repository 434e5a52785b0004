//go:build !race

// Years are long, and the race detector makes them six times as long: the test run
// lives these without it, in a step of their own.

package main

import (
	"context"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// lived gives an honest year of two months.
func lived(t *testing.T, seed uint64) *year {
	t.Helper()
	t.Logf("seed %d", seed)
	dir, err := room()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	var said strings.Builder
	y, err := honest(context.Background(), short(seed), dir, &said)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(y.close)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(said.String())
		}
	})
	return y
}

func TestEveryFaultIsFoundAndNothingElse(t *testing.T) {
	for _, seed := range []uint64{5, rand.Uint64N(1e9)} {
		y := lived(t, seed)
		if err := y.faults(context.Background(), func(what string) { t.Log(what) }); err != nil {
			t.Fatal(err)
		}
		s := y.score
		if s.planted < 40 || s.found != s.planted || s.untrue != 0 {
			t.Errorf("seed %d: planted %d, found %d, false %d", seed, s.planted, s.found, s.untrue)
		}
		if y.watchdog.said == 0 {
			t.Error("no evidence was checked")
		}
		for _, kind := range []monitor.Kind{
			monitor.Overdue, monitor.HeldBeyond, monitor.WrongRole, monitor.BadSignature, monitor.DutyNotMonthEnd, monitor.DutyTooLate,
			monitor.SettledTwice, monitor.UnknownDuty, monitor.DuplicateDuty, monitor.OutOfWindow, monitor.BlockSize, monitor.NotCanonical,
			monitor.UnknownKind, monitor.EpochOrder, monitor.OutOfPlace, monitor.Gap, monitor.Unreleased, monitor.ReportMismatch,
			monitor.Conservation, monitor.MissingDocument, monitor.Withheld, monitor.Rewritten, monitor.Forked, monitor.Silent,
			monitor.RolledBack, monitor.NoQuorum, monitor.BadCheckpoint, monitor.BrokenPromise,
		} {
			if got := blind(s, kind); got.planted != s.planted || got.found == s.found {
				t.Errorf("a monitor blind to %s: planted %d, found %d", kind, got.planted, got.found)
			}
		}
		if got := blind(s, ""); got.found != s.found || got.untrue != 0 {
			t.Errorf("a monitor that sees: planted %d, found %d", got.planted, got.found)
		}
	}
}

// blind judges anew, as if the monitor did not see one kind of fault.
func blind(s *score, kind monitor.Kind) score {
	got := score{out: io.Discard}
	for _, v := range s.verdicts {
		looks := v.looks
		v.looks = nil
		for _, look := range looks {
			v.looks = append(v.looks, slices.DeleteFunc(slices.Clone(look), func(a monitor.Alarm) bool { return a.Kind == kind }))
		}
		got.judge(v)
	}
	return got
}

func TestAMonitorThatSaysTooMuchIsNoticed(t *testing.T) {
	at := func(kind monitor.Kind, index uint64) monitor.Alarm { return monitor.Alarm{Kind: kind, Index: index} }
	plants := []planted{{"a", []finding{{kind: monitor.Gap, index: 4}}}, {"b", []finding{{kind: monitor.Overdue, index: 9, duty: ledger.ID{1}}}}}
	overdue := at(monitor.Overdue, 9)
	overdue.Duty = &ledger.ID{1}
	for name, c := range map[string]struct {
		looks []monitor.Alarm
		want  score
	}{
		"right":            {[]monitor.Alarm{at(monitor.Gap, 4), overdue}, score{planted: 2, found: 2}},
		"at another place": {[]monitor.Alarm{at(monitor.Gap, 5), overdue}, score{planted: 2, found: 1, untrue: 1}},
		"of another duty":  {[]monitor.Alarm{at(monitor.Gap, 4), at(monitor.Overdue, 9)}, score{planted: 2, found: 1, untrue: 1}},
		"of another kind":  {[]monitor.Alarm{at(monitor.Silent, 4), overdue}, score{planted: 2, found: 1, untrue: 1}},
		"twice":            {[]monitor.Alarm{at(monitor.Gap, 4), overdue, overdue}, score{planted: 2, found: 2, untrue: 1}},
	} {
		s := score{out: io.Discard}
		s.judge(verdict{name, plants, [][]monitor.Alarm{c.looks}, false})
		if s.planted != c.want.planted || s.found != c.want.found || s.untrue != c.want.untrue {
			t.Errorf("%s: planted %d, found %d, false %d", name, s.planted, s.found, s.untrue)
		}
	}
	again := score{out: io.Discard}
	again.judge(verdict{"two looks", plants, [][]monitor.Alarm{{overdue}, {overdue, at(monitor.Gap, 4)}}, false})
	again.judge(verdict{"and once more", plants, [][]monitor.Alarm{{overdue, at(monitor.Gap, 4)}}, true})
	if again.planted != 2 || again.found != 2 || again.untrue != 0 {
		t.Errorf("what is still so may be said again: planted %d, found %d, false %d", again.planted, again.found, again.untrue)
	}
	again.judge(verdict{"missed by one of two", plants, [][]monitor.Alarm{{overdue}}, true})
	if again.planted != 2 || again.untrue != 1 {
		t.Errorf("what one monitor finds both must find: planted %d, false %d", again.planted, again.untrue)
	}
}

func TestWithin(t *testing.T) {
	for name, want := range map[string]bool{
		"checkpoints/1000": true, "checkpoints/1001": false, "docs/ab": true, "log.vkey": true,
		"tile/entries/002": true, "tile/entries/003": false, "tile/entries/003.p/232": true, "tile/entries/003.p/233": false,
		"tile/0/003.p/232": true, "tile/1/000.p/3": true, "tile/1/000.p/4": false,
	} {
		if got := within(name, 1000); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
