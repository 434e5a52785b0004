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
	"github.com/rogatory/rogatory/lifecycle"
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
}

// A Docket is the office's cases. It may be used by many goroutines, and by
// many processes on the same records.
type Docket struct {
	records  Records
	keys     Keys
	vault    Vault
	register Register
	screener *screen.Screener
	book     *rulebook.Book
	office   *office.Profile
	calendar *calendar.Calendar
	versions Accordance
	random   io.Reader
	clock    func() time.Time
	latest   atomic.Int64 // microseconds of the latest event seen: time never goes back
}

// New makes a docket. Latest is the time of the latest event on record, so that
// a clock that was set back meanwhile does not bring back what has expired.
func New(p Parts, latest time.Time) *Docket {
	d := &Docket{
		records: p.Records, keys: p.Keys, vault: p.Vault, register: p.Register, screener: p.Screener, book: p.Book, office: p.Office,
		calendar: p.Calendar, versions: p.Versions, random: p.Random, clock: p.Clock,
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

// load reads a case and checks its chain.
func (d *Docket) load(ctx context.Context, ref Ref) (*Case, error) {
	entries, row, err := d.records.Entries(ctx, ref, 0)
	if err != nil {
		return nil, err
	}
	key, err := d.keys.Key(ctx, row.Key)
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.NotFoundf(string(ref), "the case was erased; its chain stays and cannot be read")
	}
	if err != nil {
		return nil, err
	}
	c := &Case{Ref: ref, key: row.Key}
	c.sealer, err = newSealer(key, d.random)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		if err := c.take(&entries[i]); err != nil {
			return nil, err
		}
	}
	if at := c.last.UnixMicro(); at > d.latest.Load() {
		d.latest.Store(at)
	}
	return c, nil
}

// take opens an entry and applies it, if it continues the chain.
func (c *Case) take(e *Entry) error {
	if e.Seq != c.Seq()+1 || e.Prev != c.head || e.Sum() != e.Hash {
		return fault.Invalidf(string(c.Ref), "the chain is broken at entry %d: what is on record was altered or is not whole", e.Seq).WithHint("restore a backup, and tell oversight")
	}
	plain, err := c.sealer.open(e.Sealed, boundEntry(c.Ref, e.Seq, e.At))
	if err != nil {
		return err
	}
	event, err := decode(plain)
	if err != nil {
		return err
	}
	event.Seq, event.At = e.Seq, e.At
	c.head = e.Hash
	return c.apply(*event)
}

// add appends an event that is not durable yet.
func (c *Case) add(e Event, now time.Time) error {
	if now.Before(c.last) {
		now = c.last
	}
	e.Seq, e.At = c.Seq()+1, now
	c.dropped = c.dropped || c.drops(c.Stage, e.After.Stage)
	if err := c.apply(e); err != nil {
		return err
	}
	c.added = append(c.added, c.Events[len(c.Events)-1])
	return nil
}

// batch seals what was added.
func (c *Case) batch() (*Batch, error) {
	b := &Batch{Case: c.Ref, Expected: c.Seq() - len(c.added), Row: c.row()}
	for i := range c.added {
		e := &c.added[i]
		plain, err := e.encode()
		if err != nil {
			return nil, err
		}
		entry := Entry{Case: c.Ref, Seq: e.Seq, At: e.At, Prev: c.head}
		entry.Sealed, err = c.sealer.seal(plain, boundEntry(c.Ref, e.Seq, e.At))
		if err != nil {
			return nil, err
		}
		entry.Hash = entry.Sum()
		c.head = entry.Hash
		b.Entries = append(b.Entries, entry)
	}
	wake := string(c.Ref)
	if at := c.wake(); at.IsZero() {
		b.Done = []string{wake}
	} else {
		b.Jobs = []Job{{Key: wake, Case: c.Ref, Kind: JobWake, At: at}}
	}
	if slices.Contains(deadStages, c.Stage.String()) {
		for _, kept := range c.Links {
			b.Jobs = append(b.Jobs, Job{Key: string(kept) + " unhold", Case: kept, Kind: JobUnhold, At: c.last})
		}
	}
	if c.dropped {
		b.Jobs = append(b.Jobs, Job{Key: wake + " drop", Case: c.Ref, Kind: JobDrop, At: c.last})
	}
	if c.Stage == lifecycle.Erased {
		b.Jobs = append(b.Jobs, Job{Key: wake + " destroy", Case: c.Ref, Kind: JobDestroy, At: c.last})
	}
	return b, nil
}

