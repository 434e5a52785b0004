package docket

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/letter"
	"github.com/rogatory/rogatory/lifecycle"
)

// byMail begins the way to a person that goes by electronic mail: what follows
// is the address. Any other way is gone by hand.
const byMail = "mail:"

// plan gives what a notifier decided about telling the person behind a target, the
// latest that names it; nil: nothing.
func (c *Case) plan(target string) *Event {
	for i := len(c.Events) - 1; i >= 0; i-- {
		e := &c.Events[i]
		switch {
		case e.Do == lifecycle.Bounce && slices.Contains(e.Whom, target):
			return nil // the way led nowhere
		case e.Do == lifecycle.PlanNotice && slices.Contains(e.Whom, target):
			return e
		case e.Document != nil:
			return nil // the target may be another's
		}
	}
	return nil
}

// plans gives the plans by mail that are not carried out, each with those whom it
// is to tell.
func (c *Case) plans() (list []*Event, whom [][]string) {
	if c.Duty != lifecycle.DutyOpen || c.Request == nil {
		return nil, nil
	}
	_, untold := c.Told()
	for _, target := range untold {
		e := c.plan(target)
		if e == nil || !strings.HasPrefix(e.Way, byMail) {
			continue
		}
		i := slices.IndexFunc(list, func(o *Event) bool { return o.Seq == e.Seq })
		if i < 0 {
			list, whom, i = append(list, e), append(whom, nil), len(list)
		}
		whom[i] = append(whom[i], target)
	}
	return list, whom
}

// A Notice is a letter to a person, to be sent as a notifier has decided.
type Notice struct {
	Plan   int // number of the event in which it was decided
	To     string
	Letter letter.Letter
}

// Notices gives the letters that can be sent now, because a notifier has decided
// how and nothing forbids it any more. Whoever sends one reports it to Notified.
func (d *Docket) Notices(ctx context.Context, ref Ref) ([]Notice, error) {
	var list []Notice
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		plans, whom := c.plans()
		for i, e := range plans {
			if _, _, err := d.carryOut(ctx, c, e, whom[i], "to come", now); err != nil {
				continue // not yet: a later change asks again
			}
			l, err := d.notice(ctx, c, e, whom[i], now)
			if err != nil {
				return err
			}
			list = append(list, Notice{Plan: e.Seq, To: strings.TrimSpace(strings.TrimPrefix(e.Way, byMail)), Letter: *l})
		}
		return nil
	})
	return list, unlessErased(err)
}

// NoticeLetter gives the letter of a plan, for a notifier who carries it by hand.
func (d *Docket) NoticeLetter(ctx context.Context, who Actor, ref Ref, plan int) (*letter.Letter, error) {
	if who.Role != lifecycle.Notifier {
		return nil, fault.Forbiddenf(string(ref), "a %s writes to no person concerned", who.Role)
	}
	c, err := d.Show(ctx, who, ref, "")
	if err != nil {
		return nil, err
	}
	for i := range c.Events {
		if e := &c.Events[i]; e.Seq == plan && e.Do == lifecycle.PlanNotice {
			if c.Secret() {
				return nil, fault.Forbiddenf(string(ref), "a court has ordered secrecy: nobody is told")
			}
			return d.notice(ctx, c, e, e.Whom, d.now())
		}
	}
	return nil, fault.NotFoundf(string(ref), "event %d is no plan of a notice", plan)
}

// carryOut says by which act a plan is carried out, if it may be now.
func (d *Docket) carryOut(ctx context.Context, c *Case, plan *Event, whom []string, proof string, now time.Time) (Act, lifecycle.State, error) {
	who := Actor{plan.By, lifecycle.Notifier}
	a := Act{Do: lifecycle.Tell, Why: plan.Why, Body: Body{Way: plan.Way, Remedy: plan.Remedy, Whom: whom, Proof: proof}}
	if !c.everyoneTold(&a) {
		a.Do = lifecycle.TellOne
	}
	found, err := d.establish(ctx, c, who, &a, now)
	if err != nil {
		return a, lifecycle.State{}, err
	}
	after, err := lifecycle.Next(c.State, who.Role, a.Do, found.holds)
	return a, after, err
}

