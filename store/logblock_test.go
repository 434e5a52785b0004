package store

import (
	"context"
	"fmt"
	"math"
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

// sealed lets n leaves of a case wait, and gives them.
func sealed(t testing.TB, s *Store, c docket.Ref, n int) []sequencer.Waiting {
	t.Helper()
	b := batch(c, nil, 5)
	for i := range n {
		b.Leaves = append(b.Leaves, leaf(c, fmt.Sprint(i), "sealed"))
	}
	append1(t, s, b)
	all := waits(t, s.Log(), sequencer.Sealed, 0)
	return all[len(all)-n:]
}

func TestABlockIsReadBackAsWritten(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		if d := cmp.Diff(sequencer.Head{}, headOf(t, l)); d != "" {
			t.Error(d)
		}
		var size uint64
		var all []sequencer.Entry
		var hashes []tlog.Hash
		for round, n := range []int{2, 1, 70, 16} {
			waiting := append(sealed(t, s, docket.Ref(fmt.Sprint("26", round)), n), strangers(round)...)
			waiting[0].Opening = []byte{byte(n)}
			b := block(size, waiting...)
			if err := l.Sequence(ctx, b); err != nil {
				t.Fatal(err)
			}
			all, hashes = append(all, b.Entries...), append(hashes, b.Hashes...)
			want := sequencer.Head{Last: &sequencer.Checkpoint{First: size, Size: b.Size(), Epoch: b.Epoch, Root: b.Root, State: sequencer.Sequenced}}
			if d := cmp.Diff(want, headOf(t, l)); d != "" {
				t.Error(d)
			}
			publish(t, l)
			size = b.Size()
		}
		entries, err := l.Entries(ctx, 0, size)
		if d := cmp.Diff(all, entries); d != "" || err != nil {
			t.Error(d, err)
		}
		texts, err := l.Leaves(ctx, 1, 72)
		if err != nil || len(texts) != 71 || string(texts[70]) != string(all[71].Text) {
			t.Errorf("%d leaves, %v", len(texts), err)
		}
		if none, err := l.Leaves(ctx, size, size); none != nil || err != nil {
			t.Errorf("no leaves: %v, %v", none, err)
		}
		for _, span := range [][2]uint64{{0, size + 1}, {size, size + 1}, {5, 4}, {0, math.MaxUint64}} {
			_, err := l.Leaves(ctx, span[0], span[1])
			wantKind(t, err, fault.NotFound)
			_, err = l.Entries(ctx, span[0], span[1])
			wantKind(t, err, fault.NotFound)
		}
		var indexes []int64
		for i := range hashes {
			indexes = append(indexes, int64(len(hashes)-1-i))
		}
		indexes = append(indexes, 3, 3)
		got, err := l.Hashes(ctx, indexes)
		if err != nil {
			t.Fatal(err)
		}
		for i, index := range indexes {
			if got[i] != hashes[index] {
				t.Errorf("hash %d is another", index)
			}
		}
		_, err = l.Hashes(ctx, []int64{0, int64(len(hashes))})
		wantKind(t, err, fault.NotFound)
		if none, err := l.Hashes(ctx, nil); len(none) > 0 || err != nil {
			t.Errorf("no hashes: %v, %v", none, err)
		}
	})
}

func TestBlocksThatAreRefused(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		w := sealed(t, s, "26A", 3)
		unknown := w[2]
		unknown.Key = "26A unknown"
		imported := func(b *sequencer.Block, state sequencer.State) *sequencer.Block { b.State = state; return b }
		short := block(0, w...)
		short.Hashes = short.Hashes[1:]
		wantKind(t, l.Sequence(ctx, block(1, w...)), fault.Conflict) // the log is empty
		wantKind(t, l.Sequence(ctx, block(0)), fault.Invalid)
		wantKind(t, l.Sequence(ctx, short), fault.Invalid)
		wantKind(t, l.Sequence(ctx, block(0, w[0], unknown)), fault.Conflict)
		wantKind(t, l.Sequence(ctx, block(0, w[0], w[1], w[0])), fault.Conflict)
		wantKind(t, l.Import(ctx, imported(block(0, w[0], unknown), sequencer.Published)), fault.Conflict)
		wantKind(t, l.Import(ctx, imported(block(0, w[0]), 0)), fault.Invalid)
		wantKind(t, l.Import(ctx, imported(block(0, w[0]), sequencer.Published+1)), fault.Invalid)
		for _, table := range []string{"log_blocks", "log_leaves", "log_hashes", "log_openings"} {
			if n := count(t, s, table); n != 0 {
				t.Errorf("%s has %d rows after blocks that were refused", table, n)
			}
		}
		if n := len(waits(t, l, sequencer.Sealed, 0)); n != 3 {
			t.Errorf("%d leaves wait, want 3", n)
		}
		if err := l.Sequence(ctx, block(0, w[0])); err != nil {
			t.Fatal(err)
		}
		for state := sequencer.Sequenced; state < sequencer.Published; state++ {
			wantKind(t, l.Sequence(ctx, block(1, w[1])), fault.Conflict) // the one before is not published
			wantKind(t, l.Import(ctx, imported(block(1, w[1]), state)), fault.Conflict)
			if err := l.Advance(ctx, 1, state, state+1, nil); err != nil {
				t.Fatal(err)
			}
		}
		for _, first := range []uint64{0, 2} {
			wantKind(t, l.Sequence(ctx, block(first, w[1])), fault.Conflict)
		}
		wantKind(t, l.Sequence(ctx, block(1, w[0])), fault.Conflict) // it does not wait any more
		if err := l.Sequence(ctx, block(1, w[1], w[2])); err != nil {
			t.Error(err)
		}
	})
}

