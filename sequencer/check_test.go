package sequencer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/sequencer/trial"
)

// reach runs a log until the block of the first epoch is in a state.
func reach(t *testing.T, w *trial.World, m *memory, s *sequencer.Sequencer, state sequencer.State) {
	t.Helper()
	for range 20 {
		if did, err := s.Step(t.Context(), later(6)); !did || err != nil {
			t.Fatalf("%v, %v", did, err)
		}
		if last := m.rows[len(m.rows)-1]; last.Epoch == "2027-034.0" && last.State == state {
			return
		}
	}
	t.Fatalf("%d is never reached", state)
}

func TestOneBitFlippedInALeaf(t *testing.T) {
	for state := sequencer.Sequenced; state < sequencer.Marked; state++ {
		for _, index := range []int{0, 3, 7} {
			for _, started := range []bool{false, true} {
				t.Run(fmt.Sprintf("state %d leaf %d restarted %v", state, index, started), func(t *testing.T) {
					w, m := begun(t)
					s := process(w)
					reach(t, w, m, s, state)
					m.entries[index].Text = bytes.Clone(m.entries[index].Text)
					m.entries[index].Text[40] ^= 1
					if started {
						s = process(w)
					}
					if !started && state == sequencer.Verified {
						return // it was read back and compared before the bit flipped
					}
					if !started && index < 6 && state == sequencer.Sequenced {
						// It was published right; that it is kept otherwise shows when
						// the block is read back.
						if did, err := s.Step(t.Context(), later(6)); !did || err != nil {
							t.Fatal(err)
						}
					}
					fails(t, w, s, later(6), fault.Conflict, "")
					fails(t, w, s, later(6), fault.Conflict, "")
				})
			}
		}
	}
}

// What is published rests on leaves alone: a stored hash that the tree consists
// of stops the log if it is wrong, and any other one changes nothing.
func TestOneBitFlippedInAHash(t *testing.T) {
	for index := range tlog.StoredHashCount(6) {
		w, m := begun(t)
		m.hashes[index][5] ^= 1
		s := process(w)
		if index == tlog.StoredHashIndex(2, 0) || index == tlog.StoredHashIndex(1, 2) {
			fails(t, w, s, later(6), fault.Conflict, "do not follow from its leaves")
			continue
		}
		rest(t, s, later(6))
		if err := process(w).Check(t.Context()); err != nil {
			t.Errorf("hash %d: %v", index, err)
		}
	}
}

func TestOneBitFlippedInAnyPublishedFile(t *testing.T) {
	life, _ := begun(t)
	rest(t, process(life), later(6))
	names := slices.Sorted(maps.Keys(life.Files.All()))
	checked := 0
	for _, name := range names {
		for _, what := range []string{"flipped", "cut short", "gone"} {
			w, _ := begun(t)
			rest(t, process(w), later(6))
			data, err := w.Files.Get(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains([]string{"tile/0/000.p/10", "tile/entries/000.p/10"}, name) && !strings.HasPrefix(name, "docs/") {
				continue // what stood before, what is published again, and what nothing rests on
			}
			checked++
			switch what {
			case "flipped":
				data[len(data)/2] ^= 1
			case "cut short":
				data = data[:len(data)-1]
			}
			w.Files.Remove(name)
			if what != "gone" {
				if err := w.Files.Put(t.Context(), name, data); err != nil {
					t.Fatal(err)
				}
			}
			if err := process(w).Check(t.Context()); fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s %s: %v", name, what, err)
			}
			fails(t, w, process(w), later(12), fault.Conflict, "")
		}
	}
	if checked < 12 {
		t.Errorf("only %d files", checked)
	}
}

