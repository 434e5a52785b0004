package docket

import (
	"context"
	"fmt"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// restoreHint is what to do where the record cannot be trusted.
const restoreHint = "change nothing; restore a backup beside it, compare, and tell oversight"

// load reads a case and checks its chain.
func (d *Docket) load(ctx context.Context, ref Ref) (*Case, error) {
	entries, row, err := d.records.Entries(ctx, ref, 0)
	if fault.KindOf(err) == fault.NotFound {
		return nil, &absent{err}
	}
	if err != nil {
		return nil, err
	}
	c, err := d.unlock(ctx, ref, row.Key)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		if err := c.take(&entries[i]); err != nil {
			return nil, err
		}
	}
	if c.Seq() == 0 || c.Seq() != row.Seq {
		return nil, fault.Invalidf(string(ref), "the chain is cut short: %d entries are on record and there were %d", c.Seq(), row.Seq).WithHint(restoreHint)
	}
	c.loaded = c.Seq()
	for at := c.last.UnixMicro(); ; {
		latest := d.latest.Load()
		if at <= latest || d.latest.CompareAndSwap(latest, at) {
			return c, nil
		}
	}
}

// unlock gives an empty case with the key to read it by.
func (d *Docket) unlock(ctx context.Context, ref Ref, id string) (*Case, error) {
	key, err := d.keys.Key(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil, &erased{fault.NotFoundf(string(ref), "the case was erased; its chain stays and cannot be read")}
	}
	if err != nil {
		return nil, err
	}
	c := &Case{Ref: ref, key: id}
	if c.sealer, err = newSealer(key, d.random); err != nil {
		return nil, err
	}
	c.public, err = d.publicSide(ctx, key)
	return c, err
}

// absent says that there is no such case.
type absent struct{ error }

// Unwrap gives the fault.
func (e *absent) Unwrap() error { return e.error }

// erased says that a case was there.
type erased struct{ error }

// Unwrap gives the fault.
func (e *erased) Unwrap() error { return e.error }

// follows reports what keeps an entry from continuing the chain; nil: nothing.
func (c *Case) follows(e *Entry) error {
	what := ""
	switch {
	case e.Seq != c.Seq()+1:
		what = fmt.Sprintf("entry %d is followed by entry %d", c.Seq(), e.Seq)
	case e.Prev != c.head:
		what = fmt.Sprintf("entry %d does not continue the one before", e.Seq)
	case e.Sum() != e.Hash:
		what = fmt.Sprintf("entry %d is not what was written", e.Seq)
	default:
		return nil
	}
	return fault.Invalidf(string(c.Ref), "the chain is broken: %s", what).WithHint(restoreHint)
}

// take opens an entry and applies it, if it continues the chain.
func (c *Case) take(e *Entry) error {
	if err := c.follows(e); err != nil {
		return err
	}
	plain, err := c.sealer.open(e.Sealed, boundEntry(c.Ref, e.Seq, e.At))
	if err != nil {
		return fault.Invalidf(string(c.Ref), "entry %d: %v", e.Seq, err).WithHint(restoreHint)
	}
	event, err := decode(plain)
	if err != nil {
		return fault.Invalidf(string(c.Ref), "entry %d: %v", e.Seq, err).WithHint("a newer program may have written it: use that one")
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
	before := c.State
	e.Duties = c.opening(&e, now)
	c.dropped = c.dropped || c.drops(c.Stage, e.After.Stage)
	if err := c.apply(e); err != nil {
		return err
	}
	added := &c.Events[len(c.Events)-1]
	c.added = append(c.added, *added)
	leaves, err := c.leaves(added, before)
	c.fresh = append(c.fresh, leaves...)
	return err
}
