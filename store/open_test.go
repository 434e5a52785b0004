package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/timer"
)

func TestWhatWasKeptIsThereAfterARestart(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			where := e.fresh(t)
			ctx := context.Background()
			s, err := Open(ctx, where)
			if err != nil {
				t.Fatal(err)
			}
			b := jobs("26A", noon, "a")
			b.Facts = []byte("f")
			append1(t, s, b)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Append(ctx, batch("26B", nil, 5)); err == nil || !strings.Contains(err.Error(), "closed") {
				t.Errorf("after Close: %v", err)
			}
			s = opened(t, where)
			entries, row, err := s.Entries(ctx, "26A", 0)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(b.Entries, entries); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(b.Row, row); d != "" {
				t.Error(d)
			}
			if got := lease(t, s, noon, "n", 1); got != "a/0" {
				t.Errorf("leased %q", got)
			}
		})
	}
}

func TestCloseFinishesWhatWaits(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			s, err := Open(context.Background(), e.fresh(t))
			if err != nil {
				t.Fatal(err)
			}
			release := hold(t, s)
			var all []*pending
			for i := range 30 {
				p := waiting(batch(docket.Ref(fmt.Sprint("26", i)), nil, 5))
				if !s.queue.put(p) {
					t.Fatal("the queue is closed")
				}
				all = append(all, p)
			}
			closed := make(chan error)
			go func() { closed <- s.Close() }()
			for s.queue.put(waiting(batch("26LATE", nil, 5))) {
				time.Sleep(time.Millisecond)
			}
			release()
			for _, p := range all {
				if <-p.done; p.err != nil {
					t.Error(p.err)
				}
			}
			if err := <-closed; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestADatabaseOfANewerProgram(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			where := e.fresh(t)
			s := opened(t, where)
			if _, err := s.writer.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, TRUE)"); err != nil {
				t.Fatal(err)
			}
			_, err := Open(context.Background(), where)
			wantKind(t, err, fault.Conflict)
			if err != nil && !strings.Contains(err.Error(), "version 99") {
				t.Error(err)
			}
		})
	}
}

func TestManyOpenAtOnce(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			where := e.fresh(t)
			if e.name == "sqlite" {
				opened(t, where) // who makes the file is alone in an office
			}
			var wait sync.WaitGroup
			for range 4 {
				wait.Go(func() {
					s, err := Open(context.Background(), where)
					if err != nil {
						t.Error(err)
						return
					}
					if err := s.Close(); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
		})
	}
}

// Two processes on one database continue the same cases: each entry is written
// by one of them, and both read the same.
func TestTwoStoresOnOneDatabase(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			where := e.fresh(t)
			ctx := context.Background()
			stores := []*Store{opened(t, where), opened(t, where)}
			var wait sync.WaitGroup
			for _, s := range stores {
				for range 4 {
					wait.Go(func() {
						for round := range 40 {
							c := docket.Ref(fmt.Sprint("26", round%5))
							last, _, err := s.Entries(ctx, c, 0)
							if err != nil && fault.KindOf(err) != fault.NotFound {
								t.Error(err)
							}
							b := batch(c, last, 5, 6)
							b.Jobs = []docket.Job{{Key: "shared", Kind: "k", At: noon}, {Key: fmt.Sprint(round), Kind: "k", At: noon}}
							b.Done = []string{fmt.Sprint(round - 1)}
							b.Accounts = [][]byte{{1}, {2}}
							_, err = s.Append(ctx, b)
							if err != nil && fault.KindOf(err) != fault.Conflict {
								t.Error(err)
							}
						}
					})
				}
			}
			wait.Wait()
			total := 0
			for c := range 5 {
				ref := docket.Ref(fmt.Sprint("26", c))
				one, row, err := stores[0].Entries(ctx, ref, 0)
				if err != nil {
					t.Fatal(err)
				}
				other, _, err := stores[1].Entries(ctx, ref, 0)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(one, other); d != "" {
					t.Error(d)
				}
				for i, e := range one {
					if e.Seq != i+1 || e.Hash != e.Sum() || i > 0 && e.Prev != one[i-1].Hash {
						t.Errorf("%s is torn at %d", ref, e.Seq)
					}
				}
				if row.Seq != len(one) {
					t.Errorf("the row of %s stands at %d of %d", ref, row.Seq, len(one))
				}
				total += len(one)
			}
			if total == 0 || total%2 != 0 {
				t.Errorf("%d entries: a batch was written by half", total)
			}
		})
	}
}

func TestAddressesThatLeadNowhere(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, where := range map[string]string{
		"a folder that does not exist": filepath.Join(t.TempDir(), "nowhere", "office.db"),
		"a folder":                     t.TempDir(),
		"a file of another kind":       text,
		"no server":                    "postgres://nobody@/office?host=" + t.TempDir(),
		"no address":                   "postgres://%zz",
	} {
		if s, err := Open(context.Background(), where); err == nil {
			t.Errorf("%s was opened", name)
			s.Close()
		}
	}
}