func TestTheCheckpointIsPutBack(t *testing.T) {
	w, m := begun(t)
	s := process(w)
	old, err := w.Files.Get(t.Context(), "checkpoints/2")
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]func(){
		"gone": func() { w.Files.Remove("checkpoint") },
		"old":  func() { _ = w.Files.Replace(t.Context(), "checkpoint", old) },
		"cut":  func() { _ = w.Files.Replace(t.Context(), "checkpoint", old[:40]) },
	} {
		bad()
		rest(t, s, trial.Begin)
		if got, err := w.Files.Get(t.Context(), "checkpoint"); err != nil || !bytes.Equal(got, m.rows[1].Note) {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

func TestADatabaseThatFellBackIsNotAppendedTo(t *testing.T) {
	w, m := begun(t)
	old := m.backup()
	s := process(w)
	rest(t, s, later(6))
	w.Records = old
	for name, change := range map[string]func(w *trial.World){
		"all outside are ahead":     func(*trial.World) {},
		"only the mark is":          func(w *trial.World) { w.Files.Remove("checkpoint"); w.Witnesses.Seen = nil },
		"only the published one is": func(w *trial.World) { w.Mark.At.N, w.Mark.At.Hash = 6, old.rows[1].Root; w.Witnesses.Seen = nil },
		"only a witness is": func(w *trial.World) {
			w.Mark.At.N, w.Mark.At.Hash = 6, old.rows[1].Root
			w.Files.Remove("checkpoint")
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := w.Copy(old)
			change(c)
			fails(t, c, process(c), later(12), fault.Conflict, "the database 6; if the database was restored")
		})
	}
	// And if it happens while a process runs.
	c := w.Copy(m)
	s = process(c)
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Records = old
	fails(t, c, s, later(12), fault.Conflict, "rogatory ledger recover")
	// What is kept in memory is ahead as well.
	c = w.Copy(m)
	s = process(c)
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Records = old
	c.Mark.At = tlog.Tree{N: 6, Hash: old.rows[1].Root}
	c.Files.Remove("checkpoint")
	fails(t, c, s, later(12), fault.Conflict, "were read back before")
}

func TestTheMark(t *testing.T) {
	for name, c := range map[string]struct {
		at    func(w *trial.World, m *memory) tlog.Tree
		words string
	}{
		"lost":            {func(*trial.World, *memory) tlog.Tree { return tlog.Tree{} }, "were marked"},
		"put back":        {func(_ *trial.World, m *memory) tlog.Tree { return tlog.Tree{N: 2, Hash: m.rows[0].Root} }, "were marked"},
		"of another log":  {func(w *trial.World, _ *memory) tlog.Tree { return tlog.Tree{N: w.Mark.At.N} }, "begin a new log"},
		"of a larger log": {func(*trial.World, *memory) tlog.Tree { return tlog.Tree{N: 99} }, "recover"},
	} {
		for state := sequencer.Sequenced; state <= sequencer.Published; state++ {
			t.Run(fmt.Sprint(name, " in state ", state), func(t *testing.T) {
				w, m := begun(t)
				s := process(w)
				reach(t, w, m, s, state)
				w.Mark.At = c.at(w, m)
				fails(t, w, process(w), later(6), fault.Conflict, c.words)
				if state == sequencer.Verified || state == sequencer.Marked {
					fails(t, w, s, later(6), fault.Conflict, "")
				}
			})
		}
	}
}

// failing is a mark that cannot be reached, or that another moves.
type failing struct {
	sequencer.Mark
	read, swap error
	after      int
}

func (f *failing) Read(ctx context.Context) (tlog.Tree, error) {
	if f.after--; f.after < 0 && f.read != nil {
		return tlog.Tree{}, f.read
	}
	return f.Mark.Read(ctx)
}

func (f *failing) Swap(ctx context.Context, old, new tlog.Tree) error {
	if f.swap != nil {
		return f.swap
	}
	return f.Mark.Swap(ctx, old, new)
}

func TestAMarkThatCannotBeReachedStopsTheLog(t *testing.T) {
	away := errors.New("away")
	for state := sequencer.Verified; state <= sequencer.Marked; state++ {
		w, m := begun(t)
		s := process(w)
		reach(t, w, m, s, state)
		s.Mark = &failing{Mark: w.Mark, read: away}
		fails(t, w, s, later(6), fault.Internal, "away")
		s = process(w)
		s.Mark = &failing{Mark: w.Mark, read: away}
		fails(t, w, s, later(6), fault.Internal, "away")
	}
	w, m := begun(t)
	s := process(w)
	reach(t, w, m, s, sequencer.Verified)
	s.Mark = &failing{Mark: w.Mark, swap: away}
	fails(t, w, s, later(6), fault.Internal, "away")
	s.Mark = &failing{Mark: w.Mark, swap: fault.Conflictf("mark", "somebody else")}
	fails(t, w, s, later(6), fault.Conflict, "somebody else")
}

// An answering is witnesses that answer what they are told to.
type answering struct {
	cosign func(checkpoint []byte, prove func(uint64) (tlog.TreeProof, error)) ([]byte, error)
	latest [][]byte
}

func (a answering) Cosign(_ context.Context, checkpoint []byte, prove func(uint64) (tlog.TreeProof, error)) ([]byte, error) {
	return a.cosign(checkpoint, prove)
}

func (a answering) Latest(context.Context) ([][]byte, error) { return a.latest, nil }

func TestWitnesses(t *testing.T) {
	w, m := begun(t)
	rest(t, process(w), later(6))
	mine := m.rows[2].Note
	strange := []byte("what no log has signed")
	s := process(w)
	s.Witnesses = answering{latest: [][]byte{strange, mine}, cosign: func(checkpoint []byte, prove func(uint64) (tlog.TreeProof, error)) ([]byte, error) {
		if _, err := prove(15); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a witness that is ahead: %v", err)
		}
		for old, n := range map[uint64]bool{0: false, 14: false, 6: true} {
			if proof, err := prove(old); err != nil || (len(proof) > 0) != n {
				t.Errorf("proof from %d: %v, %v", old, proof, err)
			}
		}
		return strange, nil
	}}
	if err := trial.Rest(t, s, later(12)); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "not what was signed") {
		t.Errorf("nonsense was believed: %v", err)
	}
	s.Witnesses = answering{cosign: func([]byte, func(uint64) (tlog.TreeProof, error)) ([]byte, error) { return mine, nil }}
	if err := trial.Rest(t, s, later(12)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an older checkpoint was believed: %v", err)
	}
	s.Witnesses = nil
	rest(t, s, later(12))
	if last := m.rows[3]; last.State != sequencer.Published || !bytes.HasPrefix(last.Note, []byte(trial.Origin+"\n14\n")) {
		t.Errorf("without witnesses: %+v", last)
	}
	none := process(w)
	none.Witnesses = nil
	if err := none.Check(t.Context()); err != nil {
		t.Error(err)
	}
	// The log signed something else of the same size.
	forked, err := ledger.Checkpoint{Origin: trial.Origin, Size: 10}.Sign(w.Key.Signer)
	if err != nil {
		t.Fatal(err)
	}
	s = process(w)
	s.Witnesses = answering{latest: [][]byte{forked}}
	fails(t, w, s, later(18), fault.Conflict, "begin a new log")
	if _, err := s.Recover(t.Context(), later(18)); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "begin a new log") {
		t.Errorf("recovered: %v", err)
	}
}

