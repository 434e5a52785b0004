package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

func TestAppendIsReadBackAsWritten(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		b := batch("26A", nil, 7000, 0, 1000)
		b.Row.Due, b.Row.Assignee, b.Row.Escalated, b.Row.Outside = noon.Add(time.Hour), "ada", true, 3
		b.Row.Settles = "notifier"
		b.Jobs = []docket.Job{{Key: "j", Case: "26A", Kind: "first", At: noon}, {Key: "j", Case: "26A", Kind: "second", At: noon}}
		b.Accounts = [][]byte{{1}, {2}, {1}}
		b.Facts = []byte{}
		if ref := append1(t, s, b); ref != "26A" {
			t.Errorf("case %q", ref)
		}
		next := batch("26A", b.Entries, 5)
		next.Facts = []byte("sealed facts")
		append1(t, s, next)

		entries, row, err := s.Entries(ctx, "26A", 0)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(append(b.Entries, next.Entries...), entries); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(next.Row, row); d != "" {
			t.Error(d)
		}
		if entries, _, _ := s.Entries(ctx, "26A", 3); len(entries) != 1 || entries[0].Seq != 4 {
			t.Errorf("after entry 3: %v", entries)
		}
		if facts, err := s.Facts(ctx, "26A"); err != nil || string(facts) != "sealed facts" {
			t.Errorf("facts %q, %v", facts, err)
		}
		if found, err := s.Find(ctx, [][]byte{{2}, {9}, {1}}); err != nil || !cmp.Equal(found, []docket.Ref{"26A"}) {
			t.Errorf("found %v, %v", found, err)
		}
		if at, err := s.Clock(ctx); err != nil || !at.Equal(noon.Add(3*time.Microsecond)) {
			t.Errorf("clock %s, %v", at, err)
		}
		jobs, err := s.Lease(ctx, noon, "n", noon.Add(time.Hour), 9)
		if d := cmp.Diff([]docket.Leased{{Job: b.Jobs[1]}}, jobs); d != "" || err != nil {
			t.Error(d, err)
		}
	})
}

func TestAppendWithoutEntriesMovesTheRow(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		b := batch("26A", nil, 5)
		append1(t, s, b)
		moved := batch("26A", b.Entries)
		moved.Row.Assignee = "ada"
		append1(t, s, moved)
		next := batch("26A", b.Entries, 6) // the head is still the first entry
		append1(t, s, next)
		wantKind(t, second(s.Append(context.Background(), moved)), fault.Conflict)
	})
}

func second(_ docket.Ref, err error) error { return err }

func TestForget(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		for _, c := range []docket.Ref{"26A", "26B"} {
			b := batch(c, nil, 5)
			b.Accounts, b.Facts, b.Figures = [][]byte{{1}}, []byte("f"), []byte("g "+string(c))
			append1(t, s, b)
		}
		for range 2 {
			if err := s.Forget(ctx, "26A"); err != nil {
				t.Fatal(err)
			}
		}
		if facts, err := s.Facts(ctx, "26A"); facts != nil || err != nil {
			t.Errorf("facts %q, %v", facts, err)
		}
		// What is counted outlives what is forgotten, and comes in pages.
		want := []docket.Figure{{Case: "26A", Sealed: []byte("g 26A")}, {Case: "26B", Sealed: []byte("g 26B")}}
		for after, list := range map[docket.Ref][]docket.Figure{"": want, "26A": want[1:], "26B": nil} {
			if got, err := s.Figures(ctx, after, 2); !cmp.Equal(got, list) || err != nil {
				t.Errorf("figures after %q: %v, %v", after, got, err)
			}
		}
		if found, _ := s.Find(ctx, [][]byte{{1}}); !cmp.Equal(found, []docket.Ref{"26B"}) {
			t.Errorf("found %v", found)
		}
		if entries, _, err := s.Entries(ctx, "26A", 0); len(entries) != 1 || err != nil {
			t.Errorf("entries %v, %v", entries, err)
		}
		if found, err := s.Find(ctx, nil); len(found) != 0 || err != nil {
			t.Errorf("nothing asked, found %v, %v", found, err)
		}
	})
}