// However many begin the same block, from the first on one of them appends it.
func TestOfManyWhoSequenceOneDoes(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			where := e.fresh(t)
			stores := []*Store{opened(t, where), opened(t, where)}
			ctx, l := context.Background(), stores[0].Log()
			for round := range uint64(15) {
				size := headOf(t, l).Size()
				w := sealed(t, stores[0], docket.Ref(fmt.Sprint("26", round)), 2)
				var wait sync.WaitGroup
				errs := make([]error, 6)
				for i := range errs {
					wait.Go(func() {
						b := block(size, append(strangers(i), w...)...)
						if i%2 == 0 {
							b = block(size, strangers(i+1)...) // nothing that waits stops it
						}
						errs[i] = stores[i%2].Log().Sequence(ctx, b)
					})
				}
				wait.Wait()
				winner := -1
				for i, err := range errs {
					switch {
					case err == nil && winner < 0:
						winner = i
					case err == nil:
						t.Fatalf("%d and %d both won", winner, i)
					default:
						wantKind(t, err, fault.Conflict)
					}
				}
				if winner < 0 {
					t.Fatal("nobody won")
				}
				last := headOf(t, l).Last
				if _, err := l.Leaves(ctx, 0, last.Size); err != nil || last.First != size {
					t.Errorf("the last block begins at %d and not at %d; %v", last.First, size, err)
				}
				if n := count(t, stores[0], "log_leaves"); n != int(last.Size) {
					t.Errorf("%d leaves in a log of %d", n, last.Size)
				}
				publish(t, l)
			}
		})
	}
}

func TestABlockAdvancesOnceAndNeverBack(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		wantKind(t, l.Advance(ctx, 0, sequencer.Sequenced, sequencer.Exported, nil), fault.Conflict)
		if err := l.Sequence(ctx, block(0, strangers(3)...)); err != nil {
			t.Fatal(err)
		}
		wantKind(t, l.Advance(ctx, 2, sequencer.Sequenced, sequencer.Exported, nil), fault.Conflict)
		wantKind(t, l.Advance(ctx, 3, sequencer.Verified, sequencer.Marked, nil), fault.Conflict)
		wantKind(t, l.Advance(ctx, 3, sequencer.Sequenced, sequencer.Sequenced, nil), fault.Invalid)
		wantKind(t, l.Advance(ctx, 3, sequencer.Sequenced, sequencer.Published+1, nil), fault.Invalid)
		if err := l.Advance(ctx, 3, sequencer.Sequenced, sequencer.Marked, nil); err != nil {
			t.Fatal(err)
		}
		wantKind(t, l.Advance(ctx, 3, sequencer.Marked, sequencer.Exported, nil), fault.Invalid)

		// Many sign at once; one signature is kept, and whoever made it knows.
		var wait sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wait.Go(func() {
				errs[i] = l.Advance(ctx, 3, sequencer.Marked, sequencer.Signed, fmt.Append(nil, "signature ", i))
			})
		}
		wait.Wait()
		signed := ""
		for i, err := range errs {
			switch {
			case err == nil && signed == "":
				signed = fmt.Sprint("signature ", i)
			case err == nil:
				t.Errorf("%s and %d both stand", signed, i)
			default:
				wantKind(t, err, fault.Conflict)
			}
		}
		if got := string(headOf(t, l).Last.Note); got != signed {
			t.Errorf("%s is kept, want %s", got, signed)
		}
		if err := l.Advance(ctx, 3, sequencer.Signed, sequencer.Cosigned, []byte("cosigned")); err != nil {
			t.Error(err)
		}
		if err := l.Advance(ctx, 3, sequencer.Cosigned, sequencer.Published, nil); err != nil {
			t.Error(err)
		}
		if last := headOf(t, l).Last; string(last.Note) != "cosigned" || last.State != sequencer.Published {
			t.Errorf("the last block is %+v", last)
		}
	})
}

