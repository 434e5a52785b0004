package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// jobs gives a case whose first batch sets these jobs.
func jobs(c docket.Ref, at time.Time, keys ...string) *docket.Batch {
	b := batch(c, nil, 5)
	for i, key := range keys {
		b.Jobs = append(b.Jobs, docket.Job{Key: key, Case: c, Kind: "remind", At: at.Add(time.Duration(i) * time.Second)})
	}
	return b
}

func lease(t *testing.T, s *Store, now time.Time, node string, limit int) string {
	t.Helper()
	list, err := s.Lease(context.Background(), now, node, now.Add(time.Minute), limit)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, j := range list {
		keys = append(keys, fmt.Sprintf("%s/%d%s", j.Key, j.Attempt, j.Reason))
	}
	return strings.Join(keys, " ")
}

func next(t *testing.T, s *Store) time.Duration {
	t.Helper()
	at, err := s.Next(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if at.IsZero() {
		return -1
	}
	return at.Sub(noon)
}

func TestJobs(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		first := jobs("26A", noon, "a", "b", "c")
		append1(t, s, first)
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		at := func(d time.Duration) time.Time { return noon.Add(d) }
		for _, step := range []struct {
			name      string
			got, want any
		}{
			{"the first is due first", next(t, s), time.Duration(0)},
			{"nothing is due before its time", lease(t, s, at(-time.Second), "n", 9), ""},
			{"the oldest first, no more than asked", lease(t, s, at(time.Second), "n", 1), "a/0"},
			{"what is held is not given again", lease(t, s, at(time.Second), "m", 9), "b/0"},
			{"then the third is next", next(t, s), 2 * time.Second},
			{"a lease that is over", lease(t, s, at(62*time.Second), "m", 9), "a/0 b/0 c/0"},
		} {
			if d := cmp.Diff(step.want, step.got); d != "" {
				t.Fatalf("%s: %s", step.name, d)
			}
		}
		do(s.Finish(ctx, "a", "n")) // n holds it no more
		do(s.Finish(ctx, "b", "m"))
		do(s.Fail(ctx, "c", "m", "broken \x00\xff", at(2*time.Hour)))
		if n := count(t, s, "jobs"); n != 2 {
			t.Errorf("%d jobs, want a and c", n)
		}
		if got := lease(t, s, at(time.Hour), "n", 9); got != "a/0" {
			t.Errorf("during the back-off of c: %s", got)
		}
		do(s.Bury(ctx, "a", "n", "given up"))
		if got := lease(t, s, at(3*time.Hour), "n", 9); got != "c/1broken ??" {
			t.Errorf("after the back-off: %s", got)
		}
		dead, err := s.Dead(ctx, 9)
		if err != nil || len(dead) != 1 || dead[0].Key != "a" || dead[0].Reason != "given up" || dead[0].Attempt != 1 {
			t.Errorf("put aside: %+v, %v", dead, err)
		}
		wantKind(t, s.Revive(ctx, "c"), fault.NotFound)
		do(s.Revive(ctx, "a"))
		wantKind(t, s.Revive(ctx, "a"), fault.NotFound)
		if got := lease(t, s, at(3*time.Hour), "n", 9); got != "a/0given up" {
			t.Errorf("after it was revived: %s", got)
		}
		do(s.Finish(ctx, "a", "n"))
		do(s.Finish(ctx, "c", "n"))
		if got := next(t, s); got != -1 {
			t.Errorf("with no job left, next is %s", got)
		}
	})
}

func TestBatchesMoveAndSettleJobs(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		first := jobs("26A", noon, "moved", "settled", "dead", "renewed")
		append1(t, s, first)
		lease(t, s, noon.Add(time.Minute), "n", 9)
		if err := s.Bury(ctx, "dead", "n", "given up"); err != nil {
			t.Fatal(err)
		}
		b := batch("26A", first.Entries, 5)
		later := noon.Add(time.Hour)
		b.Done = []string{"settled", "renewed", "unknown"}
		b.Jobs = []docket.Job{{Key: "moved", Case: "26A", Kind: "k", At: later}, {Key: "dead", Case: "26A", Kind: "k", At: later},
			{Key: "renewed", Case: "26A", Kind: "k", At: later}}
		append1(t, s, b)
		// The one who held them before has no say any more.
		for _, key := range []string{"moved", "settled", "dead", "renewed"} {
			if err := s.Finish(ctx, key, "n"); err != nil {
				t.Fatal(err)
			}
			if err := s.Fail(ctx, key, "n", "late", noon); err != nil {
				t.Fatal(err)
			}
			if err := s.Bury(ctx, key, "n", "late"); err != nil {
				t.Fatal(err)
			}
		}
		if got := next(t, s); got != time.Hour {
			t.Errorf("next in %s", got)
		}
		if got := lease(t, s, later, "m", 9); got != "dead/0 moved/0 renewed/0" && len(strings.Fields(got)) != 3 {
			t.Errorf("leased %s", got)
		}
	})
}

// Nodes that lease at once share what is due and get nothing twice.
func TestLeaseIsExclusive(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		keys := make([]string, 300)
		for i := range keys {
			keys[i] = fmt.Sprintf("job%03d", i)
		}
		append1(t, s, jobs("26A", noon, keys...))
		now := noon.Add(time.Hour)
		var mu sync.Mutex
		given := make(map[string]string)
		var wait sync.WaitGroup
		for n := range 6 {
			node := fmt.Sprint("node", n)
			wait.Go(func() {
				for {
					list, err := s.Lease(context.Background(), now, node, now.Add(time.Minute), 7)
					if err != nil {
						t.Error(err)
					}
					if len(list) == 0 {
						return
					}
					mu.Lock()
					for _, j := range list {
						if other, ok := given[j.Key]; ok {
							t.Errorf("%s went to %s and to %s", j.Key, other, node)
						}
						given[j.Key] = node
					}
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		if len(given) != len(keys) {
			t.Errorf("%d jobs were given out, want %d", len(given), len(keys))
		}
	})
}

func TestLeasesThatMakeNoSense(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		for _, c := range []struct {
			node  string
			until time.Duration
			limit int
		}{{"", 1, 1}, {"n", 0, 1}, {"n", 1, 0}} {
			_, err := s.Lease(context.Background(), noon, c.node, noon.Add(c.until), c.limit)
			wantKind(t, err, fault.Invalid)
		}
	})
}

func TestWhoWaitsForJobsIsWoken(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		select {
		case <-s.Wrote():
			t.Fatal("woken before anything was written")
		default:
		}
		for _, ref := range []docket.Ref{"26A", "26B", "26C"} {
			append1(t, s, batch(ref, nil, 10))
		}
		select {
		case <-s.Wrote():
		case <-time.After(10 * time.Second):
			t.Error("nobody is woken")
		}
	})
}