func TestWhatDoesNotExist(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		_, _, err := s.Entries(ctx, "26A", 0)
		wantKind(t, err, fault.NotFound)
		if facts, err := s.Facts(ctx, "26A"); facts != nil || err != nil {
			t.Errorf("facts %q, %v", facts, err)
		}
		if at, err := s.Clock(ctx); !at.IsZero() || err != nil {
			t.Errorf("clock %s, %v", at, err)
		}
		if at, err := s.Next(ctx); !at.IsZero() || err != nil {
			t.Errorf("next %s, %v", at, err)
		}
	})
}

func TestBatchesThatAreRefused(t *testing.T) {
	first := batch("26A", nil, 5, 6)
	chain := func(b *docket.Batch) *docket.Batch { // hashes are made right again
		for i := range b.Entries {
			if i > 0 {
				b.Entries[i].Prev = b.Entries[i-1].Hash
			}
			b.Entries[i].Hash = b.Entries[i].Sum()
		}
		return b
	}
	cases := []struct {
		name   string
		change func() *docket.Batch
		want   fault.Kind
	}{
		{"the case stands already", func() *docket.Batch { return batch("26A", nil, 5) }, fault.Conflict},
		{"an entry was added meanwhile", func() *docket.Batch { return batch("26A", first.Entries[:1], 5) }, fault.Conflict},
		{"entries nobody has", func() *docket.Batch { return batch("26A", append(first.Entries[:2:2], first.Entries[1]), 5) }, fault.Conflict},
		{"a case nobody has", func() *docket.Batch { return batch("26B", first.Entries, 5) }, fault.Conflict},
		{"another chain", func() *docket.Batch {
			b := batch("26A", first.Entries, 5)
			b.Entries[0].Prev[0] ^= 1
			return chain(b)
		}, fault.Invalid},
		{"a gap", func() *docket.Batch {
			b := batch("26A", first.Entries, 5, 5)
			b.Entries[1].Seq++
			b.Row.Seq = 5
			return chain(b)
		}, fault.Invalid},
		{"a chain broken inside", func() *docket.Batch {
			b := batch("26A", first.Entries, 5, 5)
			b.Entries[1].Prev[0] ^= 1
			b.Entries[1].Hash = b.Entries[1].Sum()
			return b
		}, fault.Invalid},
		{"a hash of something else", func() *docket.Batch {
			b := batch("26A", first.Entries, 5)
			b.Entries[0].Sealed[0] ^= 1
			return b
		}, fault.Invalid},
		{"a first entry with one before", func() *docket.Batch {
			b := batch("26B", nil, 5)
			b.Entries[0].Prev[0] = 1
			return chain(b)
		}, fault.Invalid},
		{"an entry of another case", func() *docket.Batch {
			b := batch("26A", first.Entries, 5)
			b.Entries[0].Case = "26B"
			return chain(b)
		}, fault.Invalid},
		{"a row of another case", func() *docket.Batch { b := batch("26A", first.Entries, 5); b.Row.Case = "26B"; return b }, fault.Invalid},
		{"a row of another entry", func() *docket.Batch { b := batch("26A", first.Entries, 5); b.Row.Seq = 2; return b }, fault.Invalid},
		{"a new case without entries", func() *docket.Batch { return batch("26B", nil) }, fault.Invalid},
		{"no case", func() *docket.Batch { return batch("", nil, 5) }, fault.Invalid},
		{"an expectation below nothing", func() *docket.Batch { b := batch("26A", nil, 5); b.Expected = -1; return b }, fault.Invalid},
		{"an idempotency record without key", func() *docket.Batch { b := batch("26B", nil, 5); b.Once = &docket.Once{Scope: "s"}; return b }, fault.Invalid},
		{"a job without time", func() *docket.Batch {
			b := batch("26B", nil, 5)
			b.Jobs = []docket.Job{{Key: "k", Kind: "k"}}
			return b
		}, fault.Invalid},
		{"an empty account", func() *docket.Batch { b := batch("26B", nil, 5); b.Accounts = [][]byte{{}}; return b }, fault.Invalid},
		{"a zero byte in a text", func() *docket.Batch { b := batch("26B", nil, 5); b.Row.Stage = "a\x00"; return b }, fault.Invalid},
		{"bytes that are no text", func() *docket.Batch { b := batch("26B", nil, 5); b.Row.Assignee = "\xff"; return b }, fault.Invalid},
	}
	both(t, func(t *testing.T, s *Store) {
		append1(t, s, first)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				ref, err := s.Append(context.Background(), c.change())
				wantKind(t, err, c.want)
				if ref != "" {
					t.Errorf("and gave case %s", ref)
				}
			})
		}
		if n := count(t, s, "events"); n != 2 {
			t.Errorf("%d entries stand, want 2", n)
		}
		if n := count(t, s, "cases"); n != 1 {
			t.Errorf("%d cases stand, want 1", n)
		}
	})
}