func TestImportKeepsWhatOthersVouchFor(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		if err := l.Wait(ctx, &sequencer.Waiting{Key: "roles", Class: sequencer.Document, Text: []byte("t")}, []byte("first document")); err != nil {
			t.Fatal(err)
		}
		w := append(waits(t, l, sequencer.Document, 0), strangers(1)...)
		b := block(0, w...)
		b.State, b.Note, b.Documents = sequencer.Published, []byte("checkpoint"), [][]byte{[]byte("first document"), []byte("second document")}
		if err := l.Import(ctx, b); err != nil {
			t.Fatal(err)
		}
		want := &sequencer.Checkpoint{Size: 2, Epoch: b.Epoch, Root: b.Root, State: sequencer.Published, Note: []byte("checkpoint")}
		if d := cmp.Diff(want, headOf(t, l).Last); d != "" {
			t.Error(d)
		}
		if n := count(t, s, "log_documents"); n != 2 {
			t.Errorf("%d documents, want 2", n)
		}
		if got := waits(t, l, sequencer.Document, 0); got != nil {
			t.Errorf("%v waits and stands in the log", got)
		}
		half := block(2, strangers(1)...)
		half.State = sequencer.Signed
		if err := l.Import(ctx, half); err != nil {
			t.Error(err)
		}
		if got := headOf(t, l).Last.State; got != sequencer.Signed {
			t.Errorf("the last block is in state %d", got)
		}
	})
}

func TestABlockNobodySawIsWithdrawn(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		wantKind(t, l.Withdraw(ctx, 0, nil), fault.Conflict)
		if err := l.Sequence(ctx, block(0, strangers(3)...)); err != nil {
			t.Fatal(err)
		}
		publish(t, l)
		wantKind(t, l.Withdraw(ctx, 3, nil), fault.Conflict)
		before := headOf(t, l)
		w := sealed(t, s, "26A", 3)
		w[1].Opening = []byte("opening")
		for _, through := range []sequencer.State{sequencer.Sequenced, sequencer.Verified} {
			if err := l.Sequence(ctx, block(3, w...)); err != nil {
				t.Fatal(err)
			}
			if through != sequencer.Sequenced {
				if err := l.Advance(ctx, 6, sequencer.Sequenced, through, nil); err != nil {
					t.Fatal(err)
				}
			}
			sealed(t, s, docket.Ref(fmt.Sprint("27", through)), 1)
			wantKind(t, l.Withdraw(ctx, 5, w), fault.Conflict)
			w[0], w[2] = w[2], w[0]
			if err := l.Withdraw(ctx, 6, w); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(before, headOf(t, l)); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(w, waits(t, l, sequencer.Sealed, 3)); d != "" {
				t.Error(d)
			}
			_, err := l.Leaves(ctx, 3, 4)
			wantKind(t, err, fault.NotFound)
			_, err = l.Hashes(ctx, []int64{tlog.StoredHashIndex(0, 3)})
			wantKind(t, err, fault.NotFound)
			if n := count(t, s, "log_openings"); n != 0 {
				t.Errorf("%d openings are left", n)
			}
		}
		if got := keys(waits(t, l, sequencer.Sealed, 0)[3:]); got != "271 0, 273 0" {
			t.Errorf("behind them wait %s", got)
		}
		if err := l.Sequence(ctx, block(3, w...)); err != nil {
			t.Fatal(err)
		}
		if err := l.Advance(ctx, 6, sequencer.Sequenced, sequencer.Marked, nil); err != nil {
			t.Fatal(err)
		}
		wantKind(t, l.Withdraw(ctx, 6, w), fault.Conflict)
	})
}

