package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/sequencer"
)

// leaf gives a leaf of a case that waits to be written.
func leaf(c docket.Ref, label, class string) docket.Leaf {
	return docket.Leaf{Key: string(c) + " " + label, Class: class, Text: []byte("leaf " + string(c) + " " + label), At: noon}
}

// block gives a block of leaves at a size of the log. Its hashes are not those
// of a tree: the store keeps what it is given.
func block(first uint64, leaves ...sequencer.Waiting) *sequencer.Block {
	b := &sequencer.Block{First: first, Epoch: fmt.Sprintf("2026-327.%d", first)}
	for _, w := range leaves {
		b.Entries = append(b.Entries, sequencer.Entry{Waiting: w})
	}
	start := tlog.StoredHashIndex(0, int64(first))
	for i := start; i < tlog.StoredHashIndex(0, int64(b.Size())); i++ {
		b.Hashes = append(b.Hashes, sha256.Sum256(fmt.Append(nil, "hash ", i)))
	}
	b.Root = sha256.Sum256(fmt.Append(nil, "root ", b.Size()))
	return b
}

// strangers gives leaves without a key.
func strangers(n int) []sequencer.Waiting {
	list := make([]sequencer.Waiting, n)
	for i := range list {
		list[i] = sequencer.Waiting{Class: sequencer.Sealed, Text: fmt.Append(nil, "stranger ", i), At: noon}
	}
	return list
}

