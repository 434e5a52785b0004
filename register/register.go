// Package register keeps who may ask: the register of authorities, which people
// enrol and change by two.
//
// It promises that nothing is in force which two different people did not stand
// for, one of whom proposed and the other confirmed the very thing by its digest
// after calling a contact that the office already had; and that what gives
// anything, a key, a recipient, a power, a way to be reached, has then waited for
// the cooling-off, in which the old contact is told and anybody of the office may
// object. What only takes away waits for nothing. One person suspends, at once;
// two lift it. Whatever is told to an authority is prompted before it is written,
// so that no crash loses a letter.
//
// It refuses an office whose cooling-off is shorter than a day, unless that only
// rehearses. What was altered in the database is an error of package shelf and
// never an authority. It does not notice a record that somebody with the database
// in hand put back to an earlier version: for that there are backups, and the
// letters that were sent.
package register

import (
	"context"
	"strings"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

// Cooling is the shortest time between the confirmation of a change and its
// taking effect: long enough for the old contact to read mail on a working day.
const Cooling = 24 * time.Hour

// Settings are what an office decides about its register.
type Settings struct {
	Cooling   time.Duration // at least Cooling, unless Rehearsal
	Points    []string      // contacts that the receiving State itself keeps open at all times
	Rehearsal bool          // nothing here is real

	// Recipients refuses what nothing can be encrypted to; nil: not asked.
	Recipients func([]string) error
}

// Jobs is where letters are prompted. A job with a key that stands already moves
// it.
type Jobs interface {
	Prompt(ctx context.Context, key, kind string, at time.Time) error
}

// JobKind is the kind of job by which Letters is asked.
const JobKind = "register"

// A Register is a register of authorities. Several processes may hold the same.
type Register struct {
	entries *shelf.Drawer[record]
	index   *shelf.Drawer[holder]
	set     Settings
	jobs    Jobs
	clock   func() time.Time
}

// New opens the register on a shelf. It is fault.Invalid if the cooling-off is
// too short.
func New(s *shelf.Shelf, set Settings, jobs Jobs, clock func() time.Time) (*Register, error) {
	if set.Cooling < Cooling && !set.Rehearsal || set.Cooling < 0 {
		return nil, fault.Invalidf("", "the cooling-off of the register is %s, and at least %s", set.Cooling, Cooling).
			WithHint("a shorter one is for a rehearsal")
	}
	for _, point := range set.Points {
		if err := authority.Plain("a point of contact", point, textLimit); err != nil {
			return nil, err
		}
	}
	return &Register{
		entries: shelf.DrawerOf[record](s, "authority"),
		index:   shelf.DrawerOf[holder](s, "certificate"),
		set:     set, jobs: jobs, clock: clock,
	}, nil
}

// Authority gives an authority as it stands by now, suspended or not, in its time
// or not: that is for the caller to ask of it. It is fault.NotFound if none of
// this id is enrolled, or its enrolment has not taken effect.
func (r *Register) Authority(ctx context.Context, id string) (authority.Authority, error) {
	item, err := r.load(ctx, id)
	if err != nil {
		return authority.Authority{}, err
	}
	rec := &item.Value
	if rec.due(r.now(rec)) {
		return rec.Pending.To, nil
	}
	if rec.Stands == nil {
		return authority.Authority{}, notEnrolled(id)
	}
	return *rec.Stands, nil
}

// Points are the contacts that the receiving State itself keeps open at all
// times.
func (r *Register) Points(context.Context) ([]string, error) { return r.set.Points, nil }

// Get gives an entry as it stands by now; fault.NotFound if nobody ever proposed
// it.
func (r *Register) Get(ctx context.Context, id string) (*Entry, error) {
	item, err := r.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.entry(item), nil
}

// List gives entries by id, after one, 1 to 500 of them.
func (r *Register) List(ctx context.Context, after string, limit int) ([]Entry, error) {
	if limit < 1 || limit > 500 {
		return nil, fault.Invalidf("", "a page of %d entries: it has 1 to 500", limit)
	}
	if after != "" && !authority.IsID(after) {
		return nil, fault.Invalidf(after, "is no id of an authority")
	}
	items, err := r.entries.List(ctx, "", place(after), limit)
	if err != nil {
		return nil, err
	}
	var list []Entry
	for i := range items {
		list = append(list, *r.entry(&items[i]))
	}
	return list, nil
}

func (r *Register) entry(item *shelf.Item[record]) *Entry {
	item.Value.settle(r.now(&item.Value))
	return item.Value.entry(item.Version)
}

// place is where the entry of an id lies. Two ids that differ in capitals alone
// would be taken for each other, so there is one place for both.
func place(id string) string { return strings.ToLower(id) }

// load reads the record of an id; fault.NotFound if there is none.
func (r *Register) load(ctx context.Context, id string) (*shelf.Item[record], error) {
	if !authority.IsID(id) {
		return nil, notEnrolled(id)
	}
	item, err := r.entries.Get(ctx, place(id))
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, notEnrolled(id)
	case err != nil:
		return nil, err
	case item.Value.ID != id:
		return nil, notEnrolled(id)
	}
	return item, nil
}

func notEnrolled(id string) error {
	if len(id) > 100 {
		id = ""
	}
	return fault.NotFoundf(id, "is not enrolled").WithHint("propose it, and let a second person confirm it")
}

// now is the time at a record: never before what has happened in it, so that a
// clock set back shortens no cooling-off.
func (r *Register) now(rec *record) time.Time {
	now := r.clock().UTC().Truncate(time.Microsecond)
	if n := len(rec.History); n > 0 && rec.History[n-1].At.After(now) {
		return rec.History[n-1].At
	}
	return now
}