// Notified records that a notice was sent as decided in an event, with what the
// mail server answered. It is the notifier's act: the decision and its signature
// stand in the plan.
func (d *Docket) Notified(ctx context.Context, ref Ref, plan int, proof string) error {
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		plans, whom := c.plans()
		for i, e := range plans {
			if e.Seq != plan {
				continue
			}
			a, after, err := d.carryOut(ctx, c, e, whom[i], proof, now)
			if err != nil {
				return notAllowed(c, err, nil)
			}
			found, err := d.establish(ctx, c, Actor{e.By, lifecycle.Notifier}, &a, now)
			if err != nil {
				return err
			}
			told := Event{Do: a.Do, By: e.By, Role: lifecycle.Notifier.String(), Why: a.Why, With: found.holds, After: after, Body: a.Body, Planned: e.Seq}
			told.Set = d.clocksOf(c, &told, now)
			return c.add(told, now)
		}
		return nil // it was recorded before
	})
	return unlessErased(err)
}

// Bounced records that a notice came back: whoever it was for was not told, and
// the duty is open again.
func (d *Docket) Bounced(ctx context.Context, ref Ref, plan int, reason string) error {
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		var told *Event
		for i := range c.Events {
			e := &c.Events[i]
			switch {
			case e.Planned == plan && (e.Do == lifecycle.Tell || e.Do == lifecycle.TellOne):
				told = e
			case e.Do == lifecycle.Bounce && e.Planned == plan:
				return nil // it is known
			}
		}
		if told == nil {
			return fault.NotFoundf(string(ref), "no notice was sent as decided in event %d", plan)
		}
		after, err := lifecycle.Next(c.State, lifecycle.Machine, lifecycle.Bounce, lifecycle.Proven)
		if err != nil {
			return notAllowed(c, err, nil)
		}
		e := Event{
			Do: lifecycle.Bounce, By: "post", Role: lifecycle.Machine.String(), With: lifecycle.Proven, After: after, Planned: plan,
			Body: Body{Whom: told.Whom, Proof: reason},
		}
		e.Set = append(d.clocksOf(c, &e, now), clockAt(clockNotice, lifecycle.Escalate, now, now.AddDate(0, 0, noticeDays)))
		return c.add(e, now)
	})
	return unlessErased(err)
}

// notice writes to the person what there is to tell.
func (d *Docket) notice(ctx context.Context, c *Case, plan *Event, whom []string, now time.Time) (*letter.Letter, error) {
	code, err := d.personCode(ctx, c.Ref, plan.Seq)
	if err != nil {
		return nil, err
	}
	l := &letter.Letter{
		Kind: letter.Notice, Case: string(c.Ref), Authority: c.Request.Requesting.Authority.Name, Country: c.Request.Requesting.Country,
		Instrument: c.Request.Instrument, Outcome: c.Stage.String(), Remedy: plan.Remedy, Code: code,
	}
	if c.Given && c.Stage != lifecycle.Disclosed {
		l.Outcome = lifecycle.Disclosed.String() // closed since
	}
	l.Items = c.itemsOf(whom)
	for i := range c.Events {
		e := &c.Events[i]
		switch e.Do {
		case lifecycle.Grant, lifecycle.Compel, lifecycle.OpenLane, lifecycle.Release:
			l.At = e.At
		case lifecycle.EndSecrecy, lifecycle.LiftSecrecy:
			l.Until = e.At
		case lifecycle.Refuse, lifecycle.Deny:
			l.Grounds = e.Grounds
		}
	}
	l.Due = now.AddDate(0, 0, ChallengeDays)
	return l, nil
}

// itemsOf says what was asked about some targets, or of what was granted if
// anything was.
func (c *Case) itemsOf(whom []string) []string {
	var list []string
	for i := range c.Request.Measures {
		m := &c.Request.Measures[i]
		prefix := fmt.Sprintf("/measures/%d/", i)
		if len(whom) > 0 && !slices.ContainsFunc(whom, func(w string) bool { return strings.HasPrefix(w, prefix) }) {
			continue
		}
		from, to := m.From.Time, m.To.Time
		if c.Grant != nil {
			k := slices.IndexFunc(c.Grant.Items, func(it Item) bool { return it.Measure == i })
			if k < 0 {
				continue
			}
			from, to = c.Grant.Items[k].From, c.Grant.Items[k].To
		}
		text := m.Data + "/" + m.Mode
		if !from.IsZero() && !to.IsZero() {
			text += " " + from.UTC().Format(time.DateOnly) + ".." + to.UTC().Format(time.DateOnly)
		}
		list = append(list, text)
	}
	return list
}
