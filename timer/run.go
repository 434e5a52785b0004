package timer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// leases numbers the leases of this process. Each is taken under a name of its
// own, so that what an overdue handler reports cannot end the lease after.
var leases atomic.Uint64

// A round is what one call of Run or RunDue has under way.
type round struct {
	*Runner
	free chan struct{} // one token for every job that may start
	done chan struct{} // told, if anybody listens, when a job has ended
	wait sync.WaitGroup

	mu      sync.Mutex
	running map[string]chan struct{} // by key; closed when that job has ended
}

func (r *Runner) round() *round {
	n := &round{Runner: r, free: make(chan struct{}, r.width()), done: make(chan struct{}, 1), running: make(map[string]chan struct{})}
	for range r.width() {
		n.free <- struct{}{}
	}
	return n
}

// Run handles what falls due until ctx ends, and then waits for the jobs under
// way, whose context has ended too; what they could not finish is given back.
func (r *Runner) Run(ctx context.Context) error {
	n := r.round()
	defer n.wait.Wait()
	for ctx.Err() == nil {
		started, err := n.start(ctx, r.Clock())
		if err != nil {
			r.report(docket.Job{}, err)
		}
		if started > 0 {
			continue // there may be more than fitted
		}
		n.sleep(ctx)
	}
	return ctx.Err()
}

// RunDue handles everything that is due now, also what handlers set to be due
// by now, and returns when nothing is left. What fails is not tried again. The
// error joins those of all jobs.
func (r *Runner) RunDue(ctx context.Context) error {
	var mu sync.Mutex
	var errs []error
	quiet := *r
	quiet.Report = func(j docket.Job, err error) {
		r.report(j, err)
		mu.Lock()
		defer mu.Unlock()
		errs = append(errs, err)
	}
	n := quiet.round()
	due := r.Clock()
	for ctx.Err() == nil {
		started, err := n.start(ctx, due)
		if err != nil {
			quiet.report(docket.Job{}, err)
			break
		}
		if started == 0 {
			break
		}
		n.wait.Wait()
	}
	return errors.Join(append(errs, ctx.Err())...)
}

// start waits until a job may start, leases as many as may of those that are
// due at a time, and starts them.
func (n *round) start(ctx context.Context, due time.Time) (int, error) {
	tokens := 0
	select {
	case <-n.free:
		tokens++
	case <-ctx.Done():
		return 0, nil
	}
	for more := true; more && tokens < n.width(); {
		select {
		case <-n.free:
			tokens++
		default:
			more = false
		}
	}
	holder := fmt.Sprintf("%s/%d", n.Node, leases.Add(1))
	jobs, err := n.Jobs.Lease(ctx, due, holder, n.Clock().Add(n.Lease), tokens)
	for range tokens - len(jobs) {
		n.free <- struct{}{}
	}
	for _, j := range jobs {
		n.begin(ctx, j, holder)
	}
	if err != nil {
		return 0, fmt.Errorf("lease what is due: %w", err)
	}
	return len(jobs), nil
}

// begin starts one job. A job that was moved while it ran is leased again at
// once; it then waits for itself.
func (n *round) begin(ctx context.Context, j docket.Leased, holder string) {
	n.mu.Lock()
	before := n.running[j.Key]
	ended := make(chan struct{})
	n.running[j.Key] = ended
	n.mu.Unlock()
	limited, cancel := context.WithTimeout(ctx, n.Lease)
	n.wait.Go(func() {
		defer cancel()
		if before != nil {
			<-before
		}
		if limited.Err() == nil {
			n.do(limited, j, holder)
		}
		n.mu.Lock()
		if n.running[j.Key] == ended {
			delete(n.running, j.Key)
		}
		n.mu.Unlock()
		close(ended)
		n.free <- struct{}{}
		select {
		case n.done <- struct{}{}:
		default:
		}
	})
}

// do handles one job and says what came of it, also when ctx has ended by then:
// a job that was done must not be done again for want of a word.
func (n *round) do(ctx context.Context, j docket.Leased, holder string) {
	failure := n.handle(ctx, j.Job)
	word, cancel := context.WithTimeout(context.WithoutCancel(ctx), n.Lease)
	defer cancel()
	var err error
	switch {
	case failure == nil:
		err = n.Jobs.Finish(word, j.Key, holder)
	case errors.Is(ctx.Err(), context.Canceled):
		// The process is ending: another may go on at once.
		err = n.Jobs.Fail(word, j.Key, holder, failure.Error(), n.Clock())
	case j.Attempt+1 >= Attempts && fault.KindOf(failure) != fault.Busy:
		err = n.Jobs.Bury(word, j.Key, holder, failure.Error())
	default:
		err = n.Jobs.Fail(word, j.Key, holder, failure.Error(), n.Clock().Add(backoff(j.Attempt+1)))
	}
	if err := errors.Join(failure, err); err != nil {
		n.report(j.Job, err)
	}
}

// handle turns a panic into a failure: one broken job must not stop the others.
func (n *round) handle(ctx context.Context, j docket.Job) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("job %s of kind %s: panic: %v", j.Key, j.Kind, r)
		}
	}()
	return n.Handle(ctx, j)
}

// sleep returns when something may be due: at the time of the next job, when
// something was written or a job ended, and after poll in any case.
func (n *round) sleep(ctx context.Context) {
	wait := poll
	at, err := n.Jobs.Next(ctx)
	switch {
	case err != nil:
		n.report(docket.Job{}, fmt.Errorf("ask what is next: %w", err))
	case !at.IsZero():
		// Due already but not leased: another node is taking it.
		wait = min(wait, max(at.Sub(n.Clock()), 10*time.Millisecond))
	}
	alarm := time.NewTimer(wait)
	defer alarm.Stop()
	select {
	case <-alarm.C:
	case <-n.Poke:
	case <-n.done:
	case <-ctx.Done():
	}
}
