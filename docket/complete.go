package docket

import (
	"context"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// fits refuses what does not fit the case: positions that the document does not
// have, another authority's document, ends that have come.
func (c *Case) fits(a *Act, now time.Time) error {
	if a.Document != nil {
		if err := c.fitsCase(a.Document); err != nil {
			return err
		}
	}
	if err := positions("measure", len(c.Request.Measures), a.Measures); err != nil {
		return err
	}
	if err := positions("offence", len(c.Request.Offences), a.Offences); err != nil {
		return err
	}
	if a.Grant != nil {
		if err := positions("measure", len(c.Request.Measures), a.Grant.measures()); err != nil {
			return err
		}
	}
	for i := range a.Files {
		f := &a.Files[i]
		if f.Measure < 0 || f.Measure >= len(c.Request.Measures) {
			return positions("measure", len(c.Request.Measures), []int{f.Measure})
		}
		if slices.ContainsFunc(a.Files[:i], func(o File) bool { return o.Name == f.Name }) {
			return fault.Invalidf(f.Name, "is the name of two files").WithHint("give each its own")
		}
	}
	return a.inTime(now)
}

func positions(what string, n int, list []int) error {
	for k, i := range list {
		if i < 0 || i >= n {
			return fault.Invalidf("", "the request has no %s %d: it has %d, counted from 0", what, i, n)
		}
		if slices.Contains(list[:k], i) {
			return fault.Invalidf("", "%s %d is named twice", what, i)
		}
	}
	return nil
}

// complete fills in what follows from the case and not from the actor.
func (d *Docket) complete(ctx context.Context, c *Case, who Actor, a *Act, now time.Time) error {
	if a.Decision != nil {
		if err := a.Decision.complete(d.office.Jurisdiction); err != nil {
			return err
		}
	}
	switch a.Do {
	case lifecycle.Forward, lifecycle.Compel, lifecycle.OpenLane:
		if a.Do == lifecycle.Compel && a.Grant != nil {
			c.completeGrant(who, a)
			if len(a.Measures) == 0 {
				a.Measures = slices.Compact(slices.Sorted(slices.Values(a.Grant.measures())))
			}
		}
		if len(a.Measures) == 0 {
			a.Measures = upTo(len(c.Request.Measures))
		}
		if len(a.Offences) == 0 {
			a.Offences = upTo(len(c.Request.Offences))
		}
		a.Measures, a.Offences = slices.Sorted(slices.Values(a.Measures)), slices.Sorted(slices.Values(a.Offences))
		a.Accordance = &d.versions
	case lifecycle.Grant:
		c.completeGrant(who, a)
		a.Accordance = &d.versions
	case lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy:
		if a.Harm == "" {
			return fault.Invalidf("", "it is not said which harm telling the person would do").WithHint("secrecy without a harm named is none")
		}
		a.Accordance = &d.versions
	case lifecycle.Apply, lifecycle.Release:
		a.Accordance = &d.versions
	case lifecycle.Assign:
		if sameName(a.To, who.Name) && a.Why == "" {
			return fault.Invalidf("", "whoever takes a case says why").WithHint("give a reason; oversight will see it")
		}
		return checkName(a.To, true)
	case lifecycle.File, lifecycle.JoinChallenge, lifecycle.Appeal:
		if a.From != "" && who.Role == lifecycle.Person {
			return fault.Invalidf(a.From, "whoever files does so in their own name")
		}
		if a.Do == lifecycle.JoinChallenge && !c.newGround(who, a) {
			return fault.Forbiddenf(string(c.Ref), "join-challenge is not allowed here: it is the same person's challenge of the same decision, or there are %d already", challengeLimit)
		}
	case lifecycle.Unassign:
		if !among(a.To, c.Assigned) {
			return fault.Invalidf(a.To, "is not assigned to this case")
		}
	case lifecycle.HoldBeyond:
		if a.Until.IsZero() {
			a.Until = d.reviewBeyond(c, now) // an order without an end is looked at again
			if p := c.Proposed; p != nil && p.Do == a.Do && p.Body.Until.After(now) {
				a.Until = p.Body.Until // who joins a moment later means the same
			}
		}
	case lifecycle.Exempt:
		if c.Request.Instrument != "eu-eevidence" {
			return fault.Invalidf(string(c.Ref), "under %s no authority is notified that could be left out", c.Request.Instrument)
		}
	case lifecycle.PlanNotice:
		if err := c.completeWhom(a); err != nil {
			return err
		}
		return c.checkWay(a)
	case lifecycle.Tell, lifecycle.TellOne, lifecycle.ToldByIssuer, lifecycle.Unreachable:
		return c.completeWhom(a)
	case lifecycle.AskOnward:
		if a.To == "" {
			return fault.Invalidf("", "it is not said to whom the data are to be passed on")
		}
	case lifecycle.AllowOnward:
		return c.completeOnward(a)
	case lifecycle.Assert:
		return d.completeStatements(ctx, c, who, a, now)
	}
	return nil
}

// completeGrant writes out what a grant leaves unsaid: that a judge's own is a
// court's, and that an item without a window is the whole of its measure.
func (c *Case) completeGrant(who Actor, a *Act) {
	if a.Grant == nil {
		return
	}
	if a.Grant.By == "" && who.Role == lifecycle.Judge {
		a.Grant.By = "court"
	}
	for i := range a.Grant.Items {
		item := &a.Grant.Items[i]
		if m := &c.Request.Measures[item.Measure]; item.From.IsZero() && item.To.IsZero() {
			item.From = m.From.Time
			if !m.To.IsZero() {
				item.To = endOf(m.To)
			}
		}
	}
}

// completeOnward names the recipient that was asked for; to allow another is to
// allow what nobody asked.
func (c *Case) completeOnward(a *Act) error {
	asked := ""
	for i := range c.Events {
		if c.Events[i].Do == lifecycle.AskOnward {
			asked = c.Events[i].To
		}
	}
	if a.To == "" {
		a.To = asked
	}
	if asked != "" && !sameName(a.To, asked) {
		return fault.Invalidf(a.To, "is not whom it was asked for, %s", asked)
	}
	return nil
}
