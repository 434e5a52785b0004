// Package docket is the office at work: every use case goes through it, and it
// is the only writer of the state of a case.
//
// A case is the fold of its events, and nothing else is ever written. What a
// person wants done is tried against the table of package lifecycle, with the
// circumstances that this package establishes from the papers: the gates ask
// the rulebook, the second person is somebody else, the end lies within the
// limit. Whatever is due is applied first. A machine proposes and keeps the
// time; a named person decides. It refuses to record what the table does not
// allow, and to read what whoever asks is not assigned, without leaving a trace
// of either.
package docket

import (
	"context"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/office"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/screen"
)

// Parts are what a docket works with.
type Parts struct {
	Records  Records
	Keys     Keys
	Vault    Vault
	Register Register
	Screener *screen.Screener
	Book     *rulebook.Book
	Office   *office.Profile
	Calendar *calendar.Calendar
	Versions Accordance
	Random   io.Reader
	Clock    func() time.Time

	Log       Log     // nil: there is none, and nothing leaves
	Signers   Signers // nil: nobody has a role key
	Rehearsal bool    // nothing is real, and what is to be signed counts without
}

// A Docket is the office's cases. It may be used by many goroutines, and by
// many processes on the same records.
type Docket struct {
	records   Records
	keys      Keys
	vault     Vault
	register  Register
	screener  *screen.Screener
	book      *rulebook.Book
	office    *office.Profile
	calendar  *calendar.Calendar
	versions  Accordance
	random    io.Reader
	clock     func() time.Time
	log       Log
	signers   Signers
	rehearsal bool
	latest    atomic.Int64 // microseconds of the latest event seen: time never goes back
}

// New makes a docket. Latest is the time of the latest event on record, so that
// a clock that was set back meanwhile does not bring back what has expired.
func New(p Parts, latest time.Time) *Docket {
	d := &Docket{
		records: p.Records, keys: p.Keys, vault: p.Vault, register: p.Register, screener: p.Screener, book: p.Book, office: p.Office,
		calendar: p.Calendar, versions: p.Versions, random: p.Random, clock: p.Clock,
		log: p.Log, signers: p.Signers, rehearsal: p.Rehearsal,
	}
	if d.log == nil {
		d.log = silentLog{}
	}
	d.latest.Store(latest.UnixMicro())
	return d
}

// now is the time to act by: the clock's, and never earlier than what has
// happened already.
func (d *Docket) now() time.Time {
	now := d.clock().UTC().UnixMicro()
	for {
		latest := d.latest.Load()
		if now <= latest {
			return time.UnixMicro(latest).UTC()
		}
		if d.latest.CompareAndSwap(latest, now) {
			return time.UnixMicro(now).UTC()
		}
	}
}

// save makes what was added durable. Only then has it happened.
func (d *Docket) save(ctx context.Context, c *Case) error {
	if len(c.added) == 0 {
		return nil
	}
	b, err := c.batch()
	if err != nil {
		return err
	}
	if b.Figures, err = d.count(ctx, c); err != nil {
		return err
	}
	for i := range c.added {
		label := ""
		switch {
		case c.added[i].Document != nil:
			label = byAccounts
		case slices.Contains(refusals, c.added[i].Do):
			label = byRefusals
		default:
			continue
		}
		more, err := d.hashes(ctx, c.Request, label)
		if err != nil {
			return err
		}
		b.Accounts = append(b.Accounts, more...)
	}
	if _, err := d.records.Append(ctx, b); err != nil {
		return err
	}
	c.added, c.fresh, c.urgent, c.loaded = nil, nil, nil, c.Seq()
	return nil
}

// tries is how often a command is done again because somebody else's event came
// between.
const tries = 8

// change loads a case, applies what is due, and lets do add to it; again, if
// somebody else's event came between. What was due has happened, whatever else
// is refused.
func (d *Docket) change(ctx context.Context, ref Ref, do func(*Case, time.Time) error) (*Case, error) {
	for try := 1; ; try++ {
		c, err := d.load(ctx, ref)
		if err != nil {
			return nil, err
		}
		now := d.now()
		if err := d.applyDue(ctx, c, now); err != nil {
			return nil, err
		}
		struck := len(c.added)
		refusal := do(c, now)
		if refusal != nil && len(c.added) > struck {
			// Half of an act is no act: only what was due is kept.
			do = func(*Case, time.Time) error { return refusal }
			continue
		}
		err = d.save(ctx, c)
		if fault.KindOf(err) == fault.Conflict && try < tries {
			continue
		}
		if err == nil {
			err = refusal
		}
		return c, err
	}
}