func TestOnce(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		with := func(c docket.Ref, scope, key, body string) *docket.Batch {
			b := batch(c, nil, 5)
			b.Once = &docket.Once{Scope: scope, Key: key, Body: sha256.Sum256([]byte(body))}
			return b
		}
		append1(t, s, with("26A", "ada", "k", "body"))
		if ref, err := s.Append(ctx, with("26B", "ada", "k", "body")); ref != "26A" || err != nil {
			t.Errorf("the same again: %q, %v", ref, err)
		}
		_, err := s.Append(ctx, with("26B", "ada", "k", "another body"))
		wantKind(t, err, fault.Conflict)
		for i, b := range []*docket.Batch{with("26C", "bob", "k", "body"), with("26D", "ada", "other", "body")} {
			if ref, err := s.Append(ctx, b); ref != b.Case || err != nil {
				t.Errorf("%d: %q, %v", i, ref, err)
			}
		}
		if n := count(t, s, "cases"); n != 3 {
			t.Errorf("%d cases, want 3", n)
		}
		// Many at once: one does it, all are told what it did.
		var wait sync.WaitGroup
		refs := make([]docket.Ref, 40)
		for i := range refs {
			wait.Go(func() {
				ref, err := s.Append(ctx, with(docket.Ref(fmt.Sprintf("27%02d", i)), "ada", "race", "body"))
				if err != nil {
					t.Error(err)
				}
				refs[i] = ref
			})
		}
		wait.Wait()
		for _, ref := range refs {
			if ref != refs[0] {
				t.Errorf("one was told %s and another %s", refs[0], ref)
			}
		}
		if n := count(t, s, "cases"); n != 4 {
			t.Errorf("%d cases, want 4", n)
		}
	})
}

func TestTwoContinueOneCase(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		b := batch("26A", nil, 5)
		append1(t, s, b)
		last := b.Entries
		for round := range 30 {
			rivals := make([]*docket.Batch, 4)
			errs := make([]error, len(rivals))
			var wait sync.WaitGroup
			for i := range rivals {
				rivals[i] = batch("26A", last, 5, 6)
				rivals[i].Row.Assignee = fmt.Sprint(i)
				rivals[i].Jobs = []docket.Job{{Key: fmt.Sprint(round, i), Kind: "k", At: noon}}
				rivals[i].Accounts = [][]byte{{byte(round), byte(i)}}
				rivals[i].Facts = []byte{byte(i)}
				wait.Go(func() { _, errs[i] = s.Append(ctx, rivals[i]) })
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
			last = append(last, rivals[winner].Entries...)
			entries, row, err := s.Entries(ctx, "26A", 0)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(last, entries); d != "" {
				t.Fatal(d)
			}
			if row.Assignee != fmt.Sprint(winner) {
				t.Errorf("the row is that of %s, not of %d", row.Assignee, winner)
			}
			if facts, _ := s.Facts(ctx, "26A"); string(facts) != string(byte(winner)) {
				t.Errorf("the facts are those of %v, not of %d", facts, winner)
			}
			if n := count(t, s, "jobs"); n != round+1 {
				t.Errorf("%d jobs after %d rounds", n, round+1)
			}
			if n := count(t, s, "accounts"); n != round+1 {
				t.Errorf("%d accounts after %d rounds", n, round+1)
			}
		}
	})
}