// nonsense is a key that signs something else, or does not.
type nonsense struct {
	note.Signer
	err error
}

func (n nonsense) Sign([]byte) ([]byte, error) { return make([]byte, 64), n.err }

func TestAKeyThatFails(t *testing.T) {
	for _, err := range []error{nil, errors.New("away")} {
		w, m := begun(t)
		wait(t, w, event("1 1", later(1), true))
		s := process(w)
		s.Key = nonsense{s.Key, err}
		got := trial.Rest(t, s, later(6))
		if last := m.rows[len(m.rows)-1]; got == nil || last.State != sequencer.Marked || last.Note != nil {
			t.Errorf("%v, and the block is %+v", got, last)
		}
	}
}

func TestAStateThatDoesNotExist(t *testing.T) {
	w, m := begun(t)
	m.rows[1].State = 99
	fails(t, w, process(w), later(6), fault.Conflict, "run that one")
}

func TestWhatCannotBeWritten(t *testing.T) {
	// A block was exported by a database that lost it: its files stand in the way.
	w, m := begun(t)
	old := m.backup()
	s := process(w)
	wait(t, w, event("1 1", later(1), false))
	reach(t, w, m, s, sequencer.Exported)
	w.Records = old
	lost := w.Sequencer(&trial.Calls{}, "another order")
	fails(t, w, lost, later(6), fault.Conflict, "rogatory ledger recover")
	if n, err := lost.Recover(t.Context(), later(6)); err != nil || n != 0 {
		t.Fatalf("recovered %d, %v", n, err)
	}
	rest(t, lost, later(6))
	if err := process(w).Check(t.Context()); err != nil {
		t.Error(err)
	}
	// A checkpoint stands where one is to be archived.
	w, m = begun(t)
	s = process(w)
	reach(t, w, m, s, sequencer.Cosigned)
	if err := w.Files.Put(t.Context(), "checkpoints/10", []byte("another")); err != nil {
		t.Fatal(err)
	}
	if err := trial.Rest(t, s, later(6)); fault.KindOf(err) != fault.Conflict {
		t.Error(err)
	}
	// A leaf of the last block is missing.
	w, m = begun(t)
	s = process(w)
	reach(t, w, m, s, sequencer.Sequenced)
	m.entries = m.entries[:9]
	fails(t, w, s, later(6), fault.NotFound, "")
	// The database lost its last block while nobody looked, and forgot a document.
	w, m = begun(t)
	s = process(w)
	doc := []byte("a report")
	wait(t, w, trial.Waits{Leaf: sequencer.Waiting{Key: "report", Class: sequencer.Document, At: later(1), Text: w.Oversees(ledger.Report{
		Period: "2027-Q1", From: 2, To: 6, Doc: ledger.DocumentHash(doc)}).Marshal()}, Doc: doc})
	reach(t, w, m, s, sequencer.Sequenced)
	delete(m.docs, ledger.DocumentHash(doc))
	fails(t, w, s, later(6), fault.NotFound, "is not there")
}

