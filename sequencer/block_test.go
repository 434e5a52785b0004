package sequencer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/sequencer/trial"
)

// keys gives the keys of a block of an epoch, in order.
func keys(m *memory, epoch string) []string {
	var list []string
	for _, row := range m.rows {
		if row.Epoch == epoch {
			for _, e := range m.entries[row.First:row.Size] {
				list = append(list, e.Key)
			}
		}
	}
	return list
}

func TestABlockHasExactlyAsManySealedLeaves(t *testing.T) {
	w, m := begun(t)
	for i := range 6 {
		wait(t, w, event(fmt.Sprint("1 ", i), later(1), false))
	}
	wait(t, w, event("urgent", later(2), true), event("too late", later(6), true))
	s := process(w)
	rest(t, s, later(6))
	first := keys(m, "2027-034.0")
	slices.Sort(first)
	if got := strings.Join(first, ", "); got != "1 0, 1 1, 1 2, urgent" {
		t.Errorf("the block has %s", got)
	}
	rest(t, s, later(12))
	second := keys(m, "2027-034.1")
	slices.Sort(second)
	if got := strings.Join(second, ", "); got != "1 3, 1 4, 1 5, too late" {
		t.Errorf("the next has %s", got)
	}
	rest(t, s, later(18))
	if got := keys(m, "2027-034.2"); !slices.Equal(got, []string{"", "", "", ""}) {
		t.Errorf("and the last %q: not covers", got)
	}
	for _, e := range m.entries[2:] {
		leaf, err := ledger.Parse(e.Text)
		if l, ok := leaf.(ledger.Sealed); err != nil || !ok || l.Epoch == (ledger.Epoch{}) || len(e.Opening) == 0 {
			t.Errorf("%q: %s", e.Key, e.Text)
		}
	}
}

func TestAnEpochThatHasNotEndedWaitsAndOneThatWasMissedIsMissed(t *testing.T) {
	w, m := begun(t)
	s := process(w)
	if did, err := s.Run1(t.Context(), time.Date(2027, 2, 3, 5, 59, 59, 0, time.UTC)); did || err != nil {
		t.Errorf("before its end: %v, %v", did, err)
	}
	rest(t, s, time.Date(2027, 2, 3, 6, 0, 0, 0, time.UTC))
	rest(t, s, time.Date(2027, 2, 4, 13, 0, 0, 0, time.UTC))
	rest(t, s, time.Date(2027, 2, 4, 5, 0, 0, 0, time.UTC)) // a clock that was put back
	var epochs []string
	for _, row := range m.rows {
		epochs = append(epochs, row.Epoch)
	}
	if got := strings.Join(epochs, " "); got != " 2027-033.3 2027-034.0 2027-035.1" {
		t.Errorf("the blocks are of%s", got)
	}
}

func TestDutiesAndSettlesStandInBatches(t *testing.T) {
	w, m := begun(t)
	s := process(w)
	old := trial.Begin.AddDate(0, 0, -8)
	wait(t, w, duty("duty", 1, later(1)), settle(w, "settle", 1, later(2), later(2)),
		settle(w, "signed too long ago", 2, old, later(1)), settle(w, "signed for a later epoch", 3, later(13), later(1)),
		duty("too late", 4, later(12)))
	rest(t, s, later(6))
	if got := keys(m, "2027-034.0"); len(got) != 4 {
		t.Errorf("in the middle of a batch: %q", got)
	}
	rest(t, s, later(12))
	if got := keys(m, "2027-034.1"); len(got) != 6 || got[4] != "duty" || got[5] != "settle" {
		t.Errorf("at its end: %q", got)
	}
	leaf, err := ledger.Parse(m.entries[len(m.entries)-2].Text)
	if l, ok := leaf.(ledger.Duty); err != nil || !ok || l.Batch.String() != "2027-034.1" {
		t.Errorf("the duty stands as %+v (%v)", leaf, err)
	}
	rest(t, s, later(24))
	if got := keys(m, "2027-034.3"); len(got) != 6 || !slices.Contains(got, "too late") || !slices.Contains(got, "signed for a later epoch") {
		t.Errorf("in the next: %q", got)
	}
	if left, _ := m.Waiting(t.Context(), sequencer.Public, 0); len(left) != 1 {
		t.Errorf("there wait %v", left)
	}
}

func TestALeafThatIsWrongStopsTheLog(t *testing.T) {
	right := event("right", later(1), false)
	paper := trial.Waits{Leaf: sequencer.Waiting{Class: sequencer.Document, Text: []byte("nonsense")}}
	public := duty("", 1, later(1))
	public.Leaf.Text = []byte("nonsense")
	sealed := event("", later(1), false)
	sealed.Leaf.Text = bytes.Replace(sealed.Leaf.Text, []byte("hash "), []byte("hush "), 1)
	moved := event("", later(1), false)
	moved.Leaf.Class = sequencer.Public
	for name, wrong := range map[string]trial.Waits{"sealed": sealed, "public": public, "document": paper, "in the wrong class": moved} {
		t.Run(name, func(t *testing.T) {
			w, m := begun(t)
			wrong.Leaf.Key = "wrong"
			wait(t, w, right, wrong)
			fails(t, w, process(w), later(12), fault.Invalid, "leaf wrong")
			if len(m.rows) != 2 {
				t.Error("there is a block")
			}
		})
	}
}

