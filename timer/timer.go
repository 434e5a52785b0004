// Package timer does what is due: reminders, deadlines, deliveries, renewals.
//
// Jobs are written with the decision that needs them, so the timer only asks
// for what is due and hands it to whoever handles it. Any number of nodes may
// do so on the same jobs: a job is leased to one of them, and if that one dies
// another is given the job when the lease is over. A job is thus done at least
// once; handlers make it once by settling the job in the batch it causes.
//
// A job that fails is tried again, later and later, and after its last attempt
// is put aside where people see it with its error. One that fails because another
// system is away (fault.Busy) is tried until it is back: a letter that the law
// demands does not end with a mail server's bad week. Jobs that fail never keep
// others waiting: the longest due comes first, and a failure moves to the end.
package timer

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/rogatory/rogatory/docket"
)

// Jobs is where jobs are kept. What a node does to a job it holds no more has
// no effect.
type Jobs interface {
	// Lease gives node jobs that are due at now and that nobody holds.
	Lease(ctx context.Context, now time.Time, node string, until time.Time, limit int) ([]docket.Leased, error)
	// Finish removes a job.
	Finish(ctx context.Context, key, node string) error
	// Fail gives a job back, to be leased again from next on.
	Fail(ctx context.Context, key, node, reason string, next time.Time) error
	// Bury puts a job aside.
	Bury(ctx context.Context, key, node, reason string) error
	// Next gives when a job can next be leased; the zero time if there is none.
	Next(ctx context.Context) (time.Time, error)
}

// Attempts is how often a job is tried before it is put aside. With the
// back-off that is about three hours.
const Attempts = 20

const (
	firstBackoff = time.Second
	mostBackoff  = 15 * time.Minute
	poll         = 5 * time.Second // at most, because others write jobs too
)

// A Runner handles jobs as they fall due. Its members are set before its first
// use and not changed afterwards.
type Runner struct {
	Jobs   Jobs
	Node   string                                  // names this process among all that lease
	Handle func(context.Context, docket.Job) error // must heed its context, which ends with the lease
	Clock  func() time.Time
	Lease  time.Duration           // longer than a handler takes
	Width  int                     // jobs handled at once; 0: 4
	Report func(docket.Job, error) // told of each failure, also of Jobs (with a zero Job); nil: nobody
	Poke   <-chan struct{}         // wakes Run when something was written; may be nil
}

func (r *Runner) width() int {
	if r.Width == 0 {
		return 4
	}
	return r.Width
}

func (r *Runner) report(j docket.Job, err error) {
	if r.Report != nil {
		r.Report(j, err)
	}
}

// backoff gives how long to wait after the given number of failures: doubling
// from a second to a quarter of an hour, and up to a fifth less at random, so
// that what failed together does not come back together.
func backoff(failures int) time.Duration {
	d := mostBackoff
	if failures < 11 {
		d = min(d, firstBackoff<<(failures-1))
	}
	return d - rand.N(d/5)
}