func TestWhereLeavesStand(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		if err := l.Sequence(ctx, block(0, append(strangers(2), sealed(t, s, "26A", 20)...)...)); err != nil {
			t.Fatal(err)
		}
		publish(t, l)
		b := batch("26B", nil, 5)
		b.Leaves = []docket.Leaf{leaf("26B", "1", "sealed"), leaf("26B", "2", "sealed"), leaf("26B", "3", "public")}
		b.Leaves[1].Urgent, b.Leaves[2].Urgent = true, true
		append1(t, s, b)
		if err := l.Sequence(ctx, block(22, append(strangers(1), waits(t, l, sequencer.Sealed, 0)...)...)); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the first receipt stays
			for _, key := range []string{"26B 2", "26B 3"} {
				if err := l.PutReceipt(ctx, key, fmt.Append(nil, "receipt ", key, count(t, s, "log_receipts"))); err != nil {
					t.Fatal(err)
				}
			}
		}
		ask := []string{"26B 1", "26B 2", "26B 3", "26C 1", ""}
		want := map[string]sequencer.Position{
			"26B 1": {Sequenced: true, Index: 24, First: 22, Size: 25, State: sequencer.Sequenced},
			"26B 2": {Sequenced: true, Index: 23, First: 22, Size: 25, State: sequencer.Sequenced, Urgent: true, Receipt: []byte("receipt 26B 20")},
			"26B 3": {Urgent: true, Receipt: []byte("receipt 26B 31")},
		}
		for i := range 20 {
			key := fmt.Sprint("26A ", i)
			ask = append(ask, key)
			want[key] = sequencer.Position{Sequenced: true, Index: uint64(2 + i), Size: 22, State: sequencer.Published}
		}
		got, err := l.Index(ctx, ask)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(d, err)
		}
		if got, err := l.Index(ctx, nil); len(got) > 0 || err != nil {
			t.Errorf("nothing asked: %v, %v", got, err)
		}
	})
}

func TestReceiptsForWhatIsNotPublished(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		urgent := func(before time.Time) string {
			list, err := l.Urgent(ctx, before)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range list {
				if !w.Urgent || len(w.Text) == 0 || w.At.Before(noon) || (w.Class == sequencer.Public) != (w.Opening == nil) {
					t.Errorf("urgent leaf %+v", w)
				}
			}
			return keys(list)
		}
		receipts := func() (names string) {
			list, err := l.Receipts(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range list {
				names += r.Key + "=" + string(r.Note) + " "
			}
			return names
		}
		b := batch("26A", nil, 5)
		for i := range 12 {
			class := "sealed"
			if i > 8 {
				class = "public"
			}
			w := leaf("26A", fmt.Sprint(i), class)
			w.Urgent, w.At = i%3 == 0, noon.Add(time.Duration(i)*time.Minute)
			if class == "sealed" {
				w.Opening = []byte("opening")
			}
			b.Leaves = append(b.Leaves, w)
		}
		append1(t, s, b)
		check := func(wantUrgent, wantReceipts string) {
			t.Helper()
			if got := urgent(noon.Add(time.Hour)); got != wantUrgent {
				t.Errorf("urgent: %s, want %s", got, wantUrgent)
			}
			if got := receipts(); got != wantReceipts {
				t.Errorf("receipts: %s, want %s", got, wantReceipts)
			}
		}
		put := func(key string) {
			t.Helper()
			if err := l.PutReceipt(ctx, key, []byte("note")); err != nil {
				t.Fatal(err)
			}
		}
		if got := urgent(noon.Add(3 * time.Minute)); got != "26A 0, 26A 3" {
			t.Errorf("urgent by three past: %s", got)
		}
		check("26A 0, 26A 3, 26A 6, 26A 9", "")
		put("26A 3")
		check("26A 0, 26A 6, 26A 9", "26A 3=note ")
		stranger := strangers(1)
		stranger[0].Urgent = true
		if err := l.Sequence(ctx, block(0, append(stranger, waits(t, l, sequencer.Sealed, 3)...)...)); err != nil {
			t.Fatal(err)
		}
		check("26A 0, 26A 6, 26A 9", "26A 3=note ")
		put("26A 0")
		put("26A 9")
		check("26A 6", "26A 3=note 26A 0=note 26A 9=note ")
		publish(t, l)
		check("", "26A 9=note ")
	})
}

