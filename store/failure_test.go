package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

func waiting(b *docket.Batch) *pending {
	return &pending{batch: b, claims: claims(b), done: make(chan struct{})}
}

// spoil makes the database refuse a fact record of one case, as nothing the
// store checks before would.
func spoil(t *testing.T, s *Store, c docket.Ref) {
	t.Helper()
	text := map[string]string{
		"sqlite":   "CREATE TRIGGER spoiled BEFORE INSERT ON facts WHEN NEW.case_ref = '%s' BEGIN SELECT RAISE(ABORT, 'spoiled'); END",
		"postgres": "ALTER TABLE facts ADD CONSTRAINT spoiled CHECK (case_ref <> '%s')",
	}[s.dialect.name]
	if _, err := s.writer.ExecContext(context.Background(), fmt.Sprintf(text, c)); err != nil {
		t.Fatal(err)
	}
}

func TestABadBatchDoesNoHarmToItsGroup(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		spoil(t, s, "26BAD")
		append1(t, s, batch("26OLD", nil, 5))
		var group []*pending
		for i := range 20 {
			group = append(group, waiting(batch(docket.Ref(fmt.Sprint("26", i)), nil, 5)))
		}
		bad := batch("26BAD", nil, 5)
		bad.Facts = []byte("f")
		group = append(group, waiting(bad), waiting(batch("26OLD", nil, 6)))
		s.settle(group)
		for _, p := range group {
			switch p.batch.Case {
			case "26BAD":
				if p.err == nil || p.ref != "" || !strings.Contains(p.err.Error(), "nothing was written") || !strings.Contains(p.err.Error(), "spoiled") {
					t.Errorf("the bad one: %q, %v", p.ref, p.err)
				}
			case "26OLD":
				wantKind(t, p.err, fault.Conflict)
			default:
				if p.err != nil || p.ref != p.batch.Case {
					t.Errorf("%s: %q, %v", p.batch.Case, p.ref, p.err)
				}
			}
		}
		if n := count(t, s, "cases"); n != 21 {
			t.Errorf("%d cases, want 21", n)
		}
		if n := count(t, s, "events"); n != 21 {
			t.Errorf("%d entries, want 21: a batch was written by half", n)
		}
	})
}

func TestBatchesThatShareAClaimStandInNoGroup(t *testing.T) {
	q := newQueue()
	with := func(c docket.Ref, once, set, done string) *pending {
		b := batch(c, nil, 5)
		b.Jobs = []docket.Job{{Key: set, Kind: "k", At: noon}}
		b.Done = []string{done}
		b.Once = &docket.Once{Scope: "s", Key: once}
		return waiting(b)
	}
	all := []*pending{
		with("a", "1", "j1", "d1"), with("a", "2", "j2", "d2"), with("b", "1", "j3", "d3"), with("c", "4", "j1", "d4"),
		with("d", "5", "d1", "d5"), with("e", "6", "j6", "d1"), with("f", "7", "j7", "j7"), with("g", "8", "j8", "d8"),
	}
	for _, p := range all {
		if !q.put(p) {
			t.Fatal("the queue is closed")
		}
	}
	q.close()
	var groups []string
	for group := q.take(3); group != nil; group = q.take(3) {
		var names string
		for _, p := range group {
			names += string(p.batch.Case)
		}
		groups = append(groups, names)
	}
	if d := cmp.Diff([]string{"afg", "abc", "d", "e"}, groups); d != "" {
		t.Error(d)
	}
	if q.put(all[0]) {
		t.Error("a closed queue takes batches")
	}
}

// hold keeps every writer from writing until the function it gives is called.
func hold(t *testing.T, s *Store) func() {
	t.Helper()
	tx, err := s.writer.Begin() // SQLite: takes the connection and the lock
	if err != nil {
		t.Fatal(err)
	}
	if s.dialect.lockAll != "" {
		if _, err := tx.Exec(s.dialect.lockAll); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
	}
}

func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}

