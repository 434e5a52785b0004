package docket

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// Verify walks a case again from its first entry: the chain is whole; every
// event was allowed by the table from the state before, with the role and the
// circumstances on record, and led to the state on record; what took two has
// two; what a clock caused was due; and what stands in clear about the case is
// what its events amount to. Of a case whose key was destroyed the chain is
// verified, which is all that is left. It reports everything that is wrong, and
// changes nothing.
func (d *Docket) Verify(ctx context.Context, ref Ref) error {
	entries, row, err := d.records.Entries(ctx, ref, 0)
	if err != nil {
		return err
	}
	w := &walk{docket: d, ref: ref}
	w.chain(entries, row.Seq)
	c, err := d.unlock(ctx, ref, row.Key)
	var gone *erased
	switch {
	case errors.As(err, &gone):
		if row.Stage != lifecycle.Erased.String() {
			w.wrong(0, "the key is gone, and the case is %s", row.Stage)
		}
	case err != nil:
		return err
	case len(w.found) == 0:
		w.events(c, entries)
		w.clear(c, row)
	}
	return errors.Join(w.found...)
}

// A walk is a case being verified.
type walk struct {
	docket *Docket
	ref    Ref
	found  []error
}

// wrong notes what is wrong at an entry; 0: with the case.
func (w *walk) wrong(seq int, format string, args ...any) {
	where := string(w.ref)
	if seq > 0 {
		where += fmt.Sprintf(", entry %d", seq)
	}
	w.found = append(w.found, fault.Invalidf(where, format, args...).WithHint(restoreHint))
}

// chain follows the entries, without any key.
func (w *walk) chain(entries []Entry, seq int) {
	before := &Case{Ref: w.ref}
	for i := range entries {
		e := &entries[i]
		if err := before.follows(e); err != nil {
			w.found = append(w.found, err)
			return
		}
		if i > 0 && e.At.Before(entries[i-1].At) {
			w.wrong(e.Seq, "it is earlier than the one before")
		}
		before.head = e.Hash
		before.Events = append(before.Events, Event{Seq: e.Seq})
	}
	if len(entries) == 0 || len(entries) != seq {
		w.wrong(0, "the chain is cut short: %d entries are on record and there were %d", len(entries), seq)
	}
}

// events tries every event against the table.
func (w *walk) events(c *Case, entries []Entry) {
	for i := range entries {
		before, clocks, proposed := c.State, slices.Clone(c.clocks), c.Proposed
		if err := c.take(&entries[i]); err != nil {
			w.found = append(w.found, err)
			return
		}
		e := &c.Events[i]
		if i == 0 || e.Do == receive {
			if i > 0 || e.Do != receive || e.After != (lifecycle.State{}) {
				w.wrong(e.Seq, "a case begins with what was received, once")
			}
			continue
		}
		w.event(e, before, proposed)
		if err := w.docket.checkSigned(c, e); err != nil {
			w.found = append(w.found, err)
		}
		w.struck(e, clocks)
	}
}

// event tries one event.
func (w *walk) event(e *Event, before lifecycle.State, proposed *Proposed) {
	role, err := lifecycle.ParseRole(e.Role)
	if err != nil {
		w.wrong(e.Seq, "%v", err)
		return
	}
	after, err := lifecycle.Next(before, role, e.Do, e.With)
	switch {
	case err != nil:
		w.wrong(e.Seq, "%v", err)
	case after != e.After:
		w.wrong(e.Seq, "%s leads from %q to %q, and %q is on record", e.Do, before, after, e.After)
	}
	if !e.With.Has(lifecycle.Seconded) {
		return
	}
	if e.First == "" || sameName(e.First, e.By) {
		w.wrong(e.Seq, "%s took two people, and %q and %q are on record", e.Do, e.First, e.By)
	}
	if e.Do != lifecycle.ConfirmFreeze && (proposed == nil || proposed.Do != e.Do || !sameName(proposed.By, e.First)) {
		w.wrong(e.Seq, "%s was joined, and %q had not proposed it", e.Do, e.First)
	}
}

// struck tries whether what a clock caused was due.
func (w *walk) struck(e *Event, clocks []Clock) {
	if e.Clock == "" {
		return
	}
	i := slices.IndexFunc(clocks, func(k Clock) bool { return k.ID == e.Clock })
	if i < 0 {
		w.wrong(e.Seq, "no clock %q was set", e.Clock)
		return
	}
	k := &clocks[i]
	switch {
	case e.Warning > len(k.Warn) || e.Warning < 0:
		w.wrong(e.Seq, "the clock %q has no warning %d", k.ID, e.Warning)
	case e.Warning > 0 && e.At.Before(k.Warn[e.Warning-1]), e.Warning == 0 && e.At.Before(k.At):
		w.wrong(e.Seq, "the clock %q struck before its time", k.ID)
	case e.Do != k.Do && e.Do != lifecycle.Escalate:
		w.wrong(e.Seq, "the clock %q causes %s and not %s", k.ID, k.Do, e.Do)
	}
}

// clear compares what stands in clear.
func (w *walk) clear(c *Case, row Row) {
	if len(w.found) > 0 {
		return
	}
	want := c.row()
	want.Received, row.Received = want.Received.UTC(), row.Received.UTC()
	want.Due, row.Due = want.Due.UTC().Truncate(time.Microsecond), row.Due.UTC()
	if want != row {
		w.wrong(0, "what stands in clear is not what the events amount to: %+v is on record and should be %+v", row, want)
	}
}
