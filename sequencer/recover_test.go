package sequencer_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/sequencer/trial"
)

// A database that failed over lost a block, and began another one in its place
// before the old one was marked: the leaves of the new one wait again, the old
// one is imported, and nothing is published twice.
func TestAnotherBlockHasTakenThePlace(t *testing.T) {
	begin := func(t *testing.T) (*trial.World, *memory, *memory) {
		w, m := begun(t)
		wait(t, w, event("both 1", later(7), false), event("both 2", later(7), true), duty("duty", 1, later(8)))
		paper := []byte("a report")
		wait(t, w, trial.Waits{Leaf: sequencer.Waiting{Key: "report", Class: sequencer.Document, At: later(1), Text: w.Oversees(ledger.Report{
			Period: "2027-Q1", From: 2, To: 6, Doc: ledger.DocumentHash(paper)}).Marshal()}, Doc: paper})
		other := m.backup()
		rest(t, process(w), later(12))
		// The other database goes on with a mark and files of its own.
		c := trial.NewWorld(other)
		c.Mark.At = tlog.Tree{N: 6, Hash: other.rows[1].Root}
		for name, data := range w.Files.All() {
			if !strings.HasSuffix(name, "/12") && name != "checkpoint" {
				_ = c.Files.Put(t.Context(), name, data)
			}
		}
		wait(t, c, event("only there", later(8), false))
		s := c.Sequencer(&trial.Calls{}, "another order")
		for range 30 {
			if _, err := s.Step(t.Context(), later(12)); err != nil {
				t.Fatal(err)
			}
			if last := other.rows[len(other.rows)-1]; last.Epoch == "2027-034.1" && last.State == sequencer.Verified {
				break
			}
		}
		if last := other.rows[len(other.rows)-1]; last.State != sequencer.Verified {
			t.Fatalf("%+v", last)
		}
		return w.Copy(other), m, other
	}
	settled := func(t *testing.T, w *trial.World, m, other *memory) {
		t.Helper()
		for i := range 4 {
			rest(t, process(w), later(12+6*i))
		}
		for i, e := range m.entries {
			if !bytes.Equal(e.Text, other.entries[i].Text) || e.Key != other.entries[i].Key {
				t.Errorf("leaf %d is %s %s; it was %s %s", i, other.entries[i].Key, other.entries[i].Text, e.Key, e.Text)
			}
		}
		count := make(map[string]int)
		for _, e := range other.entries {
			if e.Key != "" {
				count[e.Key]++
			}
		}
		for _, key := range []string{"both 1", "both 2", "duty", "report", "only there", "recovered 12"} {
			if count[key] != 1 {
				t.Errorf("%s stands in the log %d times", key, count[key])
			}
		}
		if len(w.Key.Twice) > 0 {
			t.Errorf("signed twice: %s", w.Key.Twice)
		}
	}
	w, m, other := begin(t)
	fails(t, w, process(w), later(12), fault.Conflict, "")
	c := &trial.Calls{}
	if n, err := w.Sequencer(c, "recovery").Recover(t.Context(), later(12)); err != nil || n != 6 {
		t.Fatalf("recovered %d, %v", n, err)
	}
	settled(t, w, m, other)
	for at := 1; at <= c.N; at++ {
		for _, after := range []bool{false, true} {
			w, m, other := begin(t)
			if _, err := w.Sequencer(trial.Kill(at, after), "recovery").Recover(t.Context(), later(12)); !errors.Is(err, trial.ErrDead) {
				t.Fatalf("killed at %d: %v", at, err)
			}
			if _, err := process(w).Recover(t.Context(), later(12)); err != nil {
				t.Fatalf("killed at %d, %v: %v", at, after, err)
			}
			settled(t, w, m, other)
		}
	}
}