func TestCallersThatGiveUp(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		release := hold(t, s)
		ctx, cancel := context.WithCancel(context.Background())
		type answer struct {
			ref docket.Ref
			err error
		}
		taken := make(chan answer, s.dialect.writers)
		for i := range s.dialect.writers {
			go func() {
				ref, err := s.Append(ctx, batch(docket.Ref(fmt.Sprint("taken", i)), nil, 5))
				taken <- answer{ref, err}
			}()
			for s.queue.length() > 0 || s.writer.Stats().InUse+int(s.writer.Stats().WaitCount) < 2+i {
				time.Sleep(time.Millisecond)
			}
		}
		left := make(chan answer)
		go func() {
			ref, err := s.Append(ctx, batch("left", nil, 5))
			left <- answer{ref, err}
		}()
		for s.queue.length() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
		if a := <-left; !errors.Is(a.err, context.Canceled) || !strings.Contains(a.err.Error(), "nothing was written") || a.ref != "" {
			t.Errorf("one that no writer had: %+v", a)
		}
		select {
		case a := <-taken:
			t.Errorf("one that a writer had was answered before its commit: %+v", a)
		case <-time.After(20 * time.Millisecond):
		}
		release()
		for range s.dialect.writers {
			if a := <-taken; a.err != nil {
				t.Errorf("one that a writer had: %+v", a)
			}
		}
		if _, err := s.Append(ctx, batch("late", nil, 5)); !errors.Is(err, context.Canceled) {
			t.Errorf("one that was cancelled before: %v", err)
		}
		if n := count(t, s, "cases"); n != s.dialect.writers {
			t.Errorf("%d cases, want %d", n, s.dialect.writers)
		}
	})
}

func TestCommitsThatAreCutOff(t *testing.T) {
	lost := errors.New("connection lost")
	done := func(tx *sql.Tx) error { return errors.Join(tx.Commit(), lost) }
	undone := func(tx *sql.Tx) error { return errors.Join(tx.Rollback(), lost) }
	broken := func(*sql.Tx) error { panic("torn") }
	whole := (*sql.Tx).Commit
	for _, c := range []struct {
		name    string
		commits []func(*sql.Tx) error // of the group, then of each batch
		want    string                // in the error of each; empty: it stands
		stand   int
	}{
		{"after the server had it", []func(*sql.Tx) error{done, whole, whole}, "", 2},
		{"before the server had it", []func(*sql.Tx) error{undone, whole, whole}, "", 2},
		{"twice after", []func(*sql.Tx) error{done, done, done}, "", 2},
		{"before, then after", []func(*sql.Tx) error{undone, done, done}, "", 2},
		{"twice before", []func(*sql.Tx) error{undone, undone, undone}, "whether it was written is not known", 0},
		{"by a panic", []func(*sql.Tx) error{broken, broken, broken}, "torn", 0},
		{"by a panic that passes", []func(*sql.Tx) error{broken, whole, whole}, "", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			both(t, func(t *testing.T, s *Store) {
				first := batch("26A", nil, 5)
				append1(t, s, first)
				next := 0
				s.commit = func(tx *sql.Tx) error { next++; return c.commits[next-1](tx) }
				group := []*pending{waiting(batch("26A", first.Entries, 5, 6)), waiting(batch("26B", nil, 5))}
				s.settle(group)
				s.commit = whole
				for _, p := range group {
					if (c.want == "") != (p.err == nil) || p.err != nil && !strings.Contains(p.err.Error(), c.want) {
						t.Errorf("%s: %v", p.batch.Case, p.err)
					}
					if (p.err == nil) != (p.ref == p.batch.Case) {
						t.Errorf("%s: given as %q", p.batch.Case, p.ref)
					}
				}
				if n := count(t, s, "cases") - 1; n != c.stand/2 {
					t.Errorf("%d new cases, want %d", n, c.stand/2)
				}
				if n := count(t, s, "events") - 1; n != c.stand/2*3 {
					t.Errorf("%d new entries, want %d", n, c.stand/2*3)
				}
				append1(t, s, batch("26C", nil, 5)) // it goes on
			})
		})
	}
}

// A conflict with somebody else's entries stays one, even if it was met after
// a commit in doubt.
func TestADoubtfulCommitThatLost(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			where := e.fresh(t)
			s, other := opened(t, where), opened(t, where)
			first := batch("26A", nil, 5)
			append1(t, s, first)
			rival := batch("26A", first.Entries, 7)
			s.commit = func(tx *sql.Tx) error {
				s.commit = (*sql.Tx).Commit
				if err := tx.Rollback(); err != nil {
					return err
				}
				append1(t, other, rival)
				return errors.New("connection lost")
			}
			p := waiting(batch("26A", first.Entries, 5))
			s.settle([]*pending{p})
			wantKind(t, p.err, fault.Conflict)
		})
	}
}

