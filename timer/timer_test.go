package timer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// A diary notes what was handled and when, since the test began.
type diary struct {
	mu    sync.Mutex
	start time.Time
	lines []string
}

func (d *diary) note(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf("%s@%s", what, time.Since(d.start)))
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.lines, " ")
}

func runner(s *shelf, handle func(context.Context, docket.Job) error) *Runner {
	return &Runner{Jobs: s, Node: "n", Handle: handle, Clock: time.Now, Lease: 10 * time.Minute}
}

// running runs r during a test in a bubble, until the test returns.
func running(t *testing.T, r *Runner) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
	})
}

func TestJobsRunWhenTheyAreDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &diary{start: time.Now()}
		for key, after := range map[string]time.Duration{"past": -time.Hour, "now": 0, "soon": 1500 * time.Millisecond, "later": 90 * time.Minute} {
			s.set(key, d.start.Add(after))
		}
		running(t, runner(s, func(_ context.Context, j docket.Job) error { d.note(j.Key); return nil }))
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if got := d.String(); got != "past@0s now@0s soon@1.5s later@1h30m0s" && got != "now@0s past@0s soon@1.5s later@1h30m0s" {
			t.Error(got)
		}
		if len(s.jobs) != 0 {
			t.Errorf("left over: %v", s.jobs)
		}
	})
}

func TestOthersJobsAreFoundWithinSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &diary{start: time.Now()}
		poke := make(chan struct{}, 1)
		r := runner(s, func(_ context.Context, j docket.Job) error { d.note(j.Key); return nil })
		r.Poke = poke
		running(t, r)
		time.Sleep(7 * time.Second)
		s.set("unannounced", time.Now())
		time.Sleep(5 * time.Second)
		s.set("announced", time.Now())
		poke <- struct{}{}
		synctest.Wait()
		if got := d.String(); got != "unannounced@10s announced@12s" {
			t.Error(got)
		}
	})
}

func TestFailuresComeBackLaterAndAreThenPutAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, start := newShelf(), time.Now()
		s.set("broken", start)
		var mu sync.Mutex
		var tries []time.Duration
		var reports []error
		r := runner(s, func(context.Context, docket.Job) error {
			mu.Lock()
			defer mu.Unlock()
			tries = append(tries, time.Since(start))
			return fmt.Errorf("refused for the %d. time", len(tries))
		})
		r.Report = func(_ docket.Job, err error) { reports = append(reports, err) }
		running(t, r)
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		if len(tries) != Attempts || len(reports) != Attempts {
			t.Fatalf("%d tries, %d reports, want %d", len(tries), len(reports), Attempts)
		}
		for i := 1; i < len(tries); i++ {
			full := min(time.Second<<(i-1), 15*time.Minute)
			if waited := tries[i] - tries[i-1]; waited < full*4/5 || waited > full+10*time.Millisecond {
				t.Errorf("before try %d it waited %s, want %s less up to a fifth", i+1, waited, full)
			}
		}
		if k := s.get("broken"); !k.dead || k.Reason != "refused for the 20. time" {
			t.Errorf("%+v", k)
		}
	})
}

// TestWhatWaitsForAnotherSystemIsNeverPutAside: a mail server that is away for two
// days costs no letter.
func TestWhatWaitsForAnotherSystemIsNeverPutAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, start := newShelf(), time.Now()
		s.set("letter", start)
		var sent atomic.Bool
		r := runner(s, func(context.Context, docket.Job) error {
			if time.Since(start) < 48*time.Hour {
				return fmt.Errorf("send: %w", fault.Busyf("mail", "no answer"))
			}
			sent.Store(true)
			return nil
		})
		running(t, r)
		time.Sleep(49 * time.Hour)
		synctest.Wait()
		if k := s.get("letter"); !sent.Load() || k.dead || k.Key != "" {
			t.Errorf("sent: %t; %+v", sent.Load(), k)
		}
	})
}

func TestFailuresKeepNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, start := newShelf(), time.Now()
		for i := range 500 {
			s.set(fmt.Sprint("broken", i), start)
		}
		s.set("hourly", start.Add(time.Hour))
		d := &diary{start: start}
		running(t, runner(s, func(_ context.Context, j docket.Job) error {
			if j.Key != "hourly" {
				return errors.New("refused")
			}
			d.note(j.Key)
			s.set("hourly", j.At.Add(time.Hour))
			return nil
		}))
		time.Sleep(3*time.Hour + time.Second)
		synctest.Wait()
		if got := d.String(); got != "hourly@1h0m0s hourly@2h0m0s hourly@3h0m0s" {
			t.Error(got)
		}
	})
}

func TestAPanicIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		s.set("broken", time.Now())
		s.set("whole", time.Now())
		err := runner(s, func(_ context.Context, j docket.Job) error {
			if j.Key == "broken" {
				panic("no such page")
			}
			return nil
		}).RunDue(context.Background())
		if err == nil || !strings.Contains(err.Error(), "no such page") {
			t.Errorf("RunDue says %v", err)
		}
		if k := s.get("broken"); k.Attempt != 1 || !strings.Contains(k.Reason, "no such page") {
			t.Errorf("%+v", k)
		}
		if s.get("whole").Key != "" {
			t.Error("the other job was not done")
		}
	})
}

func TestJobsOfANodeThatDied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &diary{start: time.Now()}
		s.set("left", time.Now())
		if jobs, _ := s.Lease(context.Background(), time.Now(), "dead", time.Now().Add(10*time.Minute), 1); len(jobs) != 1 {
			t.Fatal("nothing was leased")
		}
		running(t, runner(s, func(_ context.Context, j docket.Job) error { d.note(j.Key); return nil }))
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := d.String(); got != "left@10m0s" {
			t.Error(got)
		}
	})
}

func TestNodesNeverDoOneJobTwiceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, start := newShelf(), time.Now()
		for i := range 200 {
			s.set(fmt.Sprint("job", i), start.Add(time.Duration(i%7)*time.Second))
		}
		var mu sync.Mutex
		now, times := make(map[string]bool), make(map[string]int)
		handle := func(ctx context.Context, j docket.Job) error {
			mu.Lock()
			if now[j.Key] {
				t.Errorf("%s is done twice at once", j.Key)
			}
			now[j.Key] = true
			times[j.Key]++
			first := times[j.Key] == 1
			mu.Unlock()
			time.Sleep(3 * time.Second)
			mu.Lock()
			now[j.Key] = false
			mu.Unlock()
			if first && j.Key == "job7" {
				return errors.New("once more")
			}
			return nil
		}
		for _, node := range []string{"a", "b", "c"} {
			r := runner(s, handle)
			r.Node = node
			running(t, r)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		for key, n := range times {
			if want := map[bool]int{true: 2, false: 1}[key == "job7"]; n != want {
				t.Errorf("%s was done %d times, want %d", key, n, want)
			}
		}
		if len(times) != 200 {
			t.Errorf("%d jobs were done, want 200", len(times))
		}
	})
}

func TestASlowJobHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &diary{start: time.Now()}
		s.set("slow", time.Now())
		s.set("quick", time.Now().Add(time.Second))
		running(t, runner(s, func(_ context.Context, j docket.Job) error {
			if j.Key == "slow" {
				time.Sleep(5 * time.Minute)
			}
			d.note(j.Key)
			return nil
		}))
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := d.String(); got != "quick@1s slow@5m0s" {
			t.Error(got)
		}
	})
}

// A handler may set its own job anew; that one is neither lost with the end of
// the first nor done beside it.
func TestAJobMovedWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &diary{start: time.Now()}
		s.set("renewed", time.Now())
		s.set("other", time.Now().Add(30*time.Second))
		running(t, runner(s, func(_ context.Context, j docket.Job) error {
			d.note(j.Key)
			if j.Key == "renewed" && j.At.Equal(d.start) {
				s.set("renewed", time.Now().Add(time.Second))
				time.Sleep(time.Minute)
				d.note("first ends")
			}
			return nil
		}))
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := d.String(); got != "renewed@0s other@30s first ends@1m0s renewed@1m0s" {
			t.Error(got)
		}
		if len(s.jobs) != 0 {
			t.Errorf("left over: %v", s.jobs)
		}
	})
}

// A handler that ignores the end of its lease has lost its say.
func TestAHandlerThatOverruns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &diary{start: time.Now()}
		s.set("slow", time.Now())
		for _, node := range []string{"a", "b"} {
			r := runner(s, func(ctx context.Context, j docket.Job) error {
				d.note(node)
				if time.Since(d.start) < time.Minute {
					<-ctx.Done()
					d.note("lease over")
					time.Sleep(time.Minute)
					return nil
				}
				time.Sleep(5 * time.Minute)
				return errors.New("refused")
			})
			r.Node = node
			running(t, r)
		}
		// Whoever leases it next at ten minutes begins then, or, if that is the
		// process whose handler overran, a minute later when that has ended.
		time.Sleep(17 * time.Minute)
		synctest.Wait()
		if k := s.get("slow"); k.Key == "" || k.Attempt != 1 || k.Reason != "refused" {
			t.Errorf("%s: %+v", d, k)
		}
	})
}

func TestAProcessThatEndsGivesItsJobsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		s.set("long", time.Now())
		s.jobs["long"].Attempt = Attempts - 1
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error)
		go func() {
			ended <- runner(s, func(ctx context.Context, _ docket.Job) error { <-ctx.Done(); return ctx.Err() }).Run(ctx)
		}()
		time.Sleep(time.Second)
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if k := s.get("long"); k.dead || k.holder != "" || k.wake.After(time.Now()) {
			t.Errorf("%+v", k)
		}
	})
}

func TestRunOutlivesItsDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &diary{start: time.Now()}
		s.set("patient", time.Now())
		s.breaks(true)
		r := runner(s, func(_ context.Context, j docket.Job) error { d.note(j.Key); return nil })
		var reports []error
		r.Report = func(_ docket.Job, err error) { reports = append(reports, err) }
		running(t, r)
		time.Sleep(12 * time.Second)
		s.breaks(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := d.String(); got != "patient@15s" {
			t.Error(got)
		}
		if len(reports) != 6 || !errors.Is(reports[0], errBroken) {
			t.Errorf("reports: %v", reports)
		}
	})
}

func TestRunDueReturnsWhenNothingIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &diary{start: time.Now()}
		for i := range 30 {
			s.set(fmt.Sprint("due", i), d.start.Add(-time.Minute))
		}
		s.set("broken", d.start.Add(-time.Hour))
		s.set("tomorrow", d.start.Add(24*time.Hour))
		err := runner(s, func(_ context.Context, j docket.Job) error {
			time.Sleep(2 * time.Second) // longer than the back-off of the broken one
			switch j.Key {
			case "broken":
				return errors.New("refused")
			case "due0":
				s.set("caused", d.start)
			}
			return nil
		}).RunDue(context.Background())
		if err == nil || err.Error() != "refused" {
			t.Errorf("RunDue says %v", err)
		}
		if len(s.jobs) != 2 || s.get("broken").Attempt != 1 || s.get("tomorrow").Attempt != 0 {
			t.Errorf("left over: %v", s.jobs)
		}
	})
}

func TestRunDueOnABrokenDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		s.breaks(true)
		if err := runner(s, nil).RunDue(context.Background()); !errors.Is(err, errBroken) {
			t.Error(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := runner(s, nil).RunDue(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
