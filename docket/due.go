package docket

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// applyDue lets every clock strike whose time has come, the earliest first, and
// warns of those that are near. It is done before every command, so that
// nothing is decided on what has already ended, whether or not a timer ran.
func (d *Docket) applyDue(ctx context.Context, c *Case, now time.Time) error {
	for {
		var next *Clock
		for i := range c.clocks {
			k := &c.clocks[i]
			if c.runs(k) && !k.next().After(now) && (next == nil || k.next().Before(next.next())) {
				next = k
			}
		}
		if next == nil {
			return nil
		}
		if err := d.strike(ctx, c, *next, now); err != nil {
			return err
		}
	}
}

// strike causes what a clock is for. Warnings that were slept through are told
// as one, and not at all if the time itself has come. What a court held is let
// go only if no linked request holds it as well, and what is kept for a request
// that has come is kept until that is decided: UN Convention against
// Cybercrime, art. 42(8); Convention on Cybercrime, art. 29(7).
func (d *Docket) strike(ctx context.Context, c *Case, k Clock, now time.Time) error {
	do, warning, set := k.Do, 0, []Clock(nil)
	if now.Before(k.At) {
		do = lifecycle.Escalate
		for warning < len(k.Warn) && !k.Warn[warning].After(now) {
			warning++
		}
	}
	switch do {
	case lifecycle.Unhold:
		held, err := d.held(ctx, c)
		if err != nil {
			return err
		}
		if held {
			do, set = lifecycle.Escalate, []Clock{{ID: k.ID}}
		}
	case lifecycle.LapsePreservation:
		if c.pending() {
			do, set = lifecycle.Escalate, []Clock{d.clockFor(k.ID, k.Do, keepFor(c.Request), now)}
		}
	}
	after, err := lifecycle.Next(c.State, clockActor.Role, do, lifecycle.Due)
	if err != nil {
		return err
	}
	e := Event{
		Do: do, By: clockActor.Name, Role: clockActor.Role.String(), With: lifecycle.Due, After: after,
		Why: "due " + k.At.Format(time.RFC3339), Body: Body{Clock: k.ID, Warning: warning, Set: set},
	}
	e.Set = append(e.Set, d.clocksOf(c, &e, now)...)
	return c.add(e, now)
}

// pending reports whether the case itself asks for data, and is not decided.
func (c *Case) pending() bool {
	return !preserveOnly(c.Request) && !slices.Contains(deadStages, c.Stage.String())
}

// Wake does what a timer prompts for: what every command does first, and the
// screening that could not be done when the request came.
func (d *Docket) Wake(ctx context.Context, ref Ref) error {
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		if c.Stage == lifecycle.Received {
			return d.screen(ctx, c, now)
		}
		return nil
	})
	return unlessErased(err)
}

// unlessErased is an error that means something: of what was erased nothing is
// due any more.
func unlessErased(err error) error {
	var gone *erased
	if errors.As(err, &gone) {
		return nil
	}
	return err
}

// Destroy erases a case whose retention is over: its key, and by what it could
// be found.
func (d *Docket) Destroy(ctx context.Context, ref Ref) error {
	_, row, err := d.records.Entries(ctx, ref, afterAll)
	if err != nil {
		return err
	}
	if row.Stage != lifecycle.Erased.String() {
		return fault.Conflictf(string(ref), "the case is %s; only an erased one loses its key", row.Stage)
	}
	// The row stands in clear, and could have been altered: the case itself has to
	// say that it is over, as long as it can be read.
	c, err := d.load(ctx, ref)
	if err == nil && c.Stage != lifecycle.Erased {
		return fault.Conflictf(string(ref), "its row says erased and its last event %s: the records were altered", c.Stage).WithHint("tell oversight")
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err := d.keys.Destroy(ctx, row.Key); err != nil {
		return err
	}
	return d.records.Forget(ctx, ref)
}
