package docket

import (
	"context"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/screen"
)

// deadStages are those from which nothing will be asked for any more.
var deadStages = []string{
	lifecycle.Refused.String(), lifecycle.Redirected.String(), lifecycle.Denied.String(), lifecycle.Withdrawn.String(),
	lifecycle.Annulled.String(), lifecycle.Closed.String(), lifecycle.Erased.String(), lifecycle.Disclosed.String(),
}

// Link ties a preservation to the request for what is kept, so that it is held
// until that request is over. Both cases know of it.
func (d *Docket) Link(ctx context.Context, who Actor, kept, asking Ref, why string) (*Done, error) {
	if err := who.check(); err != nil {
		return nil, err
	}
	a := Act{Do: lifecycle.Link, Why: why, Body: Body{Link: asking}}
	if err := a.check(); err != nil {
		return nil, err
	}
	// What could not be held leaves no note in the other case.
	c, err := d.read(ctx, who, kept)
	if err != nil {
		return nil, err
	}
	if _, err := d.read(ctx, who, asking); err != nil {
		return nil, err
	}
	var x lifecycle.Circumstances
	asks, err := d.asksForKept(ctx, c, asking)
	if err != nil {
		return nil, err
	}
	if asks {
		x = lifecycle.Linked
	}
	if _, err := lifecycle.Next(c.State, who.Role, lifecycle.Link, x); err != nil {
		return nil, notAllowed(c, err, nil)
	}
	_, err = d.change(ctx, asking, func(c *Case, now time.Time) error {
		if err := c.mayAct(who); err != nil {
			return err
		}
		if slices.Contains(c.Links, kept) || slices.Contains(deadStages, c.Stage.String()) {
			return nil // known already; or over, which is said below
		}
		after, err := lifecycle.Next(c.State, who.Role, lifecycle.Note, 0)
		if err != nil {
			return notAllowed(c, err, nil)
		}
		return c.add(Event{Do: lifecycle.Note, By: who.Name, Role: who.Role.String(), Why: "asks for what is kept under " + string(kept), After: after, Body: Body{Link: kept}}, now)
	})
	if err != nil {
		return nil, hide(err, asking, who)
	}
	done, err := d.do(ctx, who, kept, a)
	if err != nil {
		return nil, err
	}
	// Had the request ended meanwhile, nobody would say so any more.
	open, err := d.linked(ctx, asking)
	if err == nil && !open {
		err = d.Unhold(ctx, kept)
	}
	return done, err
}

// read gives a case to whoever may act in it, without a trace.
func (d *Docket) read(ctx context.Context, who Actor, ref Ref) (*Case, error) {
	c, err := d.load(ctx, ref)
	if err != nil {
		return nil, hide(err, ref, who)
	}
	return c, c.mayAct(who)
}

// linked reports whether a request for what is kept is on file and alive.
func (d *Docket) linked(ctx context.Context, other Ref) (bool, error) {
	_, row, err := d.records.Entries(ctx, other, afterAll)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil && row.Open && !slices.Contains(deadStages, row.Stage), err
}

// held reports whether any linked request is alive.
func (d *Docket) held(ctx context.Context, c *Case) (bool, error) {
	for _, other := range c.Links {
		open, err := d.linked(ctx, other)
		if err != nil || open {
			return open, err
		}
	}
	return false, nil
}

// asksForKept reports whether another case asks for what is kept here: one that
// is alive, accepted, of the same State, not for preservation alone, and about
// one of the same accounts.
func (d *Docket) asksForKept(ctx context.Context, c *Case, other Ref) (bool, error) {
	if other == "" || other == c.Ref {
		return false, nil
	}
	if open, err := d.linked(ctx, other); err != nil || !open {
		return false, err
	}
	o, err := d.load(ctx, other)
	if err != nil {
		return false, err
	}
	if o.Duty == lifecycle.NoDuty || preserveOnly(o.Request) || o.Request.Requesting.Country != c.Request.Requesting.Country {
		return false, nil
	}
	accounts := screen.Accounts(c.Request)
	return slices.ContainsFunc(screen.Accounts(o.Request), func(a string) bool { return slices.Contains(accounts, a) }), nil
}

// Unhold lets go what was held for linked requests that are over, unless a court
// holds it.
func (d *Docket) Unhold(ctx context.Context, ref Ref) error {
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		held, err := d.held(ctx, c)
		if err != nil || held {
			return err
		}
		if k := c.clock(clockHold); k != nil && k.Do == lifecycle.Unhold && k.At.After(now) {
			return nil // until then
		}
		after, err := lifecycle.Next(c.State, clockActor.Role, lifecycle.Unhold, lifecycle.Due)
		if err != nil {
			return nil // nothing is held any more
		}
		err = c.add(Event{
			Do: lifecycle.Unhold, By: clockActor.Name, Role: clockActor.Role.String(), With: lifecycle.Due, After: after,
			Why: "no linked request is open",
		}, now)
		if err != nil {
			return err
		}
		return d.applyDue(ctx, c, c.last)
	})
	return unlessErased(err)
}
