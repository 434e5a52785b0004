package trial

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
)

// after is when a log is taken up again: the epoch after the script's last has
// ended.
var after = Begin.Add(36 * time.Hour)

// Copy gives a world in which everything but the records stands as in w.
func (w *World) Copy(r sequencer.Records) *World {
	c := NewWorld(r)
	c.Files.m = w.Files.All()
	c.Mark.At = w.Mark.At
	c.Key.Signed = maps.Clone(w.Key.Signed)
	if w.Witnesses == nil {
		c.Witnesses = nil
	} else {
		c.Witnesses.Seen = w.Witnesses.Seen
	}
	return c
}

// Rest runs a sequencer until there is nothing left to do.
func Rest(t testing.TB, s *sequencer.Sequencer, now time.Time) error {
	for {
		if did, err := s.Run1(t.Context(), now); !did || err != nil {
			return err
		}
	}
}

// Lost restores the database as it was after each of its changes, while
// everything else went on: nothing is signed until it is recovered, and then
// nothing is published twice and nothing published changes.
func Lost(t *testing.T, fresh Factory) {
	whole := NewWorld(fresh(t))
	var names []string
	if err := whole.Play(t.Context(), &Calls{Name: func(_ int, name string) { names = append(names, name) }}, new(int)); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for n, name := range names {
		if !changesRecords(name) {
			continue
		}
		w := whole.Copy(restored(t, fresh, n+1))
		signed := len(w.Key.Signed)
		if err := Rest(t, w.Sequencer(&Calls{}, "restored"), after); err != nil {
			refused++
			if fault.KindOf(err) != fault.Conflict || len(w.Key.Signed) != signed {
				t.Fatalf("restored as after call %d (%s): %v, and %d things signed", n+1, name, err, len(w.Key.Signed)-signed)
			}
		}
		w.recovers(t, &Calls{}, whole, name, n+1)
	}
	if refused < 20 {
		t.Errorf("only %d of the backups were too old", refused)
	}
	// And killed at every call of a recovery, for a database that is empty, one
	// that stands in the middle of a block, and one that lacks two.
	sequences := 0
	for n, name := range names {
		if name == "Sequence" {
			sequences++
		}
		if n != 0 && !(name == "Sequence" && sequences >= 3) {
			continue
		}
		w := whole.Copy(restored(t, fresh, n+1))
		c := &Calls{}
		w.recovers(t, c, whole, name, n+1)
		for at := 1; at <= c.N; at++ {
			for _, after := range []bool{false, true} {
				w := whole.Copy(restored(t, fresh, n+1))
				if _, err := w.Sequencer(Kill(at, after), "killed").Recover(t.Context(), Begin); !errors.Is(err, ErrDead) {
					continue // it was done before
				}
				w.recovers(t, &Calls{}, whole, name, at)
			}
		}
	}
}

func changesRecords(name string) bool {
	return slices.Contains([]string{"Sequence", "Advance", "PutReceipt"}, name)
}

// restored gives the records as they were after a call: of a life that is the
// same each time.
func restored(t *testing.T, fresh Factory, call int) sequencer.Records {
	w := NewWorld(fresh(t))
	if err := w.Play(t.Context(), Kill(call, true), new(int)); !errors.Is(err, ErrDead) {
		t.Fatal(err)
	}
	return w.Records
}

// recovers takes the log up again, and asks that all is well.
func (w *World) recovers(t *testing.T, c *Calls, whole *World, name string, n int) {
	t.Helper()
	ctx := t.Context()
	imported, err := w.Sequencer(c, "recovery").Recover(ctx, after)
	if err != nil {
		t.Fatalf("after call %d (%s): recover: %v", n, name, err)
	}
	if err := Rest(t, w.Sequencer(&Calls{}, "recovered"), after); err != nil {
		t.Fatalf("after call %d (%s): %d leaves recovered, and then: %v", n, name, imported, err)
	}
	if again, err := w.Sequencer(&Calls{}, "again").Recover(ctx, after); err != nil || again != 0 {
		t.Fatalf("after call %d (%s): recovered again: %d leaves, %v", n, name, again, err)
	}
	for name, data := range whole.Files.All() {
		now, err := w.Files.Get(ctx, name)
		if name != "checkpoint" && name != "provisional" && (err != nil || !bytes.Equal(now, data)) {
			t.Fatalf("after call %d (%s): %s is another: %q, %v", n, name, name, now, err)
		}
	}
	if len(w.Key.Twice) > 0 {
		t.Fatalf("after call %d (%s): signed twice: %s", n, name, w.Key.Twice)
	}
	head, err := w.Records.Head(ctx)
	if err != nil || head.Last.State != sequencer.Published {
		t.Fatalf("after call %d (%s): %v, %v", n, name, head.Last, err)
	}
	leaves, err := w.Records.Leaves(ctx, 0, head.Size())
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	told := false
	for i, text := range leaves {
		leaf, err := ledger.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		id := string(text)
		switch l := leaf.(type) {
		case ledger.Sealed:
			id = string(l.Hash[:])
		case ledger.Duty:
			id = string(l.ID[:])
		case ledger.Policy:
			doc, err := w.Records.Document(ctx, l.Doc)
			if err != nil {
				t.Fatal(err)
			}
			told = told || bytes.Contains(doc, []byte("\nrecovered "))
		}
		if seen[id] {
			t.Fatalf("after call %d (%s): leaf %d stands twice in the log", n, name, i)
		}
		seen[id] = true
	}
	if imported > 0 && !told {
		t.Fatalf("after call %d (%s): %d leaves recovered, and nobody was told", n, name, imported)
	}
	for _, class := range []sequencer.Class{sequencer.Sealed, sequencer.Public, sequencer.Document} {
		left, err := w.Records.Waiting(ctx, class, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range left {
			if class != sequencer.Public && !strings.HasPrefix(l.Key, "recovered") {
				t.Fatalf("after call %d (%s): %s still waits", n, name, l.Key)
			}
		}
	}
}