// publish takes the last block all its way.
func publish(t testing.TB, l *Log) {
	t.Helper()
	head := headOf(t, l)
	for state := head.Last.State; state < sequencer.Published; state++ {
		if err := l.Advance(context.Background(), head.Last.Size, state, state+1, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func headOf(t testing.TB, l *Log) sequencer.Head {
	t.Helper()
	head, err := l.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func waits(t testing.TB, l *Log, class sequencer.Class, limit int) []sequencer.Waiting {
	t.Helper()
	list, err := l.Waiting(context.Background(), class, limit)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func keys(list []sequencer.Waiting) string {
	var names []string
	for _, w := range list {
		names = append(names, w.Key)
	}
	return strings.Join(names, ", ")
}

// goesOn appends to a log that somebody else filled.
func goesOn(t *testing.T, l *Log) {
	t.Helper()
	publish(t, l)
	size := headOf(t, l).Size()
	if err := l.Sequence(context.Background(), block(size, waits(t, l, sequencer.Sealed, 20)...)); err != nil {
		t.Error(err)
	}
}

func TestLeavesOfABatchWaitInTheOrderWritten(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		l := s.Log()
		first := batch("26B", nil, 5)
		first.Leaves = []docket.Leaf{leaf("26B", "9", "sealed"), leaf("26B", "10", "sealed"), leaf("26B", "10 notify", "public")}
		first.Leaves[1].Opening = []byte("opening")
		append1(t, s, first)
		urgent := batch("26A", nil, 5)
		urgent.Leaves = []docket.Leaf{leaf("26A", "1", "sealed")}
		urgent.Leaves[0].Urgent, urgent.Leaves[0].At = true, noon.Add(time.Hour)
		append1(t, s, urgent)
		moved := batch("26B", first.Entries) // without entries
		moved.Leaves = []docket.Leaf{leaf("26B", "1 again", "sealed")}
		append1(t, s, moved)

		want := []sequencer.Waiting{
			{Key: "26A 1", Class: sequencer.Sealed, Text: []byte("leaf 26A 1"), Urgent: true, At: noon.Add(time.Hour)},
			{Key: "26B 9", Class: sequencer.Sealed, Text: []byte("leaf 26B 9"), At: noon},
			{Key: "26B 10", Class: sequencer.Sealed, Text: []byte("leaf 26B 10"), Opening: []byte("opening"), At: noon},
			{Key: "26B 1 again", Class: sequencer.Sealed, Text: []byte("leaf 26B 1 again"), At: noon},
		}
		if d := cmp.Diff(want, waits(t, l, sequencer.Sealed, 0)); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(want[:2], waits(t, l, sequencer.Sealed, 2)); d != "" {
			t.Error(d)
		}
		if got := keys(waits(t, l, sequencer.Public, 9)); got != "26B 10 notify" {
			t.Errorf("public leaves: %s", got)
		}
		if got := waits(t, l, sequencer.Document, 0); got != nil {
			t.Errorf("documents: %v", got)
		}
		hastens := batch("26B", first.Entries)
		hastens.Urgent = []string{"26B 10 notify", "26B 7 notify"} // the other does not wait any more
		append1(t, s, hastens)
		if got := waits(t, l, sequencer.Public, 9); len(got) != 1 || !got[0].Urgent {
			t.Errorf("what became urgent: %+v", got)
		}
	})
}

func TestLeavesThatAreRefused(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		for name, change := range map[string]func(l *docket.Leaf){
			"of another case": func(l *docket.Leaf) { l.Key = "26B 1" },
			"of a longer one": func(l *docket.Leaf) { l.Key = "26AB 1" },
			"without a label": func(l *docket.Leaf) { l.Key = "26A " },
			"without a class": func(l *docket.Leaf) { l.Class = "" },
			"without a text":  func(l *docket.Leaf) { l.Text = nil },
			"without a time":  func(l *docket.Leaf) { l.At = time.Time{} },
			"that is no text": func(l *docket.Leaf) { l.Key = "26A \xff" },
			"twice":           func(l *docket.Leaf) { l.Key = "26A 2" },
		} {
			b := batch("26A", nil, 5)
			b.Leaves = []docket.Leaf{leaf("26A", "2", "sealed"), leaf("26A", "1", "sealed")}
			change(&b.Leaves[1])
			_, err := s.Append(context.Background(), b)
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		// One that waits already spoils its batch and no other.
		b := batch("26A", nil, 5)
		b.Leaves = []docket.Leaf{leaf("26A", "1", "sealed")}
		append1(t, s, b)
		next := batch("26A", b.Entries, 5)
		next.Leaves = b.Leaves
		if _, err := s.Append(context.Background(), next); err == nil || !strings.Contains(err.Error(), "nothing was written") {
			t.Errorf("a leaf that waits already: %v", err)
		}
		if n := count(t, s, "events"); n != 1 {
			t.Errorf("%d entries, want 1", n)
		}
	})
}

func TestForgettingACaseRemovesItsDeposits(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		for i, c := range []docket.Ref{"26A", "26AB", "26B"} {
			b := batch(c, nil, 5)
			for k := range 3 {
				w := leaf(c, fmt.Sprint(k), "sealed")
				w.Deposit, w.At = []byte("for oversight "+w.Key), noon.Add(time.Duration(10*i+k/2)*time.Second)
				b.Leaves = append(b.Leaves, w)
			}
			append1(t, s, b)
		}
		all := func(limit int) string {
			var names []string
			for after := ""; ; {
				page, next, err := s.Log().Deposits(ctx, after, limit)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 {
					if next != after {
						t.Errorf("from %q nothing leads to %q", after, next)
					}
					return strings.Join(names, ", ")
				}
				for _, d := range page {
					if string(d.Sealed) != "for oversight "+d.Key || d.At.Before(noon) {
						t.Errorf("deposit %v", d)
					}
					names = append(names, d.Key)
				}
				after = next
			}
		}
		for limit := range 4 {
			if got := all(limit + 1); got != "26A 0, 26A 1, 26A 2, 26AB 0, 26AB 1, 26AB 2, 26B 0, 26B 1, 26B 2" {
				t.Errorf("by pages of %d: %s", limit+1, got)
			}
		}
		if err := s.Forget(ctx, "26A"); err != nil {
			t.Fatal(err)
		}
		if got := all(500); got != "26AB 0, 26AB 1, 26AB 2, 26B 0, 26B 1, 26B 2" {
			t.Errorf("deposits left: %s", got)
		}
		if got := len(waits(t, s.Log(), sequencer.Sealed, 0)); got != 9 {
			t.Errorf("%d leaves wait, want 9", got)
		}
		for _, after := range []string{"x", "1.5 26A", "99999999999999999999 26A", "1 \xff", "1 \x00"} {
			_, _, err := s.Log().Deposits(ctx, after, 1)
			wantKind(t, err, fault.Invalid)
		}
		for _, limit := range []int{0, 501} {
			_, _, err := s.Log().Deposits(ctx, "", limit)
			wantKind(t, err, fault.Invalid)
		}
	})
}

func TestWaitKeepsWhoWasFirst(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		w := sequencer.Waiting{Key: "policy", Class: sequencer.Document, Text: []byte("first"), At: noon}
		again := w
		again.Text = []byte("second")
		for i, step := range []struct {
			w        *sequencer.Waiting
			document string
		}{{&w, "policy 1"}, {&again, "policy 2"}} {
			if err := l.Wait(ctx, step.w, []byte(step.document)); err != nil {
				t.Fatal(i, err)
			}
		}
		if d := cmp.Diff([]sequencer.Waiting{w}, waits(t, l, sequencer.Document, 0)); d != "" {
			t.Error(d)
		}
		if err := l.Sequence(ctx, block(0, w)); err != nil {
			t.Fatal(err)
		}
		if err := l.Wait(ctx, &again, []byte("policy 3")); err != nil {
			t.Fatal(err)
		}
		if got := waits(t, l, sequencer.Document, 0); got != nil {
			t.Errorf("what stands in the log waits again: %v", got)
		}
		if err := l.Wait(ctx, &sequencer.Waiting{Key: "bare", Class: sequencer.Public, Text: []byte("no document")}, nil); err != nil {
			t.Error(err)
		}
		wantKind(t, l.Wait(ctx, &sequencer.Waiting{Class: sequencer.Public, Text: []byte("no key")}, nil), fault.Invalid)
		for document, want := range map[string]bool{"policy 1": true, "policy 3": false, "": false} {
			got, err := l.Document(ctx, sha256.Sum256([]byte(document)))
			if want != (string(got) == document && err == nil) || !want && fault.KindOf(err) != fault.NotFound {
				t.Errorf("document %q: %q, %v", document, got, err)
			}
		}
	})
}