// A database that refuses the last thing a block writes, or the last thing its
// withdrawal does, is as it was before.
func TestABlockStandsWholeOrNotAtAll(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		w := sealed(t, s, "26A", 5)
		w[0].Opening = []byte("opening")
		refuse := func(table, column, value string) {
			t.Helper()
			text := map[string]string{
				"sqlite":   "CREATE TRIGGER spoil_%[1]s BEFORE INSERT ON %[1]s WHEN NEW.%[2]s = %[3]s BEGIN SELECT RAISE(ABORT, 'spoiled'); END",
				"postgres": "ALTER TABLE %[1]s ADD CONSTRAINT spoil_%[1]s CHECK (%[2]s <> %[3]s) NOT VALID",
			}[s.dialect.name]
			if _, err := s.writer.ExecContext(ctx, fmt.Sprintf(text, table, column, value)); err != nil {
				t.Fatal(err)
			}
		}
		unchanged := func(err error, rows map[string]int) {
			t.Helper()
			if err == nil || !strings.Contains(err.Error(), "spoil") {
				t.Errorf("it was done, or failed otherwise: %v", err)
			}
			for table, want := range rows {
				if n := count(t, s, table); n != want {
					t.Errorf("%s has %d rows, want %d", table, n, want)
				}
			}
		}
		refuse("log_hashes", "hash_index", "7") // the last of five leaves
		unchanged(l.Sequence(ctx, block(0, w...)), map[string]int{"log_blocks": 0, "log_leaves": 0, "log_openings": 0, "log_hashes": 0, "log_waiting": 5})
		if err := l.Sequence(ctx, block(0, w[:4]...)); err != nil {
			t.Fatal(err)
		}
		back := append(w[1:4:4], w[0])
		refuse("log_waiting", "leaf_key", "'26A 0'") // the last that goes back
		unchanged(l.Withdraw(ctx, 4, back), map[string]int{"log_blocks": 1, "log_leaves": 4, "log_openings": 1, "log_hashes": 7, "log_waiting": 1})
	})
}

// Whatever is asked of a database that is gone fails, and says what it was.
func TestALogThatIsGone(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx, l := context.Background(), s.Log()
		if err := l.Sequence(ctx, block(0, strangers(1)...)); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"log_waiting", "log_blocks", "log_leaves", "log_openings", "log_hashes", "log_receipts", "log_documents", "log_deposits"} {
			if _, err := s.writer.ExecContext(ctx, "ALTER TABLE "+name+" RENAME TO lost_"+name); err != nil {
				t.Fatal(err)
			}
		}
		for want, do := range map[string]func() error{
			"read the last block": func() error { _, err := l.Head(ctx); return err },
			"read what waits":     func() error { _, err := l.Waiting(ctx, sequencer.Sealed, 1); return err },
			`let leaf "k" wait`: func() error {
				return l.Wait(ctx, &sequencer.Waiting{Key: "k", Class: sequencer.Public, Text: []byte("t")}, nil)
			},
			"sequence a block of leaf 1":     func() error { return l.Sequence(ctx, block(1, strangers(1)...)) },
			"withdraw the block up to leaf":  func() error { return l.Withdraw(ctx, 1, nil) },
			"advance the block up to leaf 1": func() error { return l.Advance(ctx, 1, sequencer.Sequenced, sequencer.Exported, nil) },
			"read leaves":                    func() error { _, err := l.Leaves(ctx, 0, 1); return err },
			"read hashes":                    func() error { _, err := l.Hashes(ctx, []int64{0}); return err },
			"read document":                  func() error { _, err := l.Document(ctx, [32]byte{1}); return err },
			"look for leaves":                func() error { _, err := l.Index(ctx, []string{"k"}); return err },
			"read urgent leaves":             func() error { _, err := l.Urgent(ctx, noon); return err },
			`keep the receipt for leaf "k"`:  func() error { return l.PutReceipt(ctx, "k", nil) },
			"read receipts":                  func() error { _, err := l.Receipts(ctx); return err },
			"read deposits":                  func() error { _, _, err := l.Deposits(ctx, "", 1); return err },
			"read openings":                  func() error { _, err := l.Openings(ctx, 0, 1); return err },
			"drop openings":                  func() error { return l.DropOpenings(ctx, 0, 1) },
			"forget 26A":                     func() error { return s.Forget(ctx, "26A") },
		} {
			err := do()
			if err == nil || !strings.HasPrefix(err.Error(), want) || fault.KindOf(err) != 0 {
				t.Errorf("%s: %v", want, err)
			}
		}
	})
}

func TestPapersAreFoundWithoutTheirKeys(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		l := s.Log()
		b := block(0, strangers(4)...)
		b.Entries[1].Class, b.Entries[3].Class = sequencer.Document, sequencer.Document
		b.State = sequencer.Published
		if err := l.Import(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		for from, want := range map[uint64][]Paper{
			0: {{1, []byte("stranger 1")}, {3, []byte("stranger 3")}},
			2: {{3, []byte("stranger 3")}},
			4: nil,
		} {
			got, err := l.Papers(context.Background(), from)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("from %d: %s", from, d)
			}
		}
	})
}