// The kinds of jobs.
const (
	JobWake    = "wake"    // something in a case is due
	JobUnhold  = "unhold"  // a request for what another case keeps is over
	JobDrop    = "drop"    // what was collected in vain
	JobDestroy = "destroy" // the key of an erased case
)

func (c *Case) row() Row {
	r := Row{
		Case: c.Ref, Seq: c.Seq(), Key: c.key, Lane: c.Lane.String(), Stage: c.Stage.String(), Waiting: c.Waiting.String(),
		Received: c.Received, Due: c.due(), Escalated: c.Escalated, Outside: c.Outside, Open: c.State.Open(),
	}
	if q := c.Request; q != nil {
		r.Authority, r.Country, r.Instrument = authorityOf(c), q.Requesting.Country, q.Instrument
	}
	if len(c.Assigned) > 0 {
		r.Assignee = c.Assigned[len(c.Assigned)-1]
	}
	return r
}

// authorityOf is the id an authority gives itself, or else its name.
func authorityOf(c *Case) string {
	a := c.Request.Requesting.Authority
	if a.ID != "" {
		return a.ID
	}
	return a.Name
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
	if _, err := d.records.Append(ctx, b); err != nil {
		return err
	}
	c.added = nil
	return nil
}

// tries is how often a command is done again because somebody else's event came
// between; a decision that came between is reported instead.
const tries = 8

// change loads a case, applies what is due, and lets do add to it.
func (d *Docket) change(ctx context.Context, ref Ref, do func(*Case, time.Time) error) (*Case, error) {
	seen := 0
	for try := 1; ; try++ {
		c, err := d.load(ctx, ref)
		if err != nil {
			return nil, err
		}
		if seen > 0 {
			if e, ok := c.since(seen); ok {
				return nil, overtaken(c, &e)
			}
		}
		seen = c.Seq()
		now := d.now()
		if err := d.applyDue(ctx, c, now); err != nil {
			return nil, err
		}
		struck := len(c.added)
		refusal := do(c, now)
		if refusal != nil && len(c.added) > struck {
			return nil, refusal // half of an act is no act
		}
		// What was due has happened, whatever else is refused.
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

func overtaken(c *Case, e *Event) error {
	return fault.Conflictf(string(c.Ref), "%s (%s) has done %q meanwhile, and the case is %s now; nothing of yours was recorded", e.By, e.Role, e.Do, c.Stage).
		WithHint("look at the case and decide again")
}

// mayAct reports whether an actor may touch the case: whoever it is assigned
// to, the court when it is asked, oversight, and those outside.
func (c *Case) mayAct(who Actor) error {
	switch who.Role {
	case lifecycle.Machine, lifecycle.Oversight, lifecycle.Requester, lifecycle.Person:
		return nil
	case lifecycle.Judge:
		if c.Waiting == lifecycle.ForCourt || c.Review == lifecycle.ReviewDue || c.Duty == lifecycle.DutyOpen || c.Challenge != lifecycle.Unchallenged || c.Onward == lifecycle.IsAsked {
			return nil
		}
	}
	if slices.Contains(c.Assigned, who.Name) {
		return nil
	}
	return fault.Forbiddenf(string(c.Ref), "%s is not assigned to this case", who.Name).
		WithHint("let intake or a senior assign it, or look from outside with a reason, which oversight will see")
}