func TestADiskThatIsFull(t *testing.T) {
	s := opened(t, engines[0].fresh(t))
	ctx := context.Background()
	limit := func(pages int) {
		t.Helper()
		if _, err := s.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(300)
	var mu sync.Mutex
	var kept []docket.Ref
	var refused int
	var wait sync.WaitGroup
	for w := range 16 {
		wait.Go(func() {
			for i := range 20 {
				ref, err := s.Append(ctx, batch(docket.Ref(fmt.Sprintf("26%02d%02d", w, i)), nil, 7000, 1000))
				mu.Lock()
				if err == nil {
					kept = append(kept, ref)
				} else if refused++; !strings.Contains(err.Error(), "full") {
					t.Error(err)
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if len(kept) == 0 || refused == 0 {
		t.Fatalf("%d kept and %d refused: nothing was tried", len(kept), refused)
	}
	for _, c := range kept {
		if entries, _, err := s.Entries(ctx, c, 0); len(entries) != 2 || err != nil {
			t.Errorf("%s was accepted and has %d entries, %v", c, len(entries), err)
		}
	}
	if n := count(t, s, "cases"); n != len(kept) {
		t.Errorf("%d cases stand and %d were accepted", n, len(kept))
	}
	limit(100_000)
	append1(t, s, batch("26ROOM", nil, 7000))
}

// What was accepted is on the disk: a copy of the files, taken while the
// database is open, is what a machine that lost its power would find.
func TestAcceptedSurvivesACrash(t *testing.T) {
	where := engines[0].fresh(t)
	s := opened(t, where)
	for i := range 50 {
		append1(t, s, batch(docket.Ref(fmt.Sprintf("26%02d", i)), nil, 3000))
	}
	found := filepath.Join(t.TempDir(), "office.db")
	for _, end := range []string{"", "-wal"} {
		text, err := os.ReadFile(where + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(found+end, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, opened(t, found), "cases"); n != 50 {
		t.Errorf("%d cases survived, want 50", n)
	}
}

// The server goes away under writers, stopped and killed. Whatever was accepted
// stands once; whatever was said not to be written does not.
func TestAServerThatRestarts(t *testing.T) {
	at := postgresServer(t)
	s := opened(t, engines[1].fresh(t))
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	var mu sync.Mutex
	accepted, denied, unknown := make(map[[32]byte]bool), make(map[[32]byte]bool), 0
	for w := range 12 {
		wait.Go(func() {
			c := docket.Ref(fmt.Sprint("26", w))
			var last []docket.Entry
			for ctx.Err() == nil {
				b := batch(c, last, 500, 500)
				_, err := s.Append(context.Background(), b)
				mu.Lock()
				switch {
				case err == nil:
					accepted[b.Entries[1].Hash] = true
				case strings.Contains(err.Error(), "nothing was written"):
					denied[b.Entries[1].Hash] = true
				case strings.Contains(err.Error(), "not known"):
					unknown++
				default:
					t.Error(err)
				}
				mu.Unlock()
				if err == nil {
					last = append(last, b.Entries...)
					continue
				}
				for { // as a caller would: read again, once the server is back
					entries, _, err := s.Entries(context.Background(), c, 0)
					if err == nil || fault.KindOf(err) == fault.NotFound {
						last = entries
						break
					}
					time.Sleep(50 * time.Millisecond)
				}
			}
		})
	}
	for _, end := range []func() error{func() error { return nil }, at.Kill, func() error { return nil }} {
		time.Sleep(300 * time.Millisecond)
		if err := errors.Join(end(), at.Restart()); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(300 * time.Millisecond)
	cancel()
	wait.Wait()
	t.Logf("%d accepted, %d denied, %d unknown", len(accepted), len(denied), unknown)
	stand := make(map[[32]byte]int)
	for w := range 12 {
		entries, _, err := s.Entries(context.Background(), docket.Ref(fmt.Sprint("26", w)), 0)
		for try := 0; err != nil && try < 2*readers; try++ { // connections of before the restart
			entries, _, err = s.Entries(context.Background(), docket.Ref(fmt.Sprint("26", w)), 0)
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range entries {
			stand[e.Hash]++
			if e.Seq != i+1 || e.Hash != e.Sum() || i > 0 && e.Prev != entries[i-1].Hash {
				t.Errorf("case %s is torn at %d", e.Case, e.Seq)
			}
		}
	}
	if len(accepted) == 0 {
		t.Fatal("nothing was accepted: nothing was tried")
	}
	for hash := range accepted {
		if stand[hash] != 1 {
			t.Errorf("an accepted batch stands %d times", stand[hash])
		}
	}
	for hash := range denied {
		if stand[hash] != 0 {
			t.Error("a batch that was said not to be written stands")
		}
	}
}