// Files that were written for a block which the database has lost are replaced,
// whatever dies meanwhile.
func TestFilesOfALostBlockAreReplaced(t *testing.T) {
	begin := func(t *testing.T) *trial.World {
		w, m := begun(t)
		old := m.backup()
		reach(t, w, m, process(w), sequencer.Exported)
		w.Records = old
		fails(t, w, w.Sequencer(&trial.Calls{}, "another"), later(6), fault.Conflict, "recover")
		return w
	}
	w := begin(t)
	c := &trial.Calls{}
	if _, err := w.Sequencer(c, "recovery").Recover(t.Context(), later(6)); err != nil {
		t.Fatal(err)
	}
	for at := 1; at <= c.N; at++ {
		for _, after := range []bool{false, true} {
			w := begin(t)
			if _, err := w.Sequencer(trial.Kill(at, after), "recovery").Recover(t.Context(), later(6)); !errors.Is(err, trial.ErrDead) {
				t.Fatalf("killed at %d: %v", at, err)
			}
			if _, err := process(w).Recover(t.Context(), later(6)); err != nil {
				t.Fatal(err)
			}
			rest(t, process(w), later(6))
			if err := process(w).Check(t.Context()); err != nil {
				t.Errorf("killed at %d, %v: %v", at, after, err)
			}
		}
	}
	// What was read back already is not written again.
	w, m := begun(t)
	reach(t, w, m, process(w), sequencer.Exported)
	if n, err := process(w).Recover(t.Context(), later(6)); err != nil || n != 0 {
		t.Errorf("recovered %d, %v", n, err)
	}
	rest(t, process(w), later(6))
}

// A mark that was lost is put where everybody else is.
func TestAMarkThatWasLostIsPutForward(t *testing.T) {
	for _, at := range []int{0, 1} {
		w, m := begun(t)
		rest(t, process(w), later(6))
		w.Mark.At = tlog.Tree{}
		if at > 0 {
			w.Mark.At = tlog.Tree{N: 6, Hash: m.rows[1].Root}
		}
		fails(t, w, process(w), later(12), fault.Conflict, "ledger recover")
		if n, err := process(w).Recover(t.Context(), later(12)); err != nil || n != 0 {
			t.Fatalf("recovered %d, %v", n, err)
		}
		rest(t, process(w), later(12))
		if w.Mark.At.N != 14 {
			t.Errorf("it stands at %d", w.Mark.At.N)
		}
	}
	w, _ := begun(t)
	w.Mark.At = tlog.Tree{}
	s := process(w)
	s.Mark = &failing{Mark: w.Mark, swap: errors.New("away")}
	if _, err := s.Recover(t.Context(), later(12)); err == nil || !strings.Contains(err.Error(), "away") {
		t.Errorf("it cannot be reached: %v", err)
	}
}