func TestNobodyElseReadsTheFile(t *testing.T) {
	where := engines[0].fresh(t)
	append1(t, opened(t, where), batch("26A", nil, 5))
	for _, end := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(where + end)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", where+end, info.Mode().Perm())
		}
	}
}

// However the server is set up, commits are flushed.
func TestCommitsAreFlushed(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ask, want := "PRAGMA synchronous", "2"
		if s.dialect == &postgres {
			ask, want = "SHOW synchronous_commit", "on"
		}
		var got string
		if err := s.writer.QueryRow(ask).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %s, %v", ask, got, err)
		}
	})
	t.Run("a server that would not", func(t *testing.T) {
		s := opened(t, engines[1].fresh(t)+"&options=-csynchronous_commit%3Doff")
		var got string
		if err := s.writer.QueryRow("SHOW synchronous_commit").Scan(&got); err != nil || got != "on" {
			t.Errorf("%s, %v", got, err)
		}
	})
}

func TestReadersCannotWrite(t *testing.T) {
	s := opened(t, engines[0].fresh(t))
	if _, err := s.reader.Exec("DELETE FROM events"); err == nil {
		t.Error("a reader wrote")
	}
}

// The timer on the real thing: each job is done, whatever fails once.
func TestTimerOnTheStore(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		var keys []string
		for i := range 40 {
			keys = append(keys, fmt.Sprintf("job%02d", i))
		}
		first := jobs("26A", noon, keys...)
		append1(t, s, first)
		var mu sync.Mutex
		times := make(map[string]int)
		clock := func() time.Time { return noon.Add(time.Hour) }
		r := timer.Runner{Jobs: s, Node: "n", Clock: clock, Lease: time.Minute, Handle: func(_ context.Context, j docket.Job) error {
			mu.Lock()
			defer mu.Unlock()
			if times[j.Key]++; j.Key == "job07" {
				return fmt.Errorf("refused")
			}
			return nil
		}}
		if err := r.RunDue(context.Background()); err == nil || !strings.Contains(err.Error(), "refused") {
			t.Errorf("RunDue says %v", err)
		}
		for _, key := range keys {
			if times[key] != 1 {
				t.Errorf("%s was done %d times", key, times[key])
			}
		}
		if n := count(t, s, "jobs"); n != 1 {
			t.Errorf("%d jobs are left, want the one that failed", n)
		}
		if got := lease(t, s, noon.Add(2*time.Hour), "m", 9); got != "job07/1refused" {
			t.Errorf("leased %q", got)
		}
	})
}

// An office that worked before there was a public log goes on with one.
func TestAnOfficeOfBeforeTheLog(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			ctx, where := context.Background(), e.fresh(t)
			d := map[string]*dialect{"sqlite": &sqlite, "postgres": &postgres}[e.name]
			writer, reader, err := d.connect(where)
			if err != nil {
				t.Fatal(err)
			}
			files, err := fs.Sub(migrations, "migrations/"+e.name)
			if err != nil {
				t.Fatal(err)
			}
			provider, err := goose.NewProvider(d.goose, writer, files)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := provider.UpTo(ctx, 2); err != nil {
				t.Fatal(err)
			}
			b := batch("26A", nil, 5)
			for _, text := range []string{
				fmt.Sprintf("INSERT INTO cases VALUES ('26A', 1, %[1]s, 'key-26A', 'NL-1', 'NL', 'uncc', 'normal', 'received', 'office', '', %[2]d, %[3]d, 0, 0, 1, '')", d.hex(b.Entries[0].Hash[:]), noon.UnixMicro(), int64(never)),
				fmt.Sprintf("INSERT INTO events VALUES ('26A', 1, %d, %s, %s, %s)", noon.UnixMicro(), d.hex(b.Entries[0].Sealed), d.hex(make([]byte, 32)), d.hex(b.Entries[0].Hash[:])),
			} {
				if _, err := writer.ExecContext(ctx, text); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(writer.Close(), reader.Close()); err != nil {
				t.Fatal(err)
			}
			s := opened(t, where)
			entries, row, err := s.Entries(ctx, "26A", 0)
			if d := cmp.Diff(b.Entries, entries) + cmp.Diff(b.Row, row); d != "" || err != nil {
				t.Fatal(d, err)
			}
			next := batch("26A", entries, 5)
			next.Row.Settles, next.Leaves = "judge", []docket.Leaf{leaf("26A", "2", "sealed")}
			append1(t, s, next)
			if rows, _, err := s.Rows(ctx, docket.Query{Settles: "judge"}); len(rows) != 1 || err != nil {
				t.Errorf("%d cases wait for a judge, %v; want 1", len(rows), err)
			}
		})
	}
}

// hex writes bytes as a literal.
func (d *dialect) hex(b []byte) string {
	if d == &postgres {
		return fmt.Sprintf(`'\x%x'::bytea`, b)
	}
	return fmt.Sprintf("x'%x'", b)
}
