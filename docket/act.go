package docket

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/office"
)

// receive is the first event of every case. It is no event of the table: there
// is no state before it.
const receive lifecycle.Event = "receive"

// An Act is what somebody wants done to a case: one event of the table of
// package lifecycle, and what it is about.
type Act struct {
	Do   lifecycle.Event
	Why  string // inside
	Told string // to the requester, in letters
	Seen int    // number of the last event the actor has seen; 0: whatever stands
	Body
}

// Done is how an act ended.
type Done struct {
	Case     *Case
	Proposed bool // it waits for a second person
}

// Do causes an event. What the table does not allow is a fault.Forbidden with
// everything that stands in the way. An act that takes two people and lacks
// only the second is recorded as proposed.
func (d *Docket) Do(ctx context.Context, who Actor, ref Ref, a Act) (*Done, error) {
	if err := d.check(&a); err != nil {
		return nil, err
	}
	done := &Done{}
	c, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		if err := c.mayAct(who); err != nil && a.Do != lifecycle.LookOutside && a.Do != lifecycle.Assign {
			return err
		}
		if a.Seen > 0 {
			if e, ok := c.since(a.Seen); ok {
				return overtaken(c, &e)
			}
		}
		var err error
		done.Proposed, err = d.act(ctx, c, who, a, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	done.Case = c
	return done, nil
}

// check refuses what nobody could mean.
func (d *Docket) check(a *Act) error {
	a.Why, a.Told = strings.TrimSpace(a.Why), strings.TrimSpace(a.Told)
	known := office.Grounds()
	for _, id := range a.Grounds {
		if !slices.ContainsFunc(known, func(g office.Ground) bool { return g.ID == id }) {
			return fault.Invalidf(id, "is no ground").WithHint("use a tag of the closed list: `rogatory office grounds` prints it")
		}
	}
	return nil
}

// act tries the table, and adds the event or the proposal.
func (d *Docket) act(ctx context.Context, c *Case, who Actor, a Act, now time.Time) (proposed bool, err error) {
	if err := c.fits(&a); err != nil {
		return false, err
	}
	if err := d.complete(c, who, &a, now); err != nil {
		return false, err
	}
	x, open, err := d.establish(ctx, c, who, &a, now)
	if err != nil {
		return false, err
	}
	after, err := lifecycle.Next(c.State, who.Role, a.Do, x)
	if err != nil {
		if _, second := lifecycle.Next(c.State, who.Role, a.Do, x|lifecycle.Seconded); second == nil {
			return true, d.propose(c, who, a, x, now)
		}
		return false, notAllowed(c, err, open)
	}
	e := Event{Do: a.Do, By: who.Name, Role: who.Role.String(), Why: a.Why, Told: a.Told, With: uint32(x), After: after, Body: a.Body}
	e.Set = append(e.Set, d.clocksOf(c, &e, now)...)
	if err := c.add(e, now); err != nil {
		return false, err
	}
	return false, d.propel(ctx, c, &e, now)
}

func (d *Docket) propose(c *Case, who Actor, a Act, x lifecycle.Circumstances, now time.Time) error {
	after, err := lifecycle.Next(c.State, who.Role, lifecycle.Propose, x)
	if err != nil {
		return err
	}
	return c.add(Event{
		Do: lifecycle.Propose, By: who.Name, Role: who.Role.String(), Why: a.Why, Told: a.Told, With: uint32(x), After: after,
		Body: Body{Proposed: &Proposed{Do: a.Do, By: who.Name, Digest: a.digest(a.Do), Body: a.Body}},
	}, now)
}

// notAllowed turns the table's answer into one for people, with the safeguards
// that are open.
func notAllowed(c *Case, err error, open []string) error {
	var no *lifecycle.NotAllowed
	if !errors.As(err, &no) {
		return err
	}
	because := no.Because
	if len(open) > 0 && len(open) <= 12 {
		because = append(slices.Clone(because), "open: "+strings.Join(open, ", "))
	} else if len(open) > 12 {
		because = append(slices.Clone(because), "open: "+strings.Join(open[:12], ", ")+" and more; `case questions` lists them")
	}
	return fault.Forbiddenf(string(c.Ref), "%s is not allowed here: %s", no.Do, strings.Join(because, "; "))
}

// fits refuses positions that the document does not have, and facts that do not
// exist.
func (c *Case) fits(a *Act) error {
	check := func(what string, n int, list []int) error {
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
	if err := check("measure", len(c.Request.Measures), a.Measures); err != nil {
		return err
	}
	if err := check("offence", len(c.Request.Offences), a.Offences); err != nil {
		return err
	}
	if a.Grant != nil {
		var items []int
		for _, item := range a.Grant.Items {
			items = append(items, item.Measure)
		}
		return check("measure", len(c.Request.Measures), items)
	}
	return nil
}

// complete fills in what follows from the case and not from the actor.
func (d *Docket) complete(c *Case, who Actor, a *Act, now time.Time) error {
	switch a.Do {
	case lifecycle.Forward, lifecycle.Compel, lifecycle.OpenLane:
		if a.Measures == nil {
			a.Measures = upTo(len(c.Request.Measures))
		}
		if a.Offences == nil {
			a.Offences = upTo(len(c.Request.Offences))
		}
		a.Accordance = &d.versions
	case lifecycle.Apply, lifecycle.Grant, lifecycle.Release, lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy:
		a.Accordance = &d.versions
	case lifecycle.Authenticate:
		if a.Contact != "" {
			channel := c.Channel
			channel.CallBack = "confirmed"
			a.Channel = &channel
		}
	case lifecycle.Doubt:
		channel := c.Channel
		channel.CallBack = "failed"
		a.Channel = &channel
	case lifecycle.Accept:
		channel := c.Channel
		channel.CallBack = "confirmed"
		a.Channel = &channel
	case lifecycle.Assign:
		if strings.TrimSpace(a.To) == "" {
			return fault.Invalidf("", "nobody is named to assign the case to")
		}
	case lifecycle.Assert:
		return d.completeStatements(c, who, a, now)
	}
	return nil
}

// completeStatements numbers what is said, and names what it answers where the
// actor left it to the case: everything that now stands against it and that the
// actor may answer. The names are on record.
func (d *Docket) completeStatements(c *Case, who Actor, a *Act, now time.Time) error {
	if len(a.Said) == 0 {
		return fault.Invalidf("", "nothing is said").WithHint("name a fact and its value, like request.harm_told=true")
	}
	gates, err := d.gates(context.Background(), c, nil, nil, now)
	if err != nil {
		return err
	}
	for i := range a.Said {
		s := &a.Said[i]
		s.By, s.Court, s.Senior = who.Name, who.Role == lifecycle.Judge, who.Role == lifecycle.Senior
		s.ID = "said:" + itoa(c.Seq()+1) + ":" + itoa(i)
		if s.Reason == "" {
			s.Reason = a.Why
		}
		said, err := s.assertion(d.book.Vocabulary(), now)
		if err != nil {
			return err
		}
		if said.Of.Index >= c.instances(said.Of.Scope) {
			return fault.Invalidf(s.Of, "the request has %d of these, counted from 0", c.instances(said.Of.Scope))
		}
		if slices.Equal(s.Answers, []string{"*"}) {
			s.Answers = nil
			for _, other := range gates.About(said.Fact, said.Of) {
				if other.Author != who.Name && (other.Source < fact.Reviewer || s.Senior || s.Court) {
					s.Answers = append(s.Answers, other.ID)
				}
			}
		}
	}
	return nil
}

func (c *Case) instances(scope fact.Scope) int {
	switch scope {
	case fact.OfMeasure:
		return len(c.Request.Measures)
	case fact.OfOffence:
		return len(c.Request.Offences)
	case fact.OfPerson:
		return len(c.Request.Persons)
	}
	return 1
}