func TestWhatCannotBeRecovered(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, w *trial.World, old *memory)
		kind   fault.Kind
		words  string
	}{
		"the mark contradicts what is published":     {func(_ *testing.T, w *trial.World, _ *memory) { w.Mark.At.Hash[0] ^= 1 }, fault.Conflict, "begin a new log"},
		"the mark is smaller, and contradicts":       {func(_ *testing.T, w *trial.World, _ *memory) { w.Mark.At = tlog.Tree{N: 6} }, fault.Conflict, "begin a new log"},
		"the mark stands where no block ends":        {func(_ *testing.T, w *trial.World, _ *memory) { w.Mark.At = tlog.Tree{N: 7} }, fault.Conflict, "begin a new log"},
		"the database contradicts what is published": {func(_ *testing.T, _ *trial.World, m *memory) { m.rows[1].Root[0] ^= 1 }, fault.Conflict, "begin a new log"},
		"leaves are gone":                            {func(_ *testing.T, w *trial.World, _ *memory) { w.Files.Remove("tile/entries/000.p/15") }, fault.Conflict, "is gone"},
		"leaves are cut short": {func(t *testing.T, w *trial.World, _ *memory) {
			replace(t, w, "tile/entries/000.p/15", func(data []byte) []byte { return data[:len(data)-1] })
		}, fault.Conflict, "cut short"},
		"a leaf is another": {func(t *testing.T, w *trial.World, _ *memory) {
			replace(t, w, "tile/entries/000.p/15", func(data []byte) []byte {
				return bytes.Replace(data, []byte("class notify"), []byte("class remedy"), 1)
			})
		}, fault.Conflict, "begin a new log"},
		"a leaf is none": {func(t *testing.T, w *trial.World, _ *memory) {
			replace(t, w, "tile/entries/000.p/15", func(data []byte) []byte {
				return bytes.Replace(data, []byte("class notify"), []byte("class nobody"), 1)
			})
		}, fault.Invalid, "leaf"},
		"an old checkpoint is gone": {func(_ *testing.T, w *trial.World, _ *memory) { w.Files.Remove("checkpoints/10") }, fault.NotFound, "checkpoints/10"},
		"an old checkpoint is another": {func(t *testing.T, w *trial.World, _ *memory) {
			other, _ := w.Files.Get(t.Context(), "checkpoints/2")
			replace(t, w, "checkpoints/10", func([]byte) []byte { return other })
		}, fault.Conflict, "not the checkpoint"},
		"an old checkpoint is none": {func(t *testing.T, w *trial.World, _ *memory) {
			replace(t, w, "checkpoints/10", func([]byte) []byte { return []byte("none") })
		}, fault.Invalid, "checkpoint"},
		"the policy is gone": {func(t *testing.T, w *trial.World, _ *memory) {
			doc := ledger.DocumentHash(w.Policy.Marshal())
			w.Files.Remove("docs/" + fmt.Sprintf("%x", doc))
		}, fault.Conflict, "is gone"},
		"the policy is none": {func(t *testing.T, w *trial.World, _ *memory) {
			doc := ledger.DocumentHash(w.Policy.Marshal())
			replace(t, w, "docs/"+fmt.Sprintf("%x", doc), func([]byte) []byte { return []byte("none") })
		}, fault.Invalid, "policy document"},
	} {
		t.Run(name, func(t *testing.T) {
			w, m := begun(t)
			old := m.backup()
			wait(t, w, duty("duty", 1, later(1)), event("1 1", later(1), false))
			rest(t, process(w), later(6))
			w.Policy.BatchEpochs = 1
			rest(t, process(w), later(12))
			w.Policy.BatchEpochs = 2
			old.docs = m.docs
			c.change(t, w, old)
			w.Records = old
			signed := len(w.Key.Signed)
			s := process(w)
			if _, err := s.Recover(t.Context(), later(12)); fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v; want %q", err, c.words)
			}
			if len(old.entries) > 10 {
				t.Errorf("%d leaves were imported", len(old.entries))
			}
			fails(t, w, s, later(18), fault.Conflict, "")
			if n := len(w.Key.Signed) - signed; n > 1 { // the policy that says so may be
				t.Errorf("%d things were signed", n)
			}
		})
	}
}

func replace(t *testing.T, w *trial.World, name string, change func([]byte) []byte) {
	t.Helper()
	data, err := w.Files.Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	changed := change(data)
	if bytes.Equal(changed, data) {
		t.Fatalf("%s is the same", name)
	}
	if err := w.Files.Replace(t.Context(), name, changed); err != nil {
		t.Fatal(err)
	}
}