// restless is a database in which others are always first.
type restless struct{ *memory }

func (r restless) Head(ctx context.Context) (sequencer.Head, error) {
	head, err := r.memory.Head(ctx)
	if head.Last != nil {
		head.Last.Size = uint64(len(r.memory.rows))
		r.memory.rows = append(r.memory.rows, r.memory.rows[0])
	}
	return head, err
}

// lost is a database in which somebody else is always first with the block.
type lost struct{ *memory }

func (lost) Sequence(context.Context, *sequencer.Block) error {
	return fault.Conflictf("log", "somebody else was first")
}

func TestOthersAreAlwaysFirst(t *testing.T) {
	w, m := begun(t)
	s := process(w)
	s.Records = restless{m.backup()}
	if err := s.Check(t.Context()); fault.KindOf(err) != fault.Busy {
		t.Error(err)
	}
	s = process(w)
	s.Records = lost{m}
	if worked, err := s.Run1(t.Context(), later(6)); !worked || fault.KindOf(err) != fault.Busy {
		t.Errorf("%v, %v", worked, err)
	}
}

func TestReceipts(t *testing.T) {
	w, m := begun(t)
	w.Policy.Block = 2
	s := process(w)
	for i := range 5 {
		wait(t, w, event(fmt.Sprint("1 ", i), later(1), true))
	}
	d, st := duty("duty", 1, later(1)), settle(w, "settle", 1, later(1), later(1))
	d.Leaf.Urgent, st.Leaf.Urgent = true, true
	wait(t, w, d, st)
	now := later(2)
	rest(t, s, now)
	file, err := w.Files.Get(t.Context(), "provisional")
	if err != nil {
		t.Fatal(err)
	}
	notes, err := ledger.SplitProvisionals(file)
	if err != nil || len(notes) != 6 {
		t.Fatalf("%d receipts, %v", len(notes), err)
	}
	verifier, _, err := ledger.ParseLogKey(w.VKey)
	if err != nil {
		t.Fatal(err)
	}
	for i, by := range []string{"2027-034.1", "2027-034.1", "2027-034.2", "2027-034.2", "2027-034.3", "2027-034.2"} {
		p, err := ledger.ParseProvisional(notes[i], trial.Origin, verifier)
		epoch, _ := ledger.ParseEpoch(by)
		if err != nil || !p.By.Equal(epoch.End(360)) || !p.At.Equal(now) {
			t.Errorf("receipt %d: %+v, %v; want by the end of %s", i, p, err, by)
		}
	}
	for i := range 4 {
		rest(t, s, later(6*i+6))
	}
	if file, err := w.Files.Get(t.Context(), "provisional"); err != nil || len(file) > 0 {
		t.Errorf("promises that were kept still stand: %q, %v", file, err)
	}
	m.waiting = append(m.waiting, event("2 1", later(24), true).Leaf, sequencer.Waiting{Key: "wrong", Text: []byte("nonsense"), Urgent: true, At: later(24)})
	if err := trial.Rest(t, s, later(25)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a leaf that is none: %v", err)
	}
	m.waiting = append(m.waiting[:1:1], event("2 2", later(24), true).Leaf)
	s.Policy = policyFails
	if err := trial.Rest(t, s, later(25).Add(time.Hour)); err == nil || !strings.Contains(err.Error(), "no policy") {
		t.Errorf("no policy: %v", err)
	}
	broken := process(w)
	broken.Key = nonsense{broken.Key, errors.New("away")}
	if err := trial.Rest(t, broken, later(25)); err == nil || !strings.Contains(err.Error(), "away") {
		t.Errorf("no key: %v", err)
	}
}

