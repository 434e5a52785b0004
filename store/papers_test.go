package store

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

func TestAPaperFollowsTheOneThatStands(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		end := time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)
		p := &shelf.Paper{Kind: "session", ID: "a", Owner: "Rosa", Version: 1, Expires: end, Sealed: []byte{1}}
		steps := []struct {
			does string
			do   func() error
			kind fault.Kind
			ok   bool
		}{
			{"the first is kept", func() error { return s.PutPaper(ctx, p) }, 0, true},
			{"and not twice", func() error { return s.PutPaper(ctx, p) }, fault.Conflict, false},
			{"the third does not follow the first", func() error { q := *p; q.Version = 3; return s.PutPaper(ctx, &q) }, fault.Conflict, false},
			{"the second does", func() error { p.Version, p.Owner, p.Expires = 2, "Sami", time.Time{}; return s.PutPaper(ctx, p) }, 0, true},
			{"another kind is another paper", func() error { q := *p; q.Kind, q.Version = "token", 1; return s.PutPaper(ctx, &q) }, 0, true},
			{"an old version is not removed", func() error { return s.RemovePaper(ctx, "session", "a", 1) }, fault.NotFound, false},
		}
		for _, step := range steps {
			if err := step.do(); (err == nil) != step.ok || !step.ok && fault.KindOf(err) != step.kind {
				t.Errorf("%s: %v", step.does, err)
			}
		}
		got, err := s.Paper(ctx, "session", "a")
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(p, got); d != "" {
			t.Error(d)
		}
		if err := s.RemovePaper(ctx, "session", "a", 0); err != nil {
			t.Error(err)
		}
		if _, err := s.Paper(ctx, "session", "a"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("what was removed is there: %v", err)
		}
	})
}

func TestPapersComeByOwnerAndExpire(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		now := time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)
		for i := range 9 {
			p := &shelf.Paper{Kind: "session", ID: fmt.Sprint(i), Owner: []string{"Rosa", "Sami", "Imke"}[i%3], Version: 1, Sealed: []byte{byte(i)}}
			if i < 4 {
				p.Expires = now.Add(time.Duration(i) * time.Minute)
			}
			if err := s.PutPaper(ctx, p); err != nil {
				t.Fatal(err)
			}
		}
		ids := func(owner, after string, limit int) (list []string) {
			papers, err := s.Papers(ctx, "session", owner, after, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range papers {
				list = append(list, p.ID)
			}
			return list
		}
		if d := cmp.Diff([]string{"1", "4", "7"}, ids("Sami", "", 9)); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{"3", "4"}, ids("", "2", 2)); d != "" {
			t.Error(d)
		}
		n, err := s.ExpirePapers(ctx, now.Add(2*time.Minute))
		if err != nil || n != 3 {
			t.Errorf("%d papers expired, %v; want 3", n, err)
		}
		if d := cmp.Diff([]string{"3", "4", "5", "6", "7", "8"}, ids("", "", 9)); d != "" {
			t.Error(d)
		}
	})
}

func TestOfManyWhoTakeAPaperOneGetsIt(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		drawer := shelf.DrawerOf[string](shelf.New(s, [32]byte{1}, zeros{}), "link")
		if err := drawer.Put(ctx, &shelf.Item[string]{ID: "x", Value: "once"}); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		won := make(chan string, 8)
		for range cap(won) {
			group.Go(func() {
				if item, err := drawer.Take(ctx, "x"); err == nil {
					won <- item.Value
				} else if fault.KindOf(err) != fault.NotFound {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if len(won) != 1 || <-won != "once" {
			t.Errorf("%d got it, want one", len(won)+1)
		}
	})
}

// zeros is no randomness; what is sealed here is sealed once.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestAJobOfNoCase(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		at := time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)
		for _, when := range []time.Time{at, at.Add(time.Hour)} {
			if err := s.Prompt(ctx, "register fr-bep 2", "register", when); err != nil {
				t.Fatal(err)
			}
		}
		if jobs, err := s.Lease(ctx, at, "a", at.Add(time.Hour), 9); err != nil || len(jobs) > 0 {
			t.Errorf("a job that was moved is given early: %v, %v", jobs, err)
		}
		jobs, err := s.Lease(ctx, at.Add(time.Hour), "a", at.Add(2*time.Hour), 9)
		if err != nil || len(jobs) != 1 || jobs[0].Kind != "register" || jobs[0].Case != "" {
			t.Errorf("got %v, %v; want the job once", jobs, err)
		}
	})
}

// TestRestoringWithoutSomePapers leaves out what is not to come back, and marks
// that it was restored, once.
func TestRestoringWithoutSomePapers(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		for _, kind := range []string{"session", "authority", "token"} {
			for i := range 70 {
				if err := s.PutPaper(ctx, &shelf.Paper{Kind: kind, ID: fmt.Sprint(i), Owner: "Rosa", Version: 1, Sealed: []byte{byte(i)}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		how := Restoring{Without: []string{"token", "session"}, Mark: &shelf.Paper{Kind: "office", ID: "restored", Version: 1, Sealed: []byte("now")}}
		from := s
		for _, said := range []string{"now", "now"} { // the second time from a backup that has the mark
			where := engines[0].fresh(t)
			if err := Restore(ctx, where, bytes.NewReader(backedUp(t, from)), how); err != nil {
				t.Fatal(err)
			}
			how.Mark.Sealed = []byte("later")
			from = opened(t, where)
			for kind, want := range map[string]int{"session": 0, "token": 0, "authority": 70, "office": 1} {
				if got, err := from.Papers(ctx, kind, "", "", 100); err != nil || len(got) != want {
					t.Errorf("%d papers of %s came back, want %d; %v", len(got), kind, want, err)
				}
			}
			if p, err := from.Paper(ctx, "office", "restored"); err != nil || string(p.Sealed) != said {
				t.Errorf("the mark is %v, %v; want %s", p, err, said)
			}
		}
	})
}