// The database is lost whatever the log was doing, and whatever was done outside
// of it: what was vouched for is taken up again, and goes on from where it was.
func TestTheDatabaseIsLostInTheMiddleOfABlock(t *testing.T) {
	begin := func(t *testing.T) (*trial.World, *memory) {
		w, m := begun(t)
		wait(t, w, event("1 1", later(1), false), event("1 2", later(1), true))
		return w, m.backup()
	}
	w, _ := begin(t)
	c := &trial.Calls{}
	rest(t, w.Sequencer(c, "test"), later(6))
	found := make(map[uint64]int)
	for at := 1; at <= c.N; at++ {
		for _, after := range []bool{false, true} {
			w, old := begin(t)
			if err := trial.Rest(t, w.Sequencer(trial.Kill(at, after), "test"), later(6)); !errors.Is(err, trial.ErrDead) {
				t.Fatalf("killed at %d: %v", at, err)
			}
			w.Records = old
			other := w.Sequencer(&trial.Calls{}, "another order")
			n, err := other.Recover(t.Context(), later(6))
			if err != nil {
				t.Fatalf("killed at %d, %v: %v", at, after, err)
			}
			found[n]++
			// The files of a block nobody vouches for stand in the way of the next:
			// it is recovered once more.
			for range 2 {
				if err = trial.Rest(t, other, later(12)); err == nil {
					break
				}
				if _, again := other.Recover(t.Context(), later(12)); again != nil {
					t.Fatalf("killed at %d, %v: %v", at, after, again)
				}
			}
			if err != nil {
				t.Fatalf("killed at %d, %v: recovered %d, and then %v", at, after, n, err)
			}
			rest(t, other, later(18))
			if err := process(w).Check(t.Context()); err != nil || len(w.Key.Twice) > 0 || len(old.waiting) > 0 {
				t.Fatalf("killed at %d, %v: %v, signed twice: %s, waits: %v", at, after, err, w.Key.Twice, old.waiting)
			}
		}
	}
	if len(found) != 2 || found[0] == 0 || found[4] == 0 {
		t.Errorf("recovered %v", found)
	}
}

func TestOfNothingNothingIsRecovered(t *testing.T) {
	w, m := world(t)
	if n, err := process(w).Recover(t.Context(), trial.Begin); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	wait(t, w, w.Founding()...)
	rest(t, process(w), trial.Begin)
	if n, err := process(w).Recover(t.Context(), trial.Begin); n != 0 || err != nil || len(m.rows) != 2 {
		t.Errorf("%d, %v", n, err)
	}
	// A log without a policy is none of ours.
	w, _ = world(t)
	leaf := ledger.Sealed{Epoch: ledger.Epoch{Year: 2027, Day: 1}}.Marshal()
	if err := w.Files.Put(t.Context(), "tile/entries/000.p/1", ledger.Bundle([][]byte{leaf})); err != nil {
		t.Fatal(err)
	}
	w.Mark.At = tlog.Tree{N: 1, Hash: tlog.RecordHash(leaf)}
	if _, err := process(w).Recover(t.Context(), trial.Begin); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "no policy") {
		t.Errorf("%v", err)
	}
	// The private key cannot be reached.
	w, m = begun(t)
	old := m.backup()
	rest(t, process(w), later(6))
	w.Records = old
	s := process(w)
	s.Key = nonsense{s.Key, errors.New("away")}
	if _, err := s.Recover(t.Context(), later(6)); err == nil || !strings.Contains(err.Error(), "away") || len(old.entries) != 6 {
		t.Errorf("%v, and %d leaves", err, len(old.entries))
	}
}

func TestABlockThatCannotBeReadIsNotWithdrawn(t *testing.T) {
	w, m := begun(t)
	wait(t, w, event("1 1", later(1), false))
	other := m.backup()
	rest(t, process(w), later(6))
	c := w.Copy(other)
	c.Mark.At = tlog.Tree{N: 6, Hash: other.rows[1].Root}
	c.Witnesses.Seen = nil
	c.Files.Remove("checkpoint")
	s := c.Sequencer(&trial.Calls{}, "another order")
	for len(other.rows) < 3 {
		if _, err := s.Step(t.Context(), later(6)); err != nil {
			t.Fatal(err)
		}
	}
	for i, e := range other.entries[6:] {
		if e.Key != "" {
			other.entries[6+i].Text = []byte("nonsense")
		}
	}
	w.Records = other
	if _, err := process(w).Recover(t.Context(), later(6)); fault.KindOf(err) != fault.Invalid || len(other.rows) != 3 {
		t.Errorf("%v, and %d blocks", err, len(other.rows))
	}
}