func TestALargeLog(t *testing.T) {
	w, m := begun(t)
	w.Policy.Block = 300
	s := process(w)
	for i := range 4 {
		rest(t, s, later(6*i+6))
	}
	if err := process(w).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	head, err := m.Head(t.Context())
	if err != nil || head.Size() != 1206 {
		t.Fatalf("%d leaves, %v", head.Size(), err)
	}
	// A bundle that is full and long published.
	m.entries[100].Text = bytes.Clone(m.entries[100].Text)
	m.entries[100].Text[50] ^= 1
	fails(t, w, process(w), later(30), fault.Conflict, "leaf 100")
}

// Who reads on what another has written reads it back too.
func TestAnotherReadsBackWhatOneWrote(t *testing.T) {
	for state := sequencer.Verified; state <= sequencer.Marked; state++ {
		for name, alter := range map[string]func(m *memory){
			"a leaf":   func(m *memory) { m.entries[7].Text = m.entries[8].Text },
			"the root": func(m *memory) { m.rows[2].Root[3] ^= 1 },
		} {
			w, m := begun(t)
			one, other := process(w), process(w)
			for _, s := range []*sequencer.Sequencer{one, other} {
				if err := s.Check(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			reach(t, w, m, one, state)
			alter(m)
			signed := len(w.Key.Signed)
			if _, err := other.Step(t.Context(), later(6)); fault.KindOf(err) != fault.Conflict || len(w.Key.Signed) != signed {
				t.Errorf("%s in state %d: %v", name, state, err)
			}
		}
	}
}

// Two processes take turns at any call: what one begins the other finishes.
func TestTwoTakeTurns(t *testing.T) {
	for at := 1; at < 60; at++ {
		for turns := 1; turns <= 3; turns++ {
			w, m := begun(t)
			other := process(w)
			c := &trial.Calls{At: func(n int, after bool) error {
				if n >= at && n < at+turns && !after {
					if _, err := other.Step(t.Context(), later(6)); err != nil {
						t.Error(err)
					}
				}
				return nil
			}}
			rest(t, w.Sequencer(c, "test"), later(6))
			if err := process(w).Check(t.Context()); err != nil || len(m.rows) != 3 || len(w.Key.Twice) > 0 {
				t.Errorf("at call %d: %v, %d blocks, signed twice: %s", at, err, len(m.rows), w.Key.Twice)
			}
		}
	}
}
