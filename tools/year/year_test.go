package main

import (
	"context"
	"io"
	"math/rand/v2"
	"os"
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

func (y *year) judged(t *testing.T, steps ...func(context.Context) error) score {
	t.Helper()
	*y.score = score{out: y.score.out}
	for _, step := range steps {
		if err := step(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	return *y.score
}

func TestEveryFaultIsFoundAndNothingElse(t *testing.T) {
	for _, seed := range []uint64{5, rand.Uint64N(1e9)} {
		y := lived(t, seed)
		s := y.judged(t, y.watched, y.lies, y.ends)
		if s.planted < 40 || s.found != s.planted || s.untrue != 0 {
			t.Errorf("seed %d: planted %d, found %d, false %d", seed, s.planted, s.found, s.untrue)
		}
		if y.watchdog.said == 0 {
			t.Error("no evidence was checked")
		}
	}
}

func TestABlindMonitorIsNoticed(t *testing.T) {
	y := lived(t, 7)
	if s := y.judged(t, y.watched); s != (score{out: y.score.out}) {
		t.Fatalf("the honest year: %+v", s)
	}
	for _, kind := range []monitor.Kind{
		monitor.Overdue, monitor.HeldBeyond, monitor.WrongRole, monitor.BadSignature, monitor.DutyNotMonthEnd, monitor.DutyTooLate,
		monitor.SettledTwice, monitor.UnknownDuty, monitor.DuplicateDuty, monitor.OutOfWindow, monitor.BlockSize, monitor.NotCanonical,
		monitor.UnknownKind, monitor.EpochOrder, monitor.OutOfPlace, monitor.Gap, monitor.Unreleased, monitor.ReportMismatch,
		monitor.Conservation, monitor.MissingDocument,
	} {
		if testing.Short() && rand.IntN(5) > 0 {
			continue
		}
		y.watchdog.blind = kind
		if s := y.judged(t, y.lies); s.found >= s.planted || s.untrue == 0 {
			t.Errorf("a monitor blind to %s: planted %d, found %d", kind, s.planted, s.found)
		}
	}
	for _, kind := range []monitor.Kind{monitor.Withheld, monitor.Rewritten, monitor.Forked, monitor.Silent, monitor.RolledBack, monitor.NoQuorum, monitor.BadCheckpoint, monitor.BrokenPromise} {
		if testing.Short() && rand.IntN(5) > 0 {
			continue
		}
		y.watchdog.blind = kind
		if s := y.judged(t, y.ends); s.found >= s.planted || s.untrue != 0 {
			t.Errorf("a monitor blind to %s: planted %d, found %d, false %d", kind, s.planted, s.found, s.untrue)
		}
	}
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
		s.judge(name, plants, c.looks)
		c.want.out = io.Discard
		if s != c.want {
			t.Errorf("%s: %+v", name, s)
		}
	}
	again := score{out: io.Discard}
	again.judge("two looks", plants, []monitor.Alarm{overdue}, []monitor.Alarm{overdue, at(monitor.Gap, 4)})
	if again.found != 2 || again.untrue != 0 {
		t.Errorf("what is still so may be said again: %+v", again)
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