func TestWhatABlockNeedsMayFail(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		breaks func(s *sequencer.Sequencer, m *memory)
		words  string
	}{
		"the policy":            {func(s *sequencer.Sequencer, _ *memory) { s.Policy = policyFails }, "no policy"},
		"randomness":            {func(s *sequencer.Sequencer, _ *memory) { s.Random = strings.NewReader("x") }, "EOF"},
		"randomness of a batch": {func(s *sequencer.Sequencer, _ *memory) { s.Random = strings.NewReader(strings.Repeat("x", 24)) }, "EOF"},
		"the name of an epoch":  {func(_ *sequencer.Sequencer, m *memory) { m.rows[1].Epoch = "then" }, "no epoch"},
		"a cover": {func(s *sequencer.Sequencer, _ *memory) {
			s.Cover = func(context.Context) ([]byte, []byte, error) { return nil, nil, broken }
		}, "broken"},
		"a cover that is none": {func(s *sequencer.Sequencer, _ *memory) {
			s.Cover = func(context.Context) ([]byte, []byte, error) { return []byte("none"), nil, nil }
		}, "leaf"},
	} {
		t.Run(name, func(t *testing.T) {
			w, m := begun(t)
			wait(t, w, duty("1", 1, later(1)), duty("2", 2, later(1)))
			s := process(w)
			c.breaks(s, m)
			err := trial.Rest(t, s, later(12))
			if err == nil || !strings.Contains(err.Error(), c.words) || len(m.rows) != 2 {
				t.Errorf("%v, and %d blocks", err, len(m.rows))
			}
		})
	}
}

// Whatever waits, and whenever the log is run: every leaf is published once, and
// every block is as it must be.
func TestAnyLife(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w, m := begun(t)
		w.Policy.Block = rapid.IntRange(1, 6).Draw(rt, "block")
		s := process(w)
		now, count := trial.Begin, 0
		for range rapid.IntRange(1, 12).Draw(rt, "runs") {
			for range rapid.IntRange(0, 8).Draw(rt, "events") {
				count++
				wait(t, w, event(fmt.Sprint(count), now, rapid.Bool().Draw(rt, "urgent")))
			}
			for range rapid.IntRange(0, 2).Draw(rt, "duties") {
				count++
				wait(t, w, duty(fmt.Sprint(count), byte(count), now), settle(w, fmt.Sprint(count, " settle"), byte(count), now, now))
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 1500).Draw(rt, "minutes")) * time.Minute)
			w.Witnesses.Down = rapid.Bool().Draw(rt, "no witness")
			if err := trial.Rest(t, s, now); err != nil && fault.KindOf(err) != fault.Busy {
				rt.Fatal(err)
			}
		}
		w.Witnesses.Down = false
		for i := range count + 4 {
			rest(t, s, now.Add(time.Duration(i)*6*time.Hour))
		}
		if len(m.waiting) > 0 {
			rt.Fatalf("there still waits %s", m.waiting[0].Key)
		}
		seen, open := make(map[string]bool), make(map[ledger.ID]bool)
		for i, e := range m.entries {
			if e.Key != "" && seen[e.Key] {
				rt.Fatalf("%s stands twice", e.Key)
			}
			seen[e.Key] = true
			leaf, err := ledger.Parse(e.Text)
			if err != nil {
				rt.Fatal(err)
			}
			switch l := leaf.(type) {
			case ledger.Duty:
				open[l.ID] = true
			case ledger.Settle:
				if !open[l.ID] {
					rt.Fatalf("leaf %d settles a duty that does not stand before it", i)
				}
			}
		}
		before := ""
		for _, row := range m.rows[2:] {
			if row.Epoch <= before || row.State != sequencer.Published {
				rt.Fatalf("%+v follows %s", row, before)
			}
			before = row.Epoch
			for i, e := range m.entries[row.First:row.Size] {
				if sealed := i < w.Policy.Block; sealed != (e.Class == sequencer.Sealed) {
					rt.Fatalf("%s: leaf %d of the block is %s", row.Epoch, i, e.Class)
				}
			}
		}
		if err := process(w).Check(t.Context()); err != nil {
			rt.Fatal(err)
		}
	})
}

// TestAMissedBatchIsNotLost: an office that is down when duties are published
// publishes them as soon as it is there again, in the epoch that is theirs.
func TestAMissedBatchIsNotLost(t *testing.T) {
	w, m := begun(t)
	s := process(w)
	rest(t, s, later(6))
	wait(t, w, duty("1 notify", 1, later(7)))
	rest(t, s, later(30)) // 034.1 and 034.3 were batches, and are over
	var epochs []string
	for _, row := range m.rows {
		epochs = append(epochs, row.Epoch)
	}
	if got := strings.Join(epochs[len(epochs)-2:], ", "); got != "2027-034.3, 2027-035.0" {
		t.Errorf("blocks of %s", got)
	}
	if got := keys(m, "2027-034.3"); !slices.Contains(got, "1 notify") {
		t.Errorf("the batch has %q", got)
	}
}