// Of many that let one leaf wait while it is given its place, none has it wait
// afterwards.
func TestWaitWhileTheLeafIsSequenced(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		for round := range 20 {
			w := sequencer.Waiting{Key: fmt.Sprint("document ", round), Class: sequencer.Document, Text: []byte("text"), At: noon}
			if err := l.Wait(ctx, &w, nil); err != nil {
				t.Fatal(err)
			}
			var wait sync.WaitGroup
			for range 3 {
				wait.Go(func() {
					if err := l.Wait(ctx, &w, nil); err != nil {
						t.Error(err)
					}
				})
			}
			if err := l.Sequence(ctx, block(uint64(round), w)); err != nil {
				t.Error(err)
			}
			wait.Wait()
			publish(t, l)
			if got := waits(t, l, sequencer.Document, 0); len(got) > 0 {
				t.Fatalf("round %d: it waits again", round)
			}
		}
	})
}

func TestLeavesStandWithTheirBatchOrNotAtAll(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		spoil(t, s, "26BAD")
		with := func(c docket.Ref) *docket.Batch {
			b := batch(c, nil, 5)
			b.Leaves = []docket.Leaf{leaf(c, "1", "sealed"), leaf(c, "1 notify", "public")}
			b.Leaves[0].Deposit = []byte("deposit")
			return b
		}
		bad := with("26BAD")
		bad.Facts = []byte("f")
		spoiled := waiting(bad)
		s.settle([]*pending{waiting(with("26A")), spoiled, waiting(with("26B"))})
		if spoiled.err == nil {
			t.Error("the bad one was written")
		}
		wantLeaves(t, s, "26A", "26B")

		// A commit that was cut off after it had come through is not repeated.
		s.commit = func(tx *sql.Tx) error {
			s.commit = (*sql.Tx).Commit
			return errors.Join(tx.Commit(), errors.New("connection lost"))
		}
		p := waiting(with("26C"))
		s.settle([]*pending{p})
		if p.err != nil {
			t.Error(p.err)
		}
		wantLeaves(t, s, "26A", "26B", "26C")
	})
}

func wantLeaves(t *testing.T, s *Store, cases ...docket.Ref) {
	t.Helper()
	var sealed, public []string
	for _, c := range cases {
		sealed, public = append(sealed, string(c)+" 1"), append(public, string(c)+" 1 notify")
	}
	if got := keys(waits(t, s.Log(), sequencer.Sealed, 0)); got != strings.Join(sealed, ", ") {
		t.Errorf("sealed leaves %s, want %s", got, sealed)
	}
	if got := keys(waits(t, s.Log(), sequencer.Public, 0)); got != strings.Join(public, ", ") {
		t.Errorf("public leaves %s, want %s", got, public)
	}
	if n := count(t, s, "log_deposits"); n != len(cases) {
		t.Errorf("%d deposits, want %d", n, len(cases))
	}
}

func TestOpeningsGoOnceReported(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		b := batch("26A", nil, 5)
		for i := range 9 {
			w := leaf("26A", fmt.Sprint(i), "sealed")
			if i%2 == 0 {
				w.Opening = bytes.Repeat([]byte{byte(i)}, 10)
			}
			b.Leaves = append(b.Leaves, w)
		}
		append1(t, s, b)
		if err := l.Sequence(ctx, block(0, waits(t, l, sequencer.Sealed, 0)...)); err != nil {
			t.Fatal(err)
		}
		openings := func(from, to uint64) (list []uint64) {
			all, err := l.Openings(ctx, from, to)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range all {
				if !bytes.Equal(o.Sealed, bytes.Repeat([]byte{byte(o.Index)}, 10)) {
					t.Errorf("opening %v", o)
				}
				list = append(list, o.Index)
			}
			return list
		}
		if d := cmp.Diff([]uint64{2, 4, 6}, openings(1, 8)); d != "" {
			t.Error(d)
		}
		if err := l.DropOpenings(ctx, 2, 6); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]uint64{0, 6, 8}, openings(0, 9)); d != "" {
			t.Error(d)
		}
		entries, err := l.Entries(ctx, 4, 7)
		if err != nil || len(entries) != 3 || entries[0].Opening != nil || entries[2].Opening == nil {
			t.Errorf("entries %v, %v", entries, err)
		}
	})
}
